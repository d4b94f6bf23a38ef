"""Judged work, made through the services: a served conversation, its rating, a review, an appeal."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.actors import Actor
from accounts.states import StaffRole
from accounts.tests.factories import staff_actor
from live import services as live
from live.models import Segment
from live.tests.factories import AT, Floor, active, closed, customer_actor, floor
from quality import services
from quality.logic.scores import EscalationVerdict, Verdict
from quality.models import EscalationReview, Rating, Review, Sample, Scorecard
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
    sample: Sample | None = None,
    *,
    by: Actor | None = None,
    lost: int = 10,
    escalation: EscalationVerdict | None = None,
    at: datetime = JUDGED_AT,
) -> Review:
    """A review that takes `lost` points on the first item."""
    actor = by or reviewer()
    sample = services.take_sample(actor=actor, sample=sample or sampled(), at=at)
    sheet = services.scorecard_for(programme=sample.programme, at=at)
    given = verdicts(sheet, lost=lost)
    return services.submit_review(actor=actor, sample=sample, verdicts=given, escalation=escalation, at=at)


def handed_on(made: Floor | None = None, *, at: datetime = AT) -> EscalationReview:
    """The judgement that an escalated segment waits for; its customer has left meanwhile."""
    made = made or floor()
    talk = active(made, at=at)
    actor = next(actor for actor in made.actors if actor.agent_id == talk.agent_id)
    live.escalate(actor=actor, conversation=talk, epoch=talk.epoch, reason="knowledge", note="It shows E5.", at=at)
    live.end_by_customer(actor=customer_actor(talk.customer), conversation=talk, at=at)
    segment = talk.segments.select_related("conversation__programme", "agent", "claim").get(ended_how="escalated")
    return services.put_escalation_to_review(segment=segment, at=at)


def refused_escalation(
    made: Floor | None = None, *, by: Actor, at: datetime = AT, judged_at: datetime = JUDGED_AT
) -> EscalationReview:
    """An escalation its reviewer found not justified."""
    row = handed_on(made, at=at)
    sample = Sample.objects.get(segment=row.segment)
    reviewed(sample, by=by, lost=0, escalation=EscalationVerdict(False, "It is on page one."), at=judged_at)
    row.refresh_from_db()
    return row
