"""Filters of conversation lists, shared by page and API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from accounts.actors import ANONYMOUS
from accounts.selectors import programmes_for
from core.fields import MomentFilter
from live.models import Conversation
from live.states import ConversationState


class ConversationFilter(FilterSet):
    """By programme, state, language and time of the first message."""

    programme = CharFilter(field_name="programme__public_id", help_text="Public id of a programme.")
    state = ChoiceFilter(choices=ConversationState.choices)
    language = CharFilter(field_name="language")
    started_after = MomentFilter(field_name="started_at", lookup_expr="gte")
    started_before = MomentFilter(field_name="started_at", lookup_expr="lt")

    class Meta:
        model = Conversation
        fields = ["programme", "state", "language", "started_after", "started_before"]


def _programmes(request: Any) -> QuerySet[Any]:
    return programmes_for(request.actor if request is not None else ANONYMOUS)


class ConversationPageFilter(FilterSet):
    """What a client's page offers: one of one's programmes, and a state."""

    programme = ModelChoiceFilter(
        queryset=_programmes, to_field_name="public_id", label=_("Programme"), empty_label=_("Any programme")
    )
    state = ChoiceFilter(choices=ConversationState.choices, label=_("State"), empty_label=_("Any state"))

    class Meta:
        model = Conversation
        fields: list[str] = []
