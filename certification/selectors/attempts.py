"""Reads of attempts and practical parts for the person who sits them: nothing of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from accounts.actors import Actor
from accounts.states import StaffRole
from certification.logic.questions import shown
from certification.models import Attempt, Practical
from certification.states import AttemptState, PracticalState, QuestionKind
from core.errors import NotFound

_READERS = (StaffRole.CERTIFIER, StaffRole.AUDITOR)
_DECIDED = (AttemptState.PASSED, AttemptState.FAILED)


def attempt_by_public_id(actor: Actor, public_id: str) -> Attempt:
    """One's own attempt, or any for certifiers and auditors; else `NotFound`."""
    rows = Attempt.objects.select_related("exam", "exam__scenario", "agent", "practical")
    attempt = rows.filter(public_id=public_id).first()
    if attempt is None or not (is_own(actor, attempt.agent_id) or actor.is_staff(*_READERS)):
        raise NotFound
    return attempt


def own_attempt(actor: Actor, public_id: str) -> Attempt:
    """One's own attempt whatever else one is; else `NotFound`."""
    attempt = attempt_by_public_id(actor, public_id)
    if not is_own(actor, attempt.agent_id):
        raise NotFound
    return attempt


def reads_chinese() -> bool:
    """True when the page is being written in Chinese."""
    return (translation.get_language() or "").startswith("zh")


def is_own(actor: Actor, agent_id: int) -> bool:
    """True for the agent behind the row."""
    return actor.agent_id is not None and actor.agent_id == agent_id


@dataclass(frozen=True)
class PlayedQuestion:
    """A drawn question as the player shows it: no key, no explanation."""

    position: int
    section: Mapping[str, Any]
    kind: QuestionKind
    stem: str
    points: int
    shown: Mapping[str, Any]
    answer: Any
    is_flagged: bool

    @property
    def is_answered(self) -> bool:
        return self.answer is not None


def played_questions(actor: Actor, attempt: Attempt) -> list[PlayedQuestion]:
    """The questions of one's own attempt in their order, without anything of the answers; one query."""
    if not is_own(actor, attempt.agent_id):
        raise NotFound
    sections = {s["position"]: s for s in attempt.sections}
    return [
        PlayedQuestion(
            position=row.position,
            section=sections.get(row.section_position, {}),
            kind=QuestionKind(row.question.kind),
            stem=row.question.stem,
            points=row.question.points,
            shown=shown(QuestionKind(row.question.kind), row.question.spec, row.order),
            answer=row.answer,
            is_flagged=row.is_flagged,
        )
        for row in attempt.questions.select_related("question")
    ]


def practical_by_public_id(actor: Actor, public_id: str) -> Practical:
    """One's own practical part, or any for certifiers and auditors; else `NotFound`."""
    rows = Practical.objects.select_related("attempt", "attempt__exam", "attempt__agent", "scenario")
    row = rows.filter(public_id=public_id).first()
    if row is None or not (is_own(actor, row.attempt.agent_id) or actor.is_staff(*_READERS)):
        raise NotFound
    return row


def own_practical(actor: Actor, public_id: str) -> Practical:
    """One's own practical part whatever else one is; else `NotFound`."""
    row = practical_by_public_id(actor, public_id)
    if not is_own(actor, row.attempt.agent_id):
        raise NotFound
    return row


@dataclass(frozen=True)
class Turn:
    """One exchange of the simulated conversation."""

    number: int
    said: str
    reply: str
    is_sent: bool
    is_current: bool


def turns_of(practical: Practical) -> list[Turn]:
    """The customer's turns up to the one to be answered; all of them once it is handed in. One query."""
    replies = {r.turn: r for r in practical.replies.all()}
    language = "zh" if practical.attempt.language.startswith("zh") else "en"
    open_ = practical.state == PracticalState.IN_PROGRESS
    turns = []
    for number, said in enumerate(practical.scenario.turns, 1):
        reply = replies.get(number)
        sent = reply is not None and reply.is_sent
        turns.append(Turn(number, said[language], reply.text if reply else "", sent, is_current=open_ and not sent))
        if open_ and not sent:
            break
    return turns
