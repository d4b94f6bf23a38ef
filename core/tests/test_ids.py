"""Public ids sort by age and cannot be guessed or mistaken."""

import pytest
import time_machine

from core.ids import PublicIdConverter, PublicIdField, is_public_id, new_public_id


def test_ids_have_their_form_and_never_repeat():
    ids = {new_public_id("tsk") for _n in range(10_000)}
    assert len(ids) == 10_000
    assert all(is_public_id(one) and len(one) == 30 for one in ids)


def test_later_ids_sort_later():
    made = []
    for moment in ("2026-01-01 00:00:00", "2026-01-01 00:00:00.001", "2031-05-05"):
        with time_machine.travel(moment, tick=False):
            made.append(new_public_id("tsk"))
    assert made == sorted(made)


@pytest.mark.parametrize(
    "text",
    ["", "tsk_", "tsk_" + "i" * 26, "TSK_" + "0" * 26, "tsk_" + "0" * 27, "x' OR 1=1 --", "tsk_" + "0" * 26 + "\n"],
)
def test_what_is_no_id_is_told(text):
    assert not is_public_id(text)


def test_the_field_fills_itself_and_the_converter_passes_through():
    field = PublicIdField(prefix="tsk")
    assert field.get_default().startswith("tsk_")
    assert field.get_default() != field.get_default()
    _name, _path, _args, kwargs = field.deconstruct()
    assert kwargs["prefix"] == "tsk"
    assert PublicIdConverter().to_python("tsk_x") == PublicIdConverter().to_url("tsk_x") == "tsk_x"
