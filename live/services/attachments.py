"""Taking in files before the message that sends them, and sweeping away what was never sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Min, Sum
from django.utils.translation import gettext as _

from core.errors import Invalid, NotFound
from core.ids import new_public_id
from live.actors import CustomerActor, Talker
from live.errors import ConversationEnded, NotActive, TooManyFiles
from live.logic.files import clean_file, clean_name
from live.logic.rules import RULES
from live.models import Attachment, Conversation, Message
from live.policies import require_work
from live.services.scanning import _scan
from live.states import WRITABLE, Author, ConversationState

_SWEPT_AT_ONCE = 200


def upload_attachment(
    *, actor: Talker, conversation: Conversation, file: IO[bytes], name: str, at: datetime
) -> Attachment:
    """Keep a file for the message that will send it: only who may write into the conversation now may do so.

    Raises `NotFound`, `ConversationEnded`, `NotActive`, `TooManyFiles`, and `Invalid` at `file` for what is too large,
    of no kind we take, or harmful. Side effect: one or two files in the media folder.
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
        row.save(force_insert=True)
    except Exception:
        _delete_files(row)
        raise
    return row


def file_too_large() -> Invalid:
    """The refusal of a file over `settings.ATTACHMENT_MAX_BYTES`."""
    limit = settings.ATTACHMENT_MAX_BYTES // 1024 // 1024
    return Invalid(fields={"file": _("The file is larger than %(limit)d MB.") % {"limit": limit}}, code="live.bad_file")


def sweep_attachments(*, at: datetime) -> int:
    """Delete what was uploaded a day ago and never sent; one that is being sent at this moment is left alone."""
    old = at - timedelta(seconds=RULES.unsent_file_seconds)
    sent = Message.objects.filter(attachment__isnull=False).values("attachment_id")
    with transaction.atomic():
        rows = Attachment.objects.filter(created_at__lt=old).exclude(pk__in=sent).order_by("pk")
        unsent = list(rows.select_for_update(skip_locked=True)[:_SWEPT_AT_ONCE])
        Attachment.objects.filter(pk__in=[row.pk for row in unsent]).delete()
    for row in unsent:
        _delete_files(row)
    return len(unsent)


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
