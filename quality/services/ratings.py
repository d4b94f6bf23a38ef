"""Customers' ratings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from certification.states import SkillInput
from core import audit, events, refusals
from core.errors import Invalid
from live.logic.masking import mask
from live.logic.rules import RULES
from live.states import UNRATED_ENDS
from quality.errors import NotRateable, RatingTooLate
from quality.events import ConversationRated, ScoreChanged
from quality.models import Rating
from quality.policies import require_can_mark
from quality.services.evidence import add_evidence
from quality.services.samples import sample_triggered
from quality.states import Trigger, UncontrollableReason

if TYPE_CHECKING:
    from live.models import Segment


def rate(*, segment: Segment, csat: int, comment: str = "", at: datetime) -> Rating:
    """Store a customer's satisfaction (1 to 5) with `segment`, once; personal data in `comment` is masked.

    The caller has proved that the customer is the one of this conversation. A rating of 1 or 2 sends
    the segment to human review. Raises `Invalid`, `NotRateable`, `AlreadyRated`, and `RatingTooLate` from
    `RULES.rate_within_seconds` after the end of the talk. Publishes `ConversationRated`; adds satisfaction evidence
    to the agent's skills of this programme.
    """
    if csat not in range(1, 6):
        raise Invalid(fields={"csat": _("Choose 1 to 5.")})
    if len(comment) > 1000:
        raise Invalid(fields={"comment": _("Please keep it under 1,000 characters.")})
    if segment.talk_ended_at is None or segment.ended_how in UNRATED_ENDS:
        raise NotRateable
    if at >= segment.talk_ended_at + timedelta(seconds=RULES.rate_within_seconds):
        raise RatingTooLate
    with transaction.atomic():
        with refusals.translated():
            rating = Rating.objects.create(
                segment=segment,
                agent=segment.agent,
                claim=segment.claim,
                programme=segment.conversation.programme,
                csat=csat,
                comment=mask(comment).text,
                at=at,
            )
        if csat <= 2:
            sample_triggered(segment=segment, trigger=Trigger.RATING, at=at)
        add_evidence(
            agent=segment.agent,
            programme=rating.programme,
            input=SkillInput.SATISFACTION,
            value=(csat - 1) * 25,
            source=f"rating:{rating.public_id}",
            at=at,
        )
        events.publish(
            ConversationRated(rating_id=rating.pk, agent_id=rating.agent_id, claim_id=rating.claim_id, at=at)
        )
    return rating


def mark_uncontrollable(*, actor: Actor, rating: Rating, reason: UncontrollableReason, at: datetime) -> Rating:
    """Take a rating out of the agent's window because its cause was not theirs; it still counts for the client.

    Marking again changes the reason; with the same reason it changes nothing. Side effects: an audit entry; publishes
    `ScoreChanged`.
    """
    require_can_mark(actor, rating)
    with transaction.atomic():
        rating = Rating.objects.select_for_update(no_key=True, of=("self",)).get(pk=rating.pk)
        if rating.uncontrollable_reason == reason:
            return rating
        rating.uncontrollable_reason = UncontrollableReason(reason)
        rating.marked_by_id, rating.marked_at = actor.user_id, at
        rating.save(update_fields=["uncontrollable_reason", "marked_by", "marked_at"])
        audit.record(
            stream="quality",
            action="quality.mark_uncontrollable",
            subject=rating.public_id,
            actor=actor,
            at=at,
            data={"reason": rating.uncontrollable_reason},
        )
        events.publish(
            ScoreChanged(agent_id=rating.agent_id, claim_id=rating.claim_id, review_id=None, rating_id=rating.pk, at=at)
        )
    return rating
