"""Pages of a list that grows while it is read, newest first: no page shows a row twice or leaves one out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.ids import is_public_id

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True)
class CursorPage:
    """Some rows, and the cursors `<c-pager>` leads on with ("" where there is nothing further)."""

    object_list: list[Any]
    next_cursor: str
    previous_cursor: str


def cursor_page(rows: QuerySet[Any], cursor: str, *, size: int) -> CursorPage:
    """The page of `rows` that `cursor` names: `<.…` older or `>.…` newer than the row with that public id.

    A cursor that names no row of the list, or is none, shows the newest. At most three queries.
    """
    direction, _dot, public_id = cursor.partition(".")
    ordered = rows.order_by("-pk")
    at = ordered.filter(public_id=public_id).values_list("pk", flat=True).first() if is_public_id(public_id) else None
    if at is None:
        found = list(ordered[: size + 1])
        return _page(found[:size], older=len(found) > size, newer=False)
    if direction == ">":
        found = list(rows.order_by("pk").filter(pk__gt=at)[: size + 1])
        return _page(found[:size][::-1], older=True, newer=len(found) > size)
    found = list(ordered.filter(pk__lt=at)[: size + 1])
    return _page(found[:size], older=len(found) > size, newer=True)


def _page(found: list[Any], *, older: bool, newer: bool) -> CursorPage:
    return CursorPage(
        found,
        f"<.{found[-1].public_id}" if found and older else "",
        f">.{found[0].public_id}" if found and newer else "",
    )
