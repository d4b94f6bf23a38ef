"""What a client sees of its programmes' floor at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.crypto import salted_hmac

from accounts.actors import Actor
from core.errors import NotFound
from live.models import Conversation, Segment
from live.selectors.conversations import conversations_for
from live.states import OWNED, WAITING


@dataclass(frozen=True)
class FloorNow:
    """How many wait for an agent and are served, and since when the first of them waits."""

    waiting: int
    served: int
    waiting_since: datetime | None


def floor_now(actor: Actor, *, organisation_id: int) -> FloorNow:
    """The line and the floor of one client; `NotFound` for who is no member (one query)."""
    if not actor.is_client(organisation_id):
        raise NotFound
    rows = conversations_for(actor).order_by().filter(programme__organisation_id=organisation_id)
    waiting = Q(state__in=WAITING)
    counts = rows.filter(state__in=[*WAITING, *OWNED]).aggregate(
        waiting=Count("pk", filter=waiting),
        served=Count("pk", filter=Q(state__in=OWNED)),
        waiting_since=Min("waiting_since", filter=waiting),
    )
    return FloorNow(**counts)


def with_last_agent(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Each conversation with `last_agent`: the name of who serves it or served it last, or None."""
    parts = Segment.objects.filter(conversation=OuterRef("pk")).order_by("-epoch").values("agent__nickname")
    return rows.annotate(last_agent=Subquery(parts[:1]))


def floor_topic(organisation_public_id: str) -> str:
    """What pages that show a client's conversations listen to."""
    return f"live.{organisation_public_id}"


def transcript_topic(conversation_id: int) -> str:
    """What a page that shows one conversation listens to; a name that gives the row's number away to nobody."""
    return f"transcript.{salted_hmac('live.transcript', str(conversation_id)).hexdigest()[:32]}"


def client_of(conversation_id: int) -> str:
    """The public id of the client a conversation belongs to."""
    rows = Conversation.objects.filter(pk=conversation_id)
    return str(rows.values_list("programme__organisation__public_id", flat=True).get())
