"""Searching the books."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import DayField
from ledger.states import AccountKind


class EntrySearchForm(forms.Form):
    """Which entries to show: by owner, id or source; by account; by day."""

    q = forms.CharField(label=_("Owner, entry or source"), required=False, max_length=80)
    account = forms.ChoiceField(
        label=pgettext_lazy("ledger", "Account"), required=False, choices=[("", _("All")), *AccountKind.choices]
    )
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
