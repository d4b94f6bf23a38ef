"""What was said, readable with personal numbers masked, and the sealed original where something was masked."""

import pgtrigger
from django.db import models
from django.db.models import Q

from live.models.attachments import Attachment
from live.models.conversations import Conversation
from live.states import WRITABLE, Author

_WRITABLE = ", ".join(f"'{state}'" for state in WRITABLE)


_COLUMNS = "id conversation_id seq epoch author agent_id client_msg_id code attachment_id is_masked at"


def _but_body(row: str) -> str:
    """All of a row that its agent's erasure leaves as it is, as SQL."""
    return ", ".join(f"{row}.{column}" for column in _COLUMNS.split())


class Message(models.Model):
    """One message; append-only. `epoch` is the conversation's at the moment of storing.

    The one change is to the sentence of a system message (it has a `code`): the name in it is taken out when its
    agent is erased.

    The trigger refuses a place (`seq`) that is not the conversation's newest, an epoch that is not the
    current one, and an author who may not write in its state, whichever way the row comes in.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages", db_index=False)
    seq = models.PositiveIntegerField()
    epoch = models.PositiveIntegerField()
    author = models.CharField(max_length=8, choices=Author.choices)
    agent = models.ForeignKey(
        "accounts.AgentProfile", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client_msg_id = models.CharField(max_length=64)
    code = models.CharField(max_length=24, blank=True)
    body = models.TextField(blank=True)
    attachment = models.ForeignKey(
        Attachment, null=True, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    """The file it sends, if any; then the text may be empty."""
    is_masked = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq_once"),
            models.UniqueConstraint(fields=["conversation", "author", "client_msg_id"], name="message_stored_once"),
            models.UniqueConstraint(
                fields=["attachment"], condition=Q(attachment__isnull=False), name="message_attachment_once"
            ),
            models.CheckConstraint(condition=~Q(body="") | Q(attachment__isnull=False), name="message_says_something"),
            models.CheckConstraint(
                condition=(Q(author="agent") & Q(agent__isnull=False)) | (~Q(author="agent") & Q(agent=None)),
                name="message_agent_named",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="message_fits_conversation",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("talk", "live_conversation%ROWTYPE")],
                func=f"""
                    SELECT * INTO talk FROM live_conversation WHERE id = NEW.conversation_id;
                    IF NEW.epoch <> talk.epoch
                        OR (NEW.author = 'agent' AND (talk.state <> 'active' OR NEW.agent_id <> talk.agent_id))
                        OR (NEW.author = 'customer' AND talk.state NOT IN ({_WRITABLE}))
                    THEN
                        RAISE EXCEPTION 'the % may not write into conversation % in epoch %',
                            NEW.author, NEW.conversation_id, NEW.epoch
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'message_by_its_owner';
                    END IF;
                    IF NEW.seq <> talk.last_seq THEN
                        RAISE EXCEPTION 'message % is not the newest of conversation %', NEW.seq, NEW.conversation_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'message_seq_is_next';
                    END IF;
                    IF NEW.attachment_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM live_attachment f WHERE f.id = NEW.attachment_id
                            AND f.conversation_id = NEW.conversation_id AND f.author = NEW.author
                            AND f.agent_id IS NOT DISTINCT FROM NEW.agent_id
                    ) THEN
                        RAISE EXCEPTION 'file % is not for the % to send in conversation %',
                            NEW.attachment_id, NEW.author, NEW.conversation_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'message_attachment_is_its_authors';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608  (states of our own table)
            ),
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="said_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"NOT (OLD.code <> '' AND ({_but_body('OLD')}) IS NOT DISTINCT FROM ({_but_body('NEW')}))"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.seq} by {self.author}"


class SealedText(models.Model):
    """The text of a masked message as it was typed, encrypted; opening it is a permission and an audit entry."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="sealed")
    token = models.BinaryField()
    key_id = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"sealed text of {self.message_id}"
