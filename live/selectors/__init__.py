"""Every read of the live floor; rows leave only through here."""

from live.selectors.attachments import ServedFile, open_attachment
from live.selectors.boards import FloorNow, client_of, floor_now, floor_topic, transcript_topic, with_last_agent
from live.selectors.conversations import (
    Experts,
    conversation_by_public_id,
    conversations_for,
    experts_of,
    programme_rules,
    queue_position,
    service_numbers,
    waiting_for,
    waiting_room,
)
from live.selectors.history import Background, EarlierConversation, background, earlier_transcript
from live.selectors.phrases import (
    own_phrase_by_public_id,
    own_phrases,
    phrases_at_hand,
    phrases_of_programme,
    programme_phrase_by_public_id,
)
from live.selectors.routing import agent_card, offer_by_public_id, presence_of, why_me
from live.selectors.segments import (
    accepted_units,
    segment_by_id,
    segment_by_public_id,
    segments_for,
    segments_of_claim,
    served_count,
    served_segments,
)
from live.selectors.transcripts import (
    Transcript,
    TranscriptFile,
    TranscriptMessage,
    TranscriptSegment,
    messages_of,
    transcript,
)

__all__ = [
    "Background",
    "EarlierConversation",
    "Experts",
    "FloorNow",
    "ServedFile",
    "Transcript",
    "TranscriptFile",
    "TranscriptMessage",
    "TranscriptSegment",
    "accepted_units",
    "agent_card",
    "background",
    "client_of",
    "conversation_by_public_id",
    "conversations_for",
    "earlier_transcript",
    "experts_of",
    "floor_now",
    "floor_topic",
    "messages_of",
    "offer_by_public_id",
    "open_attachment",
    "own_phrase_by_public_id",
    "own_phrases",
    "phrases_at_hand",
    "phrases_of_programme",
    "presence_of",
    "programme_phrase_by_public_id",
    "programme_rules",
    "queue_position",
    "segment_by_id",
    "segment_by_public_id",
    "segments_for",
    "segments_of_claim",
    "served_count",
    "served_segments",
    "service_numbers",
    "transcript",
    "transcript_topic",
    "waiting_for",
    "waiting_room",
    "why_me",
    "with_last_agent",
]
