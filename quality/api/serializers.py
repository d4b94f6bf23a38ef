"""Shapes of the quality API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from quality.models import Rating
from quality.states import UncontrollableReason


class RatingRequest(serializers.Serializer[Any]):
    """What a widget sends when its customer rates."""

    token = serializers.CharField(max_length=1000, help_text="The token of the widget session.")
    segment = serializers.CharField(max_length=40, help_text="`segment` of the conversation's state.")
    csat = serializers.IntegerField(min_value=1, max_value=5, help_text="1 (very dissatisfied) to 5 (very satisfied).")
    comment = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class RatingSummary(serializers.ModelSerializer[Rating]):
    """One rating, as the client of its programme sees it."""

    id = serializers.CharField(source="public_id")
    programme = serializers.CharField(source="programme.public_id")
    conversation = serializers.CharField(source="segment.conversation.public_id")
    segment = serializers.CharField(source="segment.public_id")
    uncontrollable_reason = serializers.ChoiceField(choices=UncontrollableReason.choices, allow_blank=True)

    class Meta:
        model = Rating
        fields = ["id", "programme", "conversation", "segment", "csat", "comment", "uncontrollable_reason", "at"]
