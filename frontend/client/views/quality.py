"""What a client sees of the quality of their programmes, and where they set the criteria."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import selectors as accounts
from core import clock
from core.errors import DomainError
from core.pages import add_errors, posted
from frontend.requests import PageRequest
from quality import selectors, services
from quality.forms import MarkForm, RuleForms, ScorecardFormSet
from quality.logic.scores import STANDARD_ITEMS
from quality.logic.smart_qa import DEFAULT_SETTINGS
from quality.policies import require_can_set_scorecard

DAYS = 30
CRITERION = ("title_en", "title_zh", "guidance_en", "guidance_zh", "max_points", "is_fatal")


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET satisfaction, smart QA and reviews of each programme over the last 30 days, and the ratings behind them."""
    now = clock.now()
    programmes = accounts.programmes_for(actor=request.actor)
    boards = [
        selectors.programme_quality(actor=request.actor, programme=p, since=now - timedelta(days=DAYS), until=now)
        for p in programmes
    ]
    ratings = Paginator(selectors.ratings_for(actor=request.actor), 25).get_page(request.GET.get("page"))
    return render(
        request, "client/quality/index.html", {"boards": boards, "ratings": ratings, "days": DAYS, "mark": MarkForm()}
    )


@require_POST
def mark(request: PageRequest, public_id: str) -> HttpResponse:
    """POST says that a rating was not in the agent's hands."""
    rating = selectors.rating_for(actor=request.actor, public_id=public_id)
    form = MarkForm(request.POST)
    if form.is_valid():
        services.mark_uncontrollable(
            actor=request.actor, rating=rating, reason=form.cleaned_data["reason"], at=clock.now()
        )
        messages.success(request, _("Marked. The rating still counts for you, no longer against the agent."))
    else:
        messages.error(request, _("Choose what caused it."))
    return redirect("client:quality")


@require_http_methods(["GET", "POST"])
def scorecard(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the programme's criteria, or the standard ones, as a form; POST publishes them as the next version."""
    programme = accounts.programme_by_public_id(public_id, actor=request.actor)
    require_can_set_scorecard(request.actor, programme)
    current = selectors.latest_scorecard(programme)
    items = current.items.values(*CRITERION) if current else map(vars, STANDARD_ITEMS)
    formset = ScorecardFormSet(posted(request), initial=list(items))
    rules = RuleForms(
        posted(request), settings=selectors.settings_of(scorecard=current) if current else DEFAULT_SETTINGS
    )
    if request.method == "POST" and all([formset.is_valid(), rules.is_valid()]):
        try:
            services.publish_scorecard(
                actor=request.actor, programme=programme, items=formset.specs(), rules=rules.settings(), at=clock.now()
            )
        except DomainError as error:
            add_errors(formset.forms[0], error)
        else:
            messages.success(request, _("Published. Reviews begun from now on use this version."))
            return redirect("client:quality")
    context = {"programme": programme, "current": current, "formset": formset, "rules": rules}
    return render(request, "client/quality/scorecard.html", context, status=422 if formset.is_bound else 200)
