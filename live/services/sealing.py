"""Sealing what was typed before masking, and opening it again under permission and audit."""

from __future__ import annotations

from datetime import datetime

from cryptography.fernet import Fernet
from django.db import transaction

from accounts.actors import Actor
from core import audit, keys
from core.errors import NotFound
from live.models import Conversation, Message, SealedText
from live.policies import require_open_sealed

PURPOSE = "sealed-messages"


def _seal(*, message_id: int, text: str) -> None:
    """Keep `text` encrypted beside its message; inside the transaction that stores the message."""
    token = Fernet(keys.secret_key(PURPOSE)).encrypt(text.encode())
    SealedText.objects.create(message_id=message_id, token=token, key_id=keys.secret_key_id(PURPOSE))


@transaction.atomic
def open_sealed_text(*, actor: Actor, conversation: Conversation, seq: int, reason: str, at: datetime) -> str:
    """Return message `seq` as it was typed.

    Raises `NotAllowed` for anybody but operators, auditors and the client's owner and supervisors, and
    `NotFound` when nothing of it was sealed. Side effect: an audit entry with the reason.
    """
    require_open_sealed(actor, conversation)
    message = Message.objects.select_related("sealed").filter(conversation=conversation, seq=seq).first()
    sealed = getattr(message, "sealed", None)
    if sealed is None:
        raise NotFound
    audit.record(
        stream="live.sealed",
        action="live.open_sealed_text",
        subject=conversation.public_id,
        at=at,
        actor=actor,
        data={"seq": seq, "reason": reason},
    )
    return Fernet(keys.secret_key(PURPOSE)).decrypt(bytes(sealed.token)).decode()
