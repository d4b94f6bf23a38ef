"""Three conversations of the demo world that an agent hands to an expert, and how each is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from live import services as live
from live.models import Conversation, Offer
from live.states import EscalationReason
from quality import services as quality
from quality.logic.scores import EscalationVerdict
from quality.models import EscalationReview

if TYPE_CHECKING:
    from accounts.actors import Actor
    from live.models import Segment
    from marketplace.demo.cast import Cast


@dataclass(frozen=True)
class HandOver:
    """One hand-over; each text in Chinese and in English. Without `appeal` the first judgement stands."""

    reason: EscalationReason
    note: tuple[str, str]
    justified: bool
    why: tuple[str, str]
    appeal: tuple[str, str] = ("", "")
    answer: tuple[str, str] = ("", "")
    justified_after_all: bool = False


HAND_OVERS = (
    HandOver(
        EscalationReason.AUTHORITY,
        ("顾客要求超出退换期限退款，需要有权限的人决定。", "Wants a refund after the return period; somebody has to decide."),
        True,
        ("超期退款确实需要授权，转交正确。", "A late refund needs a decision you may not make. Rightly handed on."),
    ),
    HandOver(
        EscalationReason.KNOWLEDGE,
        ("顾客问到产品的细节，我不确定。", "Asks about details of the product I am not sure of."),
        False,
        ("指南里有答案，可以直接回复。", "The guide has the answer; it could have been given at once."),
        ("当时没有在指南里找到这一条，请再看一次。", "I could not find it in the guide at that time. Please look again."),
        ("已复核：该条目当时已在指南中。", "Read again: the guide had it on that day."),
    ),
    HandOver(
        EscalationReason.COMPLAINT,
        ("顾客第三次为同一件事投诉，情绪激动。", "Complains about the same matter for the third time, and is upset."),
        False,
        ("可以先安抚再处理。", "Could have been calmed first."),
        ("前两次的处理都没有兑现，我无法再作承诺。", "Two promises had been broken before; I could not make a third."),
        ("有道理，转交是合理的。", "That is right. It was justified to hand it on."),
        justified_after_all=True,
    ),
)  # fmt: skip


def _say(texts: tuple[str, str], language: str) -> str:
    return texts[0 if language == "zh-hans" else 1]


def hand_over(
    which: HandOver, conversation: Conversation, actors: dict[int, Actor], at: datetime
) -> tuple[Conversation, Actor, datetime]:
    """Hand the conversation on to another agent; returns it, who serves it then, and from when."""
    language = conversation.language
    for actor in actors.values():
        live.heartbeat(actor=actor, at=at)
    live.escalate(
        actor=actors[conversation.agent_id or 0],
        conversation=conversation,
        epoch=conversation.epoch,
        reason=which.reason,
        note=_say(which.note, language),
        at=at,
    )
    live.assign_waiting(programme_id=conversation.programme_id, at=at)
    offer = Offer.objects.get(conversation=conversation, state="open")
    at += timedelta(seconds=8)
    live.accept_offer(actor=actors[offer.agent_id], offer=offer, at=at)
    return Conversation.objects.get(pk=conversation.pk), actors[offer.agent_id], at


def verdict_on(segment: Segment) -> EscalationVerdict | None:
    """What the reviewer of an escalated segment says of it; None when it was not handed on."""
    review = EscalationReview.objects.filter(segment=segment, state="waiting").first()
    if review is None:
        return None
    which = _which(review)
    return EscalationVerdict(which.justified, _say(which.why, segment.conversation.language))


def appeal(cast: Cast, at: datetime) -> None:
    """The agents appeal what was refused, and the other reviewer answers 20 hours later."""
    for review in EscalationReview.objects.filter(state="unjustified").select_related("segment__conversation"):
        which, language = _which(review), review.segment.conversation.language
        key = next(k for k, agent in cast.agents.items() if agent.pk == review.agent_id)
        quality.appeal_escalation(actor=cast.actor(key), review=review, reason=_say(which.appeal, language), at=at)
        other = "reviewer2" if review.judged_by_id == cast.users["reviewer"].pk else "reviewer"
        quality.answer_escalation(
            actor=cast.actor(other),
            review=review,
            justified=which.justified_after_all,
            answer=_say(which.answer, language),
            at=at + timedelta(hours=20),
        )


def _which(review: EscalationReview) -> HandOver:
    return HAND_OVERS[EscalationReview.objects.filter(pk__lt=review.pk).count() % len(HAND_OVERS)]
