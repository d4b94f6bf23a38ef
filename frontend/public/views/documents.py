"""Identity pictures: one at a time, through a policy, with headers that let a browser do nothing but show them."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts import selectors, services
from core import clock
from frontend.requests import SiteRequest


@require_GET
def show(request: SiteRequest, public_id: str) -> HttpResponse:
    """GET the picture; a look by staff is written into the audit log."""
    document = selectors.document_by_public_id(public_id, actor=request.actor)
    services.note_document_opened(actor=request.actor, document=document, at=clock.now())
    with document.file.open("rb") as file:
        response = HttpResponse(file.read(), content_type=document.media_type)
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
