"""What the customer lived through, before any checklist: waiting, asking again, being left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quality.logic.smart_qa import repeated_question, unanswered_question
from quality.logic.transcripts import Turn


@dataclass(frozen=True)
class Lived:
    """Seconds waited in the queue and for the slowest answer, and the messages where the customer had to ask again."""

    queue_seconds: int
    slowest_answer_seconds: int
    slowest_answer_seq: int | None
    asked_again: tuple[int, ...]
    left_unanswered: int | None


def lived(turns: Sequence[Turn], *, waiting_since: datetime, served_since: datetime) -> Lived:
    """Read a conversation from the customer's chair.

    The queue counts from `waiting_since` to `served_since`; an answer's wait starts at the first message it
    answers, or at `served_since` when that message was written while still queueing.
    """
    slowest, slowest_seq, asked = 0, None, None
    for turn in turns:
        if turn.author == "customer" and asked is None:
            asked = max(turn.at, served_since)
        elif turn.author == "agent":
            if asked is not None and (waited := int((turn.at - asked).total_seconds())) > slowest:
                slowest, slowest_seq = waited, turn.seq
            asked = None
    unanswered = unanswered_question(turns, {})
    return Lived(
        queue_seconds=max(0, int((served_since - waiting_since).total_seconds())),
        slowest_answer_seconds=slowest,
        slowest_answer_seq=slowest_seq,
        asked_again=tuple(hit.seq for hit in repeated_question(turns, {})),
        left_unanswered=unanswered[0].seq if unanswered else None,
    )
