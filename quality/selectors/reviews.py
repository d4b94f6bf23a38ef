"""One segment's judgement in detail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from quality.models import Appeal, QaResult, Review, ReviewItem

if TYPE_CHECKING:
    from live.models import Segment


@dataclass(frozen=True)
class JudgedItem:
    """One criterion as it stands: first points, points that hold, the appeal if any, whether one is possible."""

    row: ReviewItem
    points: int
    appeal: Appeal | None
    may_appeal: bool


def judged_items(review: Review, *, at: datetime) -> list[JudgedItem]:
    """The items of a review in order; expects items and appeals to be prefetched."""
    found = []
    for row in review.items.all():
        appeal, points = getattr(row, "appeal", None), row.effective_points
        may_appeal = appeal is None and points < row.item.max_points and at < review.appealable_until
        found.append(JudgedItem(row, points, appeal, may_appeal))
    return found


def qa_result_of(segment: Segment) -> QaResult | None:
    """Smart QA's result of one segment with its hits."""
    return QaResult.objects.filter(segment=segment).prefetch_related("hits").first()
