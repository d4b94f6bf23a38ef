"""Form fields shared by pages and API of every app."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


class DayField(forms.DateField):
    """A day one can count on from: its neighbours exist in every time zone."""

    default_error_messages = {"out_of_range": _("Choose a day between 2000 and 2099.")}

    def to_python(self, value: Any) -> date | None:
        """The day; `ValidationError` outside of this century."""
        day = super().to_python(value)
        if day is not None and not FIRST <= day <= LAST:
            raise forms.ValidationError(self.error_messages["out_of_range"], code="out_of_range")
        return day
