"""What the API of this app takes and gives."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from certification.selectors import Verified
from certification.states import CertificateState, SignalKind


class CertificateSerializer(serializers.Serializer[Verified]):
    """A verified certificate: nothing personal beyond the service name."""

    id = serializers.CharField(source="public_id")
    state = serializers.ChoiceField(choices=CertificateState.choices)
    holds = serializers.BooleanField()
    service_name = serializers.CharField()
    standard = serializers.CharField(source="standard.slug")
    standard_version = serializers.IntegerField(source="standard.version")
    standard_name = serializers.CharField(source="standard.name")
    issued_at = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_reason = serializers.CharField()
    renewed_by = serializers.CharField(allow_null=True)


class AnswerSerializer(serializers.Serializer[Any]):
    """One answer of the exam player; `answer` takes the form of its question's kind, null clears it."""

    answer = serializers.JSONField(allow_null=True)
    flagged = serializers.BooleanField(required=False)
    device = serializers.CharField(required=False, max_length=40, allow_blank=True)
    was_offline = serializers.BooleanField(required=False, default=False)


class SavedSerializer(serializers.Serializer[Any]):
    """What the player is told once an answer is stored."""

    position = serializers.IntegerField()
    answered = serializers.BooleanField()
    flagged = serializers.BooleanField()
    saved_at = serializers.DateTimeField()
    deadline_at = serializers.DateTimeField()


class SignalSerializer(serializers.Serializer[Any]):
    """Something the player noticed."""

    kind = serializers.ChoiceField(choices=SignalKind.choices)
    position = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=1000)
    seconds = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=86_400)


class ReplySerializer(serializers.Serializer[Any]):
    """A reply to one turn of a simulated conversation."""

    text = serializers.CharField(allow_blank=True, max_length=2000, trim_whitespace=False)
    sent = serializers.BooleanField(required=False, default=False)


class ReplySavedSerializer(serializers.Serializer[Any]):
    """What is told once a reply is stored."""

    turn = serializers.IntegerField()
    sent = serializers.BooleanField()
    saved_at = serializers.DateTimeField()
