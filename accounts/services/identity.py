"""Identity checks: pictures in, a certifier's decision out.

Lock order: standing -> agent profile -> identity check.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import Protocol

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.actors import Actor
from accounts.errors import IdentityDecidedAlready, IdentityLocked, UndoTooLate
from accounts.events import IdentityDecided
from accounts.logic import PICTURE_MAX_BYTES, clean_picture
from accounts.models import AgentProfile, IdentityCheck, IdentityDocument
from accounts.services.agents import hold_standing, refresh_onboarding
from accounts.states import IDENTITY, DocumentKind, DocumentSide, IdentityState
from core import audit
from core.errors import Invalid, NotFound, Text
from core.events import publish
from core.realtime import nudge
from core.states import move
from core.text import listed

logger = logging.getLogger(__name__)
UNDO_SECONDS = 10
QUEUE_TOPIC = "identity.queue"
"""Pages that show the queue listen to this topic."""


class Upload(Protocol):
    """What a service needs of an uploaded file."""

    def read(self, size: int = ..., /) -> bytes: ...


@transaction.atomic
def upload_identity_document(
    *, actor: Actor, agent: AgentProfile, side: str, file: Upload, at: datetime
) -> IdentityDocument:
    """Keep one picture of the agent's identity check, replacing an earlier one of the same side.

    The picture is decoded and encoded again and stored under a random name (see `logic.clean_picture`).
    Raises `Invalid` at `file`, or `IdentityLocked` while a certifier has the check.
    """
    if side not in DocumentSide.values:
        raise Invalid(fields={"side": _("Say which picture this is.")})
    picture = clean_picture(file.read(PICTURE_MAX_BYTES + 1))
    _agent, check = _lock_own(actor, agent)
    if check.state not in {IdentityState.DRAFT, IdentityState.REJECTED}:
        raise IdentityLocked
    for old in check.documents.filter(side=side):
        _forget_file_after_commit(old.file.name)
        old.delete()
    document = IdentityDocument(
        check_of=check,
        side=side,
        media_type=picture.media_type,
        size_bytes=len(picture.data),
        sha256=picture.sha256,
        uploaded_at=at,
    )
    document.file.save(f"{secrets.token_hex(16)}.{picture.extension}", ContentFile(picture.data), save=False)
    try:
        document.save(force_insert=True)
    except BaseException:
        default_storage.delete(document.file.name or "")
        raise
    return document


def _forget_file_after_commit(name: str | None) -> None:
    if name:
        transaction.on_commit(lambda: default_storage.delete(name), robust=True)


@transaction.atomic
def submit_identity(
    *, actor: Actor, agent: AgentProfile, legal_name: str, document_kind: str, at: datetime
) -> IdentityCheck:
    """Hand the check to the certifiers. Raises `Invalid` while a name or a picture is missing."""
    _agent, check = _lock_own(actor, agent)
    if check.state in {IdentityState.SUBMITTED, IdentityState.APPROVED}:
        raise IdentityLocked
    fields: dict[str, Text | list[Text]] = {}
    if not legal_name.strip():
        fields["legal_name"] = _("Write your name as it stands on the document.")
    if document_kind not in DocumentKind.values:
        fields["document_kind"] = _("Choose which document you use.")
    else:
        have = set(check.documents.values_list("side", flat=True))
        missing = [side for side in DocumentKind(document_kind).sides if side not in have]
        if missing:
            names = listed(side.label for side in missing)
            fields["documents"] = _("Still missing: %(names)s.") % {"names": names}
    if fields:
        raise Invalid(fields=fields)
    move(
        check,
        IdentityState.SUBMITTED,
        table=IDENTITY,
        at=at,
        actor=actor,
        changes={
            "legal_name": legal_name.strip()[:120],
            "document_kind": document_kind,
            "submitted_at": at,
            "decided_at": None,
            "decided_by": None,
            "reason": "",
        },
    )
    nudge(QUEUE_TOPIC, version=check.public_id)
    return check


@transaction.atomic
def decide_identity(
    *, actor: Actor, check: IdentityCheck, approve: bool, reason: str = "", at: datetime
) -> IdentityCheck:
    """Approve or refuse a submitted check; a refusal needs a reason, which the agent reads.

    Certifiers with a second factor, never one's own. Audited; publishes `IdentityDecided`, and
    `AgentOnboarded` when this was the last step. Of two certifiers at once one gets `IdentityDecidedAlready`.
    """
    policies.require_decide_identity(actor, check)
    if not approve and not reason.strip():
        raise Invalid(fields={"reason": _("Say why, so that the agent can put it right.")})
    agent, check = _lock_both(check)
    if check.state != IdentityState.SUBMITTED:
        raise IdentityDecidedAlready(detail={"state": str(check.state)})
    _settle(
        actor=actor, agent=agent, check=check, approve=approve, reason=reason, at=at, action="accounts.decide_identity"
    )
    return check


@transaction.atomic
def withdraw_identity(*, actor: Actor, check: IdentityCheck, reason: str, at: datetime) -> IdentityCheck:
    """Turn an approval into a refusal (a document proved false); the platform closes to the agent. Audited."""
    policies.require_decide_identity(actor, check)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why, so that the agent can put it right.")})
    hold_standing(agent_id=check.agent_id)
    agent, check = _lock_both(check)
    if check.state != IdentityState.APPROVED:
        raise IdentityDecidedAlready(detail={"state": str(check.state)})
    _settle(
        actor=actor, agent=agent, check=check, approve=False, reason=reason, at=at, action="accounts.withdraw_identity"
    )
    return check


@transaction.atomic
def undo_identity_decision(*, actor: Actor, check: IdentityCheck, at: datetime) -> IdentityCheck:
    """Take one's own decision back within `UNDO_SECONDS`: the check waits in the queue again. Audited."""
    policies.require_decide_identity(actor, check)
    hold_standing(agent_id=check.agent_id)
    agent, check = _lock_both(check)
    is_mine = check.decided_by_id == actor.user_id and check.decided_at is not None
    if not is_mine or check.decided_at is None or at > check.decided_at + timedelta(seconds=UNDO_SECONDS):
        raise UndoTooLate
    move(
        check,
        IdentityState.SUBMITTED,
        table=IDENTITY,
        at=at,
        actor=actor,
        changes={"decided_at": None, "decided_by": None, "reason": ""},
    )
    refresh_onboarding(agent=agent, at=at)
    _record("accounts.undo_identity_decision", check, actor, at)
    return check


def note_document_opened(*, actor: Actor, document: IdentityDocument, at: datetime) -> None:
    """Write down that somebody other than the agent looked at an identity picture. Audited."""
    policies.require_see_document(actor, document)
    if actor.agent_id == document.check_of.agent_id:
        return
    with transaction.atomic():
        audit.record(
            stream="accounts",
            action="accounts.open_identity_document",
            subject=document.public_id,
            at=at,
            actor=actor,
            data={"check": document.check_of.public_id, "side": document.side},
        )


def _settle(
    *, actor: Actor, agent: AgentProfile, check: IdentityCheck, approve: bool, reason: str, at: datetime, action: str
) -> None:
    move(
        check,
        IdentityState.APPROVED if approve else IdentityState.REJECTED,
        table=IDENTITY,
        at=at,
        actor=actor,
        changes={"decided_at": at, "decided_by_id": actor.user_id, "reason": reason.strip()[:1000]},
    )
    refresh_onboarding(agent=agent, at=at)
    _record(action, check, actor, at, approve=approve)
    publish(IdentityDecided(agent_id=agent.pk, approved=approve, at=at))
    nudge(QUEUE_TOPIC, version=check.public_id)


def _record(action: str, check: IdentityCheck, actor: Actor, at: datetime, **data: bool) -> None:
    audit.record(stream="accounts", action=action, subject=check.public_id, at=at, actor=actor, data=data)


def _lock_own(actor: Actor, agent: AgentProfile) -> tuple[AgentProfile, IdentityCheck]:
    policies.require_agent(actor)
    if actor.agent_id != agent.pk and not policies.is_platform(actor):
        raise NotFound
    locked = AgentProfile.objects.select_for_update(no_key=True, of=("self",)).get(pk=agent.pk)
    IdentityCheck.objects.bulk_create([IdentityCheck(agent=locked)], ignore_conflicts=True)
    check = IdentityCheck.objects.select_for_update(no_key=True, of=("self",)).get(agent=locked)
    return locked, check


def _lock_both(check: IdentityCheck) -> tuple[AgentProfile, IdentityCheck]:
    agent = AgentProfile.objects.select_for_update(no_key=True, of=("self",)).get(pk=check.agent_id)
    return agent, IdentityCheck.objects.select_for_update(no_key=True, of=("self",)).get(pk=check.pk)
