"""Files of a conversation, for those who may read the message that sent them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from core.errors import NotFound
from live.actors import CustomerActor, Talker
from live.models import Attachment, Message
from live.selectors.conversations import conversations_for
from live.selectors.history import serves_customer
from live.selectors.transcripts import file_name, is_blind, last_seq_for
from live.states import ENDED


@dataclass(frozen=True)
class ServedFile:
    """A file on its way to a reader: open it once. `name` says nothing about people to readers without names."""

    content: IO[bytes]
    media_type: str
    name: str


def open_attachment(public_id: str, *, actor: Talker, small: bool = False) -> ServedFile:
    """A sent file as `actor` may have it; `NotFound` for everybody who may not read its message.

    A file that was not sent yet is its uploader's, as long as they may write. `small` is a picture's small size.
    """
    row = Attachment.objects.select_related("conversation").filter(public_id=public_id).first()
    if row is None or not _may_open(actor, row):
        raise NotFound
    name = file_name(row, blind=is_blind(actor))
    if small and row.small:
        kind = "image/png" if str(row.small.name).endswith(".png") else "image/jpeg"
        return ServedFile(row.small.open("rb"), kind, name)
    return ServedFile(row.file.open("rb"), row.media_type, name)


def _may_open(actor: Talker, row: Attachment) -> bool:
    message = Message.objects.filter(attachment=row).first()
    if isinstance(actor, CustomerActor):
        return row.conversation.customer_id == actor.customer_id and (message is not None or row.author == "customer")
    if message is None:
        return row.agent_id is not None and row.agent_id == actor.agent_id == row.conversation.agent_id
    if row.conversation.state in ENDED and serves_customer(actor, row.conversation.customer_id):
        return True
    known = conversations_for(actor).filter(pk=row.conversation_id).first()
    if known is None:
        return False
    limit = last_seq_for(actor, known, list(known.segments.all()))
    return limit is None or message.seq <= limit
