"""The published formula: exact examples, and what holds for every input."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pay.logic.curves import (
    HIGHEST,
    LOWEST,
    QUALITY_CURVE,
    SATISFACTION_CURVE,
    quality_multiplier,
    read,
    satisfaction_multiplier,
)
from pay.logic.price import Inputs, price, split_cost


def inputs(minutes: int, units: int, unit_price: int, q: str, s: str, **more: int) -> Inputs:
    return Inputs(
        currency="CNY",
        minutes=minutes,
        units=units,
        floor_rate_minor=3_000,
        unit_price_minor=unit_price,
        q=Fraction(q),
        s=Fraction(s),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("given_inputs", "amount", "floor_held"),
    [
        (inputs(60, 12, 200, "1.1", "1.05"), 3_465, False),
        (inputs(60, 12, 200, "0.8", "0.9"), 3_000, True),
        (inputs(60, 20, 200, "0.8", "0.9"), 3_000, True),
        (inputs(60, 20, 200, "1.2", "1.1"), 5_280, False),
        (inputs(0, 7, 115, "1.03", "1.07"), 887, False),
    ],
)
def test_price_of_published_examples(given_inputs: Inputs, amount: int, floor_held: bool) -> None:
    priced = price(given_inputs)
    assert priced.amount_minor == amount
    assert priced.floor_held is floor_held


def test_price_shows_its_steps() -> None:
    priced = price(inputs(60, 12, 200, "1.1", "1.05", bonus_minor=500, escalations=2, escalation_minor=150))

    assert (priced.floor, priced.pieces, priced.base) == (3_000, 2_400, 3_000)
    assert priced.multiplier == Fraction("1.155")
    assert (priced.lifted, priced.service) == (3_465, 3_465)
    assert (priced.bonus, priced.escalations, priced.total) == (500, 300, 4_265)


def test_a_tie_goes_to_the_agent() -> None:
    assert price(inputs(0, 1, 1, "0.5", "1")).amount_minor == 1
    assert price(inputs(1, 0, 0, "1", "1")).amount_minor == 50
    assert price(inputs(29, 0, 0, "1", "1")).amount_minor == 1_450


def test_the_fee_is_on_top() -> None:
    priced = price(inputs(60, 0, 0, "1", "1", fee_bps=1_250))
    assert (priced.amount_minor, priced.fee_minor, priced.cost_minor) == (3_000, 375, 3_375)


amounts = st.integers(0, 10_000_000)
multipliers = st.fractions(LOWEST, HIGHEST)
anything = st.builds(
    Inputs,
    currency=st.just("CNY"),
    minutes=st.integers(0, 1_440),
    units=st.integers(0, 500),
    floor_rate_minor=amounts,
    unit_price_minor=amounts,
    q=multipliers,
    s=multipliers,
    bonus_minor=amounts,
    escalations=st.integers(0, 20),
    escalation_minor=amounts,
    fee_bps=st.integers(0, 10_000),
    tier=st.sampled_from(["bronze", "gold"]),
    q_samples=st.integers(0, 50),
    q_mean=st.fractions(0, 100),
)


@given(anything)
def test_the_floor_holds_whatever_the_multipliers_say(given_inputs: Inputs) -> None:
    priced = price(given_inputs)
    assert priced.service >= priced.floor
    assert priced.amount_minor >= priced.floor + priced.bonus + priced.escalations - Fraction(1, 2)


@given(anything)
def test_it_is_rounded_once_and_half_up(given_inputs: Inputs) -> None:
    priced = price(given_inputs)
    assert -Fraction(1, 2) <= priced.total - priced.amount_minor < Fraction(1, 2)


@given(anything, st.integers(1, 60), st.integers(1, 10))
def test_more_work_never_pays_less(given_inputs: Inputs, minutes: int, units: int) -> None:
    more = replace(given_inputs, minutes=given_inputs.minutes + minutes, units=given_inputs.units + units)
    assert price(more).amount_minor >= price(given_inputs).amount_minor


@given(anything)
def test_better_quality_never_pays_less(given_inputs: Inputs) -> None:
    assert price(replace(given_inputs, q=HIGHEST)).amount_minor >= price(given_inputs).amount_minor


@given(anything)
def test_stored_inputs_give_the_same_price(given_inputs: Inputs) -> None:
    stored = json.loads(json.dumps(given_inputs.to_json()))
    assert price(Inputs.from_json(stored)) == price(given_inputs)


def test_inputs_of_another_formula_are_not_guessed() -> None:
    with pytest.raises(ValueError, match="unknown formula"):
        Inputs.from_json({"formula": 99})


def test_nothing_negative_is_priced() -> None:
    with pytest.raises(ValueError, match="negative"):
        price(inputs(-1, 0, 0, "1", "1"))


@pytest.mark.parametrize(
    ("mean", "value"),
    [
        ("0", "0.8"),
        ("60", "0.8"),
        ("70", "0.9"),
        ("80", "1"),
        ("85", "1.05"),
        ("90", "1.1"),
        ("95", "1.2"),
        ("100", "1.3"),
    ],
)
def test_quality_curve(mean: str, value: str) -> None:
    assert quality_multiplier(50, Fraction(mean)).value == Fraction(value)


@pytest.mark.parametrize(
    ("percent", "value"), [("0", "0.8"), ("50", "0.8"), ("65", "0.9"), ("80", "1"), ("90", "1.1"), ("100", "1.3")]
)
def test_satisfaction_curve(percent: str, value: str) -> None:
    assert satisfaction_multiplier(10, Fraction(percent)).value == Fraction(value)


@given(st.integers(0, 9), st.fractions(0, 100))
def test_few_samples_move_nothing(samples: int, mean: Fraction) -> None:
    assert quality_multiplier(samples, mean).value == 1
    assert satisfaction_multiplier(samples, mean).value == 1


@given(st.fractions(-10, 110), st.fractions(-10, 110))
def test_curves_rise_and_stay_within_bounds(a: Fraction, b: Fraction) -> None:
    for curve in (QUALITY_CURVE, SATISFACTION_CURVE):
        low, high = read(curve, min(a, b)), read(curve, max(a, b))
        assert LOWEST <= low <= high <= HIGHEST


@given(st.integers(0, 10**9), st.integers(-5, 10**9), st.integers(-5, 10**9))
def test_a_cost_is_taken_from_reserve_then_funds_then_owed(cost: int, reserve: int, funds: int) -> None:
    parts = split_cost(cost, reserve, funds)
    assert sum(parts) == cost
    assert min(parts) >= 0
    assert parts[0] == min(cost, max(reserve, 0))
    assert parts[2] == max(cost - max(reserve, 0) - max(funds, 0), 0)


def test_a_price_of_the_first_version_is_read_as_it_was() -> None:
    stored = inputs(30, 12, 200, "1.1", "1.05").to_json()
    assert stored["formula"] == 2
    old = {name: value for name, value in stored.items() if not name.startswith("called_off")} | {"formula": 1}
    assert price(Inputs.from_json(old)) == price(Inputs.from_json(stored))
    with pytest.raises(ValueError, match="unknown formula"):
        Inputs.from_json({**stored, "formula": 3})


def test_a_block_called_off_earns_its_share_of_the_floor() -> None:
    called_off = replace(inputs(0, 0, 200, "1", "1"), called_off_minutes=30, called_off_share=Fraction(40, 100))
    priced = price(called_off)
    assert (priced.called_off, priced.amount_minor, priced.fee_minor) == (600, 600, 0)
    assert Inputs.from_json(json.loads(json.dumps(called_off.to_json()))) == called_off
