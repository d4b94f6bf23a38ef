"""Shapes of the live API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from live.models import Conversation
from live.states import Author, ConversationState, EndedHow, WrapUpCode


class WidgetSessionRequest(serializers.Serializer[Any]):
    """What a widget sends."""

    site_key = serializers.CharField(max_length=40, help_text="`data-site-key` of the script tag.")
    visitor_key = serializers.CharField(
        max_length=120, required=False, allow_blank=True, help_text="What an earlier answer gave; a secret."
    )
    language = serializers.CharField(max_length=10, required=False, allow_blank=True)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True)


class WidgetCustomer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()


class WidgetProgramme(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    greeting = serializers.CharField()
    colour = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())


class WidgetOpen(serializers.Serializer[Any]):
    agents_available = serializers.IntegerField()
    waiting = serializers.IntegerField()
    estimate_seconds = serializers.IntegerField(allow_null=True)
    estimate_error_seconds = serializers.IntegerField(allow_null=True)


class WidgetSessionAnswer(serializers.Serializer[Any]):
    """What a widget needs to open its socket."""

    token = serializers.CharField()
    token_expires_at = serializers.DateTimeField()
    visitor_key = serializers.CharField(help_text="Keep it; it finds the same customer again.")
    socket_url = serializers.CharField()
    server_time = serializers.DateTimeField()
    file_max_bytes = serializers.IntegerField(help_text="The largest file that may be sent.")
    customer = WidgetCustomer()
    programme = WidgetProgramme()
    open = WidgetOpen()


class ConversationSummary(serializers.ModelSerializer[Conversation]):
    """One conversation in a list."""

    id = serializers.CharField(source="public_id")
    programme = serializers.CharField(source="programme.public_id")
    customer = serializers.CharField(source="customer.public_id")
    state = serializers.ChoiceField(choices=ConversationState.choices)
    messages = serializers.IntegerField(source="last_seq")

    class Meta:
        model = Conversation
        fields = [
            "id",
            "programme",
            "customer",
            "channel",
            "language",
            "state",
            "messages",
            "started_at",
            "waited_seconds",
            "first_replied_at",
            "ended_at",
        ]


class SegmentLine(serializers.Serializer[Any]):
    """One agent's part."""

    id = serializers.CharField(source="public_id")
    agent = serializers.CharField(source="agent_name")
    from_seq = serializers.IntegerField()
    to_seq = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_how = serializers.ChoiceField(choices=[c for c in EndedHow.choices if c[0]], allow_blank=True)
    wrap_up_code = serializers.ChoiceField(choices=WrapUpCode.choices, allow_blank=True)


class AttachmentUpload(serializers.Serializer[Any]):
    """A file, as a form sends it."""

    file = serializers.FileField(allow_empty_file=True, help_text="PNG, JPEG, WebP, GIF, PDF or plain text.")


class WidgetAttachmentUpload(AttachmentUpload):
    """A file from a customer."""

    token = serializers.CharField(help_text="The token of the widget's session.")
    conversation = serializers.CharField(max_length=40)


class AttachmentBody(serializers.Serializer[Any]):
    """A file as messages show it."""

    id = serializers.CharField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    url = serializers.CharField()
    small_url = serializers.CharField(allow_null=True, help_text="Pictures: at the size a conversation shows.")


class MessageFile(serializers.Serializer[Any]):
    """The file a message sent."""

    id = serializers.CharField(source="public_id", help_text="Fetched at `/api/v1/attachments/{id}/`.")
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(source="size_bytes")


class MessageLine(serializers.Serializer[Any]):
    """One message, personal numbers masked."""

    seq = serializers.IntegerField()
    author = serializers.ChoiceField(choices=Author.choices)
    name = serializers.CharField()
    text = serializers.CharField()
    code = serializers.CharField()
    is_masked = serializers.BooleanField()
    at = serializers.DateTimeField()
    attachment = MessageFile(allow_null=True)


class ConversationDetail(serializers.Serializer[Any]):
    """A conversation with its transcript."""

    conversation = ConversationSummary()
    segments = SegmentLine(many=True)
    messages = MessageLine(many=True)
