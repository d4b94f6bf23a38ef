"""Phrases: those an agent has at hand in a conversation, and those somebody may write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.policies import CLIENT_EDITORS
from core.errors import NotFound
from live.models import Conversation, Phrase
from live.states import OWNED

if TYPE_CHECKING:
    from accounts.models import Programme


def phrases_of_programme(programme: Programme, *, actor: Actor) -> QuerySet[Phrase]:
    """A programme's phrases in use, by language and shortcut; nobody's but its client's editors'."""
    return _written_by(actor).filter(programme=programme, archived_at=None).order_by("language", "shortcut")


def own_phrases(actor: Actor) -> QuerySet[Phrase]:
    """The acting agent's phrases in use, by language and shortcut."""
    rows = Phrase.objects.filter(agent_id=actor.agent_id, agent__isnull=False, archived_at=None)
    return rows.order_by("language", "shortcut")


def programme_phrase_by_public_id(public_id: str, *, actor: Actor) -> tuple[Phrase, Programme]:
    """A programme's phrase whose client the actor edits for, archived or not; `NotFound` otherwise."""
    phrase = _written_by(actor).filter(public_id=public_id).first()
    if phrase is None or phrase.programme is None:
        raise NotFound
    return phrase, phrase.programme


def own_phrase_by_public_id(public_id: str, *, actor: Actor) -> Phrase:
    """One of the acting agent's own phrases, archived or not; `NotFound` otherwise."""
    phrase = Phrase.objects.filter(public_id=public_id, agent__isnull=False, agent_id=actor.agent_id).first()
    if phrase is None:
        raise NotFound
    return phrase


def phrases_at_hand(public_id: str, *, actor: Actor) -> list[Phrase]:
    """What the present owner of a conversation may insert: the programme's and their own, in its language first.

    `NotFound` for anybody who does not own the conversation now (two queries).
    """
    talk = Conversation.objects.filter(public_id=public_id, agent_id=actor.agent_id, state__in=OWNED).first()
    if talk is None or actor.agent_id is None:
        raise NotFound
    mine_or_theirs = Q(programme_id=talk.programme_id) | Q(agent_id=actor.agent_id)
    rows = Phrase.objects.filter(mine_or_theirs, archived_at=None).order_by("shortcut", "pk")
    return sorted(rows, key=lambda row: (row.language != talk.language, row.agent_id is None, row.shortcut))


def _written_by(actor: Actor) -> QuerySet[Phrase]:
    edited = [pk for pk in actor.clients if actor.is_client(pk, *CLIENT_EDITORS)]
    rows = Phrase.objects.select_related("programme__organisation")
    return rows.filter(programme__organisation_id__in=edited)
