"""Puts the actor on every request, and leads who lacks a second factor to where it is set up."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.actors import actor_for
from accounts.errors import SecondFactorNeeded


class ActorMiddleware:
    """`request.actor` is the `Actor` of the logged-in person, built when first read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_for(request.user))  # type: ignore[attr-defined]
        return self.get_response(request)


class SecondFactorMiddleware:
    """Turns `SecondFactorNeeded` on a page into the page that explains and sets it up, and leads back after."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Redirect a page; `next` is the page one was on (the form's page when a form was sent)."""
        if not isinstance(error, SecondFactorNeeded) or request.path.startswith("/api/"):
            return None
        here = request.get_full_path() if request.method == "GET" else _path_of(request.META.get("HTTP_REFERER", ""))
        if request.headers.get("HX-Request"):
            here = _path_of(request.headers.get("HX-Current-URL", "")) or here
        url = reverse("public:second_factor") + "?" + urlencode({"next": here or "/"})
        if request.headers.get("HX-Request"):
            return HttpResponse(status=200, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
