"""Moving between the organisations one acts for."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from frontend.organisation import choose_organisation
from frontend.requests import PageRequest


@require_POST
def choose(request: PageRequest) -> HttpResponse:
    """POST `organisation` (public id): the client area is about this one from now on."""
    choose_organisation(request, request.POST.get("organisation", ""))
    return redirect("client:home")
