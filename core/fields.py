"""Form fields shared by pages and API of every app: what was typed stays inside what the system can reckon with.

Python and PostgreSQL take the years 1 and 9999, but neither can be moved to another time zone or given one more day.
A test holds that every day and moment of a form is one of these, and every number and text has a largest size.
"""

from datetime import date, datetime
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

LARGEST_INT = 2**31 - 1
"""What an `integer` column holds."""
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
OUT_OF_REACH = _("Choose a day between 2000 and 2099.")


def in_reach(day: date) -> bool:
    """Whether a day (of a moment: in the zone it was sent in) is one the system can reckon with."""
    return FIRST <= day <= LAST


class DayField(forms.DateField):
    """A day one can count on from: its neighbours exist in every time zone."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"out_of_range": OUT_OF_REACH}

    def to_python(self, value: Any) -> date | None:
        """The day; `ValidationError` outside of this century."""
        day = super().to_python(value)
        if day is not None and not in_reach(day):
            raise forms.ValidationError(self.error_messages["out_of_range"], code="out_of_range")
        return day


class MomentField(forms.DateTimeField):
    """A moment of this century, typed in the reader's own zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    default_error_messages = {"out_of_range": OUT_OF_REACH}

    def to_python(self, value: Any) -> datetime | None:
        """The moment; `ValidationError` outside of this century."""
        moment = super().to_python(value)
        if moment is not None and not in_reach(moment.date()):
            raise forms.ValidationError(self.error_messages["out_of_range"], code="out_of_range")
        return moment


class MomentFilter(django_filters.DateTimeFilter):
    """A moment of this century in a query, with its offset or in the reader's own zone."""

    field_class = MomentField
