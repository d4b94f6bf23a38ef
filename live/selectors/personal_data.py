"""What live knows of an agent, for that agent (docs/personal-data.md): never what a customer wrote."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from accounts.actors import Actor
from live.models import AgentPresence, Attachment, Message, Offer, Phrase, Segment
from live.states import Author


def personal_data(*, actor: Actor, at: datetime) -> dict[str, Any]:
    """One's own parts of conversations with one's own messages as masked, offers, phrases, presence; five queries."""
    agent_id = actor.agent_id or 0
    segments = Segment.objects.filter(agent_id=agent_id).order_by("pk")
    said = _own_messages(agent_id)
    presence = AgentPresence.objects.filter(agent_id=agent_id).first()
    return {
        "conversations": [
            _segment(s, said[s.conversation_id, s.epoch])
            for s in segments.select_related("conversation__programme", "claim", "escalation")
        ],
        "offers": [
            {
                "id": o.public_id,
                "conversation": o.conversation.public_id,
                "claim": o.claim.public_id,
                "state": o.state,
                "made_at": o.created_at,
                "expires_at": o.expires_at,
                "answered_at": o.answered_at,
            }
            for o in Offer.objects.filter(agent_id=agent_id).select_related("conversation", "claim").order_by("pk")
        ],
        "phrases": [
            {
                "id": p.public_id,
                "language": p.language,
                "shortcut": p.shortcut,
                "text": p.text,
                "made_at": p.created_at,
                "updated_at": p.updated_at,
                "archived_at": p.archived_at,
            }
            for p in Phrase.objects.filter(agent_id=agent_id).order_by("pk")
        ],
        "presence": {
            "status": presence.status,
            "reason": presence.reason,
            "last_seen_at": presence.last_seen_at,
            "missed_offers": presence.missed_offers,
        }
        if presence
        else None,
    }


def _own_messages(agent_id: int) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """What the agent wrote, by conversation and epoch; sought by conversation, which has the index."""
    found: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    served = Segment.objects.filter(agent_id=agent_id).values("conversation")
    rows = Message.objects.filter(conversation__in=served, author=Author.AGENT, agent_id=agent_id)
    for row in rows.select_related("attachment").order_by("conversation_id", "seq"):
        found[row.conversation_id, row.epoch].append(
            {
                "seq": row.seq,
                "at": row.at,
                "text": row.body,
                "is_masked": row.is_masked,
                "file": _file(row.attachment) if row.attachment else None,
            }
        )
    return found


def _file(row: Attachment) -> dict[str, Any]:
    return {"id": row.public_id, "name": row.name, "media_type": row.media_type, "size_bytes": row.size_bytes}


def _segment(row: Segment, messages: list[dict[str, Any]]) -> dict[str, Any]:
    escalation = getattr(row, "escalation", None)
    return {
        "id": row.public_id,
        "conversation": row.conversation.public_id,
        "programme": row.conversation.programme.public_id,
        "claim": row.claim.public_id,
        "language": row.conversation.language,
        "started_at": row.started_at,
        "talk_ended_at": row.talk_ended_at,
        "ended_at": row.ended_at,
        "ended_how": row.ended_how,
        "wrap_up_code": row.wrap_up_code,
        "note": row.note,
        "escalation": {"at": escalation.at, "reason": escalation.reason, "note": escalation.note}
        if escalation
        else None,
        "messages": messages,
    }
