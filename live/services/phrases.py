"""Writing phrases: a programme's by its client's owners and managers, an agent's own by the agent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.states import ServiceLanguage
from core import audit, locks
from core.errors import Invalid, Text
from core.refusals import constraint_of
from live.errors import PhraseArchived, TooManyPhrases
from live.logic.phrases import PLACES, SHORTCUT_LENGTH, TEXT_LENGTH, clean_shortcut, unknown_places
from live.logic.rules import RULES
from live.models import Phrase
from live.policies import require_programme_phrases, require_work, require_write_phrase

if TYPE_CHECKING:
    from accounts.models import Programme


@transaction.atomic
def add_programme_phrase(
    *, actor: Actor, programme: Programme, language: str, shortcut: str, text: str, at: datetime
) -> Phrase:
    """A phrase for everybody who serves `programme`. Raises `Invalid`, `TooManyPhrases`. Audited."""
    require_programme_phrases(actor, programme)
    if language not in programme.languages:
        raise Invalid(fields={"language": _("This programme is not served in that language.")})
    phrase = _add(Phrase(programme=programme), RULES.programme_phrases, language, shortcut, text, at)
    _record("add_phrase", phrase, actor, at)
    return phrase


@transaction.atomic
def add_own_phrase(*, actor: Actor, language: str, shortcut: str, text: str, at: datetime) -> Phrase:
    """A phrase for the acting agent alone. Raises `Invalid`, `TooManyPhrases`."""
    return _add(Phrase(agent_id=require_work(actor)), RULES.own_phrases, language, shortcut, text, at)


@transaction.atomic
def change_phrase(*, actor: Actor, phrase: Phrase, language: str, shortcut: str, text: str, at: datetime) -> Phrase:
    """Other words or another shortcut. Raises `Invalid`, `PhraseArchived`. A programme's is audited."""
    row = _held(phrase, actor)
    if row.archived_at is not None:
        raise PhraseArchived
    if row.programme is not None and language not in row.programme.languages:
        raise Invalid(fields={"language": _("This programme is not served in that language.")})
    _fill_in(row, language, shortcut, text, at)
    _record("change_phrase", row, actor, at)
    return row


@transaction.atomic
def archive_phrase(*, actor: Actor, phrase: Phrase, at: datetime) -> Phrase:
    """Take a phrase out of use; its shortcut is free again. Once more changes nothing. A programme's is audited."""
    row = _held(phrase, actor)
    if row.archived_at is None:
        row.archived_at = at
        row.save(update_fields=["archived_at"])
        _record("archive_phrase", row, actor, at)
    return row


def _held(phrase: Phrase, actor: Actor) -> Phrase:
    rows = Phrase.objects.select_for_update(no_key=True, of=("self",)).select_related("programme__organisation")
    row = rows.get(pk=phrase.pk)
    require_write_phrase(actor, row)
    return row


def _add(row: Phrase, most: int, language: str, shortcut: str, text: str, at: datetime) -> Phrase:
    locks.hold("live.phrases", row.programme_id, row.agent_id)  # so that two at once do not both take the last place
    in_use = Phrase.objects.filter(programme=row.programme, agent_id=row.agent_id, archived_at=None)
    if in_use.count() >= most:
        raise TooManyPhrases(detail={"limit": most})
    row.created_at = at
    _fill_in(row, language, shortcut, text, at)
    return row


def _fill_in(row: Phrase, language: str, shortcut: str, text: str, at: datetime) -> None:
    fields: dict[str, Text | list[Text]] = {}
    name = clean_shortcut(shortcut)
    if name is None:
        fields["shortcut"] = _("Use 1 to %(limit)d letters, digits, hyphens or underscores.") % {
            "limit": SHORTCUT_LENGTH
        }
    clean = text.replace("\x00", "").strip()
    if not clean or len(clean) > TEXT_LENGTH:
        fields["text"] = _("Write 1 to %(limit)d characters.") % {"limit": TEXT_LENGTH}
    elif unknown := unknown_places(clean):
        fields["text"] = _("{%(name)s} is not known. Use %(known)s.") % {
            "name": unknown[0],
            "known": ", ".join(f"{{{place}}}" for place in PLACES),
        }
    if language not in ServiceLanguage.values:
        fields["language"] = _("Choose a language.")
    if fields:
        raise Invalid(fields=fields)
    row.language, row.shortcut, row.text, row.updated_at = language, name or "", clean, at
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if not constraint_of(error).startswith("phrase_shortcut_once"):
            raise
        raise Invalid(fields={"shortcut": _("There is a phrase behind this shortcut already.")}) from error


def _record(action: str, row: Phrase, actor: Actor, at: datetime) -> None:
    """What a client tells agents to say is on record; an agent's own notes are nobody's business."""
    if row.programme is not None:
        audit.record(
            stream="live.phrases",
            action=f"live.{action}",
            subject=row.public_id,
            at=at,
            actor=actor,
            data={"programme": row.programme.public_id, "shortcut": row.shortcut},
        )
