"""Choosing which segments people review, and handing them out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.actors import Actor
from core.states import move, move_all
from quality.errors import AlreadyReviewed, TakenByAnother
from quality.logic.rules import RULES
from quality.logic.sampling import choose
from quality.models import Sample
from quality.policies import require_can_judge, require_reviewer
from quality.selectors.queues import reviews_queue
from quality.services.scorecards import scorecard_for
from quality.states import SAMPLES, SampleState, SampleTier, Trigger

if TYPE_CHECKING:
    from live.models import Segment


def sample_by_chance(*, segment: Segment, qa_score: int, at: datetime) -> Sample | None:
    """Draw the segment for review with its inclusion probability; None when it is not drawn."""
    chosen = choose(segment.public_id, qa_score)
    if chosen is None:
        return None
    sample, _created = Sample.objects.get_or_create(
        segment=segment,
        defaults={
            "agent": segment.agent,
            "programme": segment.conversation.programme,
            "tier": chosen.tier,
            "probability": chosen.probability,
            "at": at,
        },
    )
    return sample


def sample_triggered(*, segment: Segment, trigger: Trigger, at: datetime) -> Sample:
    """Put the segment in the queue for certain.

    One that chance had already drawn keeps its place; its probability becomes 1, because from now
    on it would have been seen in any case.
    """
    sample, created = Sample.objects.get_or_create(
        segment=segment,
        defaults={
            "agent": segment.agent,
            "programme": segment.conversation.programme,
            "tier": SampleTier.TRIGGERED,
            "probability": Decimal(1),
            "trigger": trigger,
            "at": at,
        },
    )
    if not created and sample.tier != SampleTier.TRIGGERED:
        Sample.objects.filter(pk=sample.pk).update(tier=SampleTier.TRIGGERED, probability=Decimal(1), trigger=trigger)
        sample.refresh_from_db()
    return sample


def take_sample(*, actor: Actor, sample: Sample, at: datetime) -> Sample:
    """Give the item to this reviewer for half an hour; taking one's own again renews it.

    A programme without a scorecard gets the standard one, to be judged on. Raises `TakenByAnother`, `AlreadyReviewed`,
    `NotYourTeam`.
    """
    require_can_judge(actor, sample)
    with transaction.atomic():
        scorecard_for(programme=sample.programme, at=at)
        current = Sample.objects.select_for_update(no_key=True, of=("self",)).get(pk=sample.pk)
        if current.state == SampleState.REVIEWED:
            raise AlreadyReviewed
        if current.state == SampleState.TAKEN:
            if current.taken_by_id != actor.user_id:
                raise TakenByAnother
            Sample.objects.filter(pk=current.pk).update(taken_at=at)
            current.taken_at = at
            return current
        move(
            current,
            SampleState.TAKEN,
            table=SAMPLES,
            at=at,
            actor=actor,
            changes={"taken_by_id": actor.user_id, "taken_at": at},
        )
    return current


def take_next(*, actor: Actor, at: datetime, tier: str = "") -> Sample | None:
    """Give the reviewer the first item of their queue that nobody holds, else one they hold; None when there is none.

    Items another reviewer is taking at this moment are passed over, so that two who press at once get two items.
    """
    require_reviewer(actor)
    with transaction.atomic():
        rows = reviews_queue(actor=actor, tier=tier)
        free = rows.filter(state=SampleState.WAITING)
        following = free.select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
        following = following or rows.filter(state=SampleState.TAKEN).first()
        return following and take_sample(actor=actor, sample=following, at=at)


def give_back(*, actor: Actor, sample: Sample, at: datetime) -> None:
    """Put an item one has taken back into the queue. Raises `TakenByAnother`."""
    require_reviewer(actor)
    with transaction.atomic():
        current = Sample.objects.select_for_update(no_key=True, of=("self",)).get(pk=sample.pk)
        if current.taken_by_id != actor.user_id:
            raise TakenByAnother
        move(current, SampleState.WAITING, table=SAMPLES, at=at, actor=actor, changes={"taken_by_id": None})


def release_forgotten(*, at: datetime) -> int:
    """Return to the queue what reviewers have held too long; how many."""
    with transaction.atomic():
        stale = Sample.objects.filter(state=SampleState.TAKEN, taken_at__lt=at - RULES.sample_held)
        return len(
            move_all(
                stale, SampleState.WAITING, table=SAMPLES, at=at, reason="held too long", changes={"taken_by_id": None}
            )
        )
