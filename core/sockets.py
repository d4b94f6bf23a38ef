"""The sockets' door: how an error is told to the other end."""

from typing import Any

from core.errors import DomainError, Invalid


def error_frame(error: DomainError, *, ref: str | None = None) -> dict[str, Any]:
    """`{"type": "error", "code", "message"}`, with `fields` where there are any and `ref` naming the frame refused."""
    frame: dict[str, Any] = {"type": "error", "code": error.code, "message": str(error.message)}
    if error.detail:
        frame["detail"] = error.detail
    if isinstance(error, Invalid) and error.fields:
        frame["fields"] = {name: [str(t) for t in texts] for name, texts in error.fields.items()}
    if ref is not None:
        frame["ref"] = ref
    return frame
