"""Filters of task lists, shared by the client's page and the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.actors import ANONYMOUS
from accounts.selectors import programmes_for
from accounts.states import ServiceLanguage
from core.fields import MomentFilter
from tasks.models import RateCard, Task
from tasks.states import TaskState

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _programmes(request: Any) -> QuerySet[Any]:
    from accounts.api import actor_of

    if request is None:
        return programmes_for(ANONYMOUS)
    return programmes_for(request.actor if not hasattr(request, "auth") else actor_of(request))


class TaskFilter(django_filters.FilterSet):
    """By state, programme, language, time and words of the title."""

    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", label=_("Search"), max_length=120)
    state = django_filters.MultipleChoiceFilter(choices=TaskState.choices, label=_("State"))
    programme = django_filters.ModelChoiceFilter(
        queryset=_programmes, to_field_name="public_id", label=_("Programme"), empty_label=_("Any programme")
    )
    language = django_filters.ChoiceFilter(
        choices=ServiceLanguage.choices, label=_("Language"), empty_label=_("Any language")
    )
    starts_after = MomentFilter(field_name="starts_at", lookup_expr="gte", label=_("Starts from"))
    starts_before = MomentFilter(field_name="starts_at", lookup_expr="lt", label=_("Starts before"))

    class Meta:
        model = Task
        fields: list[str] = []


class RateCardFilter(django_filters.FilterSet):
    """By programme."""

    programme = django_filters.ModelChoiceFilter(
        queryset=_programmes, to_field_name="public_id", label=_("Programme"), empty_label=_("Any programme")
    )

    class Meta:
        model = RateCard
        fields: list[str] = []
