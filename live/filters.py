"""Filters of conversation lists, shared by page and API."""

from django_filters import CharFilter, ChoiceFilter, FilterSet, IsoDateTimeFilter

from live.models import Conversation
from live.states import ConversationState


class ConversationFilter(FilterSet):
    """By programme, state, language and time of the first message."""

    programme = CharFilter(field_name="programme__public_id", help_text="Public id of a programme.")
    state = ChoiceFilter(choices=ConversationState.choices)
    language = CharFilter(field_name="language")
    started_after = IsoDateTimeFilter(field_name="started_at", lookup_expr="gte")
    started_before = IsoDateTimeFilter(field_name="started_at", lookup_expr="lt")

    class Meta:
        model = Conversation
        fields = ["programme", "state", "language", "started_after", "started_before"]
