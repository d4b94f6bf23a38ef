"""Files to download."""

from django.http import HttpResponse


def csv_file(text: str, name: str) -> HttpResponse:
    """A CSV to download, never shown by the browser. `name` is made by us, never typed by anybody."""
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
