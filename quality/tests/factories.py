"""Judged work, made through the services: a served conversation, its rating, a review, an appeal."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.actors import Actor
from accounts.states import StaffRole
from accounts.tests.factories import staff_actor
from live.models import Segment
from live.tests.factories import AT, Floor, closed, floor
from quality import services
from quality.logic.scores import Verdict
from quality.models import Rating, Review, Sample, Scorecard
from quality.services.samples import sample_triggered
from quality.states import Trigger

JUDGED_AT = AT + timedelta(hours=1)
"""When people look at what was served at `AT`."""


def served(made: Floor | None = None, *, at: datetime = AT) -> Segment:
    """The one segment of a conversation an agent has served and closed."""
    conversation = closed(made or floor(), at=at)
    return conversation.segments.select_related("conversation__programme", "agent", "claim").get()


def rated(segment: Segment | None = None, *, csat: int = 5, at: datetime = JUDGED_AT) -> Rating:
    """A rating of `segment`."""
    return services.rate(segment=segment or served(), csat=csat, at=at)


def reviewer() -> Actor:
    """A reviewer of the platform with a second factor."""
    return staff_actor(StaffRole.REVIEWER)


def sampled(segment: Segment | None = None, *, at: datetime = JUDGED_AT) -> Sample:
    """A segment that is in the queue for certain."""
    return sample_triggered(segment=segment or served(), trigger=Trigger.RATING, at=at)


def verdicts(scorecard: Scorecard, *, lost: int = 0) -> dict[int, Verdict]:
    """Full points for every item but the first, which loses `lost`."""
    items = list(scorecard.items.all())
    given = {item.pk: Verdict(item.max_points) for item in items}
    if lost:
        given[items[0].pk] = Verdict(items[0].max_points - lost, "The question was not heard.", 1)
    return given


def reviewed(
    sample: Sample | None = None, *, by: Actor | None = None, lost: int = 10, at: datetime = JUDGED_AT
) -> Review:
    """A review that takes `lost` points on the first item."""
    actor = by or reviewer()
    sample = services.take_sample(actor=actor, sample=sample or sampled(), at=at)
    sheet = services.scorecard_for(programme=sample.programme, at=at)
    return services.submit_review(actor=actor, sample=sample, verdicts=verdicts(sheet, lost=lost), at=at)
