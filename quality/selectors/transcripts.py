"""The conversation as rules and reviewers read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from live import selectors as live
from live.states import Author, SystemCode
from quality.logic.customers_eye import Lived, lived
from quality.logic.transcripts import Turn

if TYPE_CHECKING:
    from live.models import Segment


def turns_of(segment: Segment) -> list[Turn]:
    """The whole conversation of `segment` up to its end; what other agents wrote counts as the system's.

    So a rule judges only the segment's owner, and still sees what the customer had said before. What the
    system said names nobody: reviewers read this too.
    """
    until = segment.talk_ended_at
    return [
        Turn(
            message.seq,
            Author.SYSTEM if message.author == Author.AGENT and message.epoch != segment.epoch else message.author,
            SystemCode(message.code).label % {"name": gettext("The agent")} if message.code else message.text,
            message.at,
            message.attachment and message.attachment.without_name(),
        )
        for message in live.messages_of(segment.conversation_id)
        if until is None or message.at <= until
    ]


def customers_eye(segment: Segment) -> Lived:
    """What the customer of `segment` waited for, repeated and was left with."""
    return lived(
        turns_of(segment),
        waiting_since=segment.conversation.started_at,
        served_since=segment.started_at,
    )
