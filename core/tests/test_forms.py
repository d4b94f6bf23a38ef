"""Forms with rows keep every row that was sent, whatever their count says."""

from __future__ import annotations

import pytest
from django import forms

from core.forms import RowFormSet


class Name(forms.Form):
    name = forms.CharField(max_length=20)


Names = forms.formset_factory(Name, formset=RowFormSet, extra=1, can_delete=True, max_num=4, absolute_max=4)
SENT = {"row-0-name": "Ann", "row-1-name": "Bo", "row-2-name": "", "row-x-name": "no row", "other-3-name": "no row"}
RIGHT = {"row-TOTAL_FORMS": "3", "row-INITIAL_FORMS": "1"}


@pytest.mark.parametrize("field", RIGHT)
@pytest.mark.parametrize("count", ["-1", "0", "1", "9" * 40, "no number", "a\0b", None])
def test_rows_are_counted_by_what_was_sent(field: str, count: str | None) -> None:
    counts = {name: text for name, text in {**RIGHT, field: count}.items() if text is not None}
    rows = Names({**SENT, **counts}, prefix="row", initial=[{"name": "Ann"}])
    assert rows.is_valid()
    assert [row.cleaned_data.get("name") for row in rows] == ["Ann", "Bo", None]
    assert [bool(row.initial) for row in rows] == [True, False, False]
    assert 'name="row-TOTAL_FORMS" value="3"' in str(rows.management_form)


def test_more_rows_than_there_may_be_are_refused_and_not_dropped() -> None:
    rows = Names({**SENT, **RIGHT, "row-4-name": "Cy", "row-900000000-name": "Di"}, prefix="row")
    assert not rows.is_valid()
    assert len(rows) == 4
    assert rows.non_form_errors() == ["Please submit at most 4 forms."]


def test_a_form_without_its_rows_asks_for_what_is_stored_and_takes_nothing_out() -> None:
    rows = Names({}, prefix="row", initial=[{"name": "Ann"}, {"name": "Bo"}])
    assert not rows.is_valid()
    assert [row.errors for row in rows] == [{"name": ["This field is required."]}]
