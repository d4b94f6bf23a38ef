"""Forms with rows, shared by pages of every app."""

from __future__ import annotations

import re

from django import forms
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm
from django.utils.functional import cached_property


class RowFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows of one kind: those that were sent, whatever the page's own count of them has become on its way.

    A damaged count would lose what was typed, a too small one would drop rows without a word. A form that came
    without any row is shown one.
    """

    @cached_property
    def management_form(self) -> ManagementForm:
        """How many rows there are, counted by the names of the fields."""
        if not self.is_bound:
            return super().management_form
        row = re.compile(rf"{re.escape(self.add_prefix(''))}(0|[1-9]\d{{0,8}})-")
        rows = max([1, *(int(found[1]) + 1 for found in map(row.match, self.data) if found)])
        counts = {TOTAL_FORM_COUNT: rows, INITIAL_FORM_COUNT: min(len(self.initial or ()), rows)}
        form = ManagementForm({f"{self.prefix}-{name}": n for name, n in counts.items()}, prefix=self.prefix)
        form.full_clean()
        return form
