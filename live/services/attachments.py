"""Taking in files before the message that sends them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Min, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core import locks
from core.errors import Invalid, NotFound
from core.ids import new_public_id
from live.actors import CustomerActor, Talker
from live.errors import ConversationEnded, NotActive, TooManyFiles
from live.logic.files import clean_file, clean_name
from live.logic.rules import RULES
from live.models import Attachment, Conversation
from live.policies import require_work
from live.services.scanning import _scan
from live.states import WRITABLE, Author, ConversationState


def upload_attachment(
    *, actor: Talker, conversation: Conversation, file: IO[bytes], name: str, at: datetime
) -> Attachment:
    """Keep a file for the message that will send it: only who may write into the conversation now may do so.

    Raises `NotFound`, `ConversationEnded`, `NotActive`, `TooManyFiles`, and `Invalid` at `file` for what is too large,
    of no kind we take, or harmful. Side effect: one or two files in the media folder, written
    before the row that names them; what a process killed in between leaves is swept away (`sweep_lost_files`).
    """
    author, agent_id = _writer(actor, conversation)
    _check_room(conversation, author, at)
    data = file.read(settings.ATTACHMENT_MAX_BYTES + 1)
    if len(data) > settings.ATTACHMENT_MAX_BYTES:
        raise file_too_large()
    clean = clean_file(data)
    _scan(clean.data, clean.media_type)
    public_id = new_public_id("att")
    row = Attachment(
        public_id=public_id,
        conversation_id=conversation.pk,
        author=author,
        agent_id=agent_id,
        name=clean_name(name, clean.extension),
        media_type=clean.media_type,
        size_bytes=len(clean.data),
        width=clean.width,
        height=clean.height,
        sha256=clean.sha256,
        created_at=at,
    )
    row.file.save(f"{public_id}.{clean.extension}", ContentFile(clean.data), save=False)
    if clean.small:
        row.small.save(f"{public_id}.small.{clean.small_extension}", ContentFile(clean.small), save=False)
    try:
        with transaction.atomic():
            locks.hold(
                "live.attachments", conversation.pk, author
            )  # so that two at once do not both take the last place
            _check_room(conversation, author, at)
            row.save(force_insert=True)
    except Exception:
        _delete_files(row)
        raise
    return row


def file_too_large() -> Invalid:
    """The refusal of a file over `settings.ATTACHMENT_MAX_BYTES`."""
    limit = filesizeformat(settings.ATTACHMENT_MAX_BYTES)
    return Invalid(fields={"file": _("The file is larger than %(limit)s.") % {"limit": limit}}, code="live.bad_file")


def _writer(actor: Talker, conversation: Conversation) -> tuple[str, int | None]:
    """Who would be the author, if they may write now."""
    row = Conversation.objects.filter(pk=conversation.pk).first()
    if isinstance(actor, CustomerActor):
        if row is None or row.customer_id != actor.customer_id:
            raise NotFound
        if row.state not in WRITABLE:
            raise ConversationEnded
        return Author.CUSTOMER, None
    agent_id = require_work(actor)
    if row is None or row.agent_id != agent_id:
        raise NotFound
    if row.state != ConversationState.ACTIVE:
        raise NotActive
    return Author.AGENT, agent_id


def _check_room(conversation: Conversation, author: str, at: datetime) -> None:
    """So many files and bytes an hour for each side of a conversation, sent or not."""
    since = at - timedelta(seconds=RULES.files_window_seconds)
    lately = Attachment.objects.filter(conversation_id=conversation.pk, author=author, created_at__gt=since)
    used = lately.aggregate(n=Count("pk"), size=Sum("size_bytes"), first=Min("created_at"))
    if used["n"] >= RULES.files_in_window or (used["size"] or 0) >= RULES.files_bytes_in_window:
        free = used["first"] + timedelta(seconds=RULES.files_window_seconds) - at
        raise TooManyFiles(detail={"retry_after_seconds": int(free.total_seconds())})


def _delete_files(row: Attachment) -> None:
    row.file.delete(save=False)
    if row.small:
        row.small.delete(save=False)
