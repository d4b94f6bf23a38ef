"""State tables on their own; moving rows is tested where there are rows (`accounts/tests/test_states.py`)."""

from django.db import models

from core.states import StateTable


class Light(models.TextChoices):
    RED = "red"
    GREEN = "green"
    BROKEN = "broken"


TABLE = StateTable(Light, initial=[Light.RED], edges={Light.RED: [Light.GREEN, Light.BROKEN], Light.GREEN: [Light.RED]})


def test_a_table_knows_its_moves():
    assert TABLE.allows("red", "green")
    assert not TABLE.allows("green", "broken")
    assert not TABLE.allows("broken", "red")
    assert TABLE.pairs() == [("red", "green"), ("red", "broken"), ("green", "red")]
    assert TABLE.final == {"broken"}


def test_a_table_draws_itself():
    assert TABLE.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> red",
        "    red --> green",
        "    red --> broken",
        "    green --> red",
        "    broken --> [*]",
    ]
