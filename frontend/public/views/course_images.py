"""Pictures of courses, for whoever may see the course; the address stands in the Markdown of articles."""

from django.http import FileResponse
from django.views.decorators.http import require_safe

from frontend.requests import PageRequest
from training import selectors

YEAR_SECONDS = 365 * 24 * 3600


@require_safe
def show(request: PageRequest, public_id: str) -> FileResponse:
    """GET one picture. It never changes, so the reader's own browser may keep it."""
    image = selectors.image_by_public_id(actor=request.actor, public_id=public_id)
    response = FileResponse(image.file.open("rb"), content_type=image.media_type)
    response["Cache-Control"] = f"private, max-age={YEAR_SECONDS}, immutable"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
