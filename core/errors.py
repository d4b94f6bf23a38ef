"""What can go wrong, in five kinds. Each carries a stable code and a message that is safe to show.

Every door maps them once: the API in `core.api`, pages in `core.pages`, sockets in `core.sockets`,
jobs in `core.jobs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
TRY_AGAIN_SECONDS = 5
"""What `Retry-After` says when a part we depend on is away."""


class DomainError(Exception):
    """Base of everything a service may refuse with.

    `code` is namespaced and stable (`tasks.block_full`); `message` is translatable and says what
    happened and what to do; `detail` holds JSON-safe facts for a program (`{"waiting": 2}`).
    """

    status: ClassVar[int]
    code: str = "core.error"
    message: Text = _("Something went wrong.")

    def __init__(
        self, message: Text | None = None, *, code: str | None = None, detail: Mapping[str, object] | None = None
    ) -> None:
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code
        self.detail = dict(detail or {})
        super().__init__(self.code)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Invalid(DomainError):
    """What was sent cannot be accepted; `fields` maps a field name to its messages."""

    status = 422
    code = "core.invalid"
    message = _("Please check the fields marked below.")

    def __init__(
        self,
        message: Text | None = None,
        *,
        fields: Mapping[str, Text | list[Text]] | None = None,
        code: str | None = None,
        detail: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, code=code, detail=detail)
        self.fields: dict[str, list[Text]] = {
            name: list(texts) if isinstance(texts, list) else [texts] for name, texts in (fields or {}).items()
        }


class NotAllowed(DomainError):
    """The actor may see the thing but not do this to it."""

    status = 403
    code = "core.not_allowed"
    message = _("You are not allowed to do this.")


class NotFound(DomainError):
    """It does not exist, or the actor may not know that it does."""

    status = 404
    code = "core.not_found"
    message = _("There is nothing here, or it is not yours to see.")


class Conflict(DomainError):
    """It was possible a moment ago, or would be in another state."""

    status = 409
    code = "core.conflict"
    message = _("This has changed since you opened it. Look again and decide.")


class Unavailable(DomainError):
    """A part we depend on does not answer; the same request may succeed later."""

    status = 503
    code = "core.unavailable"
    message = _("This part is not answering just now. Nothing was lost; please try again.")
