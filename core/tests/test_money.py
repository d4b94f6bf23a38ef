"""Exact money: no floats, no mixing, one rounding rule."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import Money, allocate, round_half_up


def test_arithmetic_is_exact():
    assert Money(1050, "CNY") + Money(-50, "CNY") == Money(1000, "CNY")
    assert Money(3, "USD") * 7 - Money(1, "USD") == Money(20, "USD")
    assert -Money(5, "CNY") < Money.zero("CNY") <= Money(0, "CNY")
    assert Money.total([Money(1, "CNY"), Money(2, "CNY")], "CNY") == Money(3, "CNY")
    assert Money.total([], "JPY") == Money(0, "JPY")
    assert (bool(Money(0, "CNY")), bool(Money(-1, "CNY"))) == (False, True)


@pytest.mark.parametrize("operation", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a <= b])
def test_two_currencies_do_not_mix(operation):
    with pytest.raises(ValueError, match="do not mix"):
        operation(Money(1, "CNY"), Money(1, "USD"))


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1)])
def test_minor_units_are_ints(minor):
    with pytest.raises(TypeError):
        Money(minor, "CNY")


@pytest.mark.parametrize("currency", ["", "cny", "YUAN", "人民币"])
def test_currencies_are_iso_codes(currency):
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, currency)


def test_money_is_not_multiplied_by_fractions():
    with pytest.raises(TypeError):
        Money(100, "CNY") * 1.5


def test_money_is_written_for_its_reader():
    assert Money(123456, "CNY").format("zh-hans") == "¥1,234.56"
    assert Money(-123456, "CNY").format("en") == "-CN¥1,234.56"
    assert Money(500, "JPY").format("en") == "¥500"
    assert str(Money(5, "USD")) == "$0.05"


def test_major_units_are_read_exactly_or_refused():
    assert Money.from_major(Decimal("12.34"), "CNY") == Money(1234, "CNY")
    assert Money.from_major(Decimal("500"), "JPY") == Money(500, "JPY")
    with pytest.raises(ValueError, match="more decimals"):
        Money.from_major(Decimal("0.001"), "CNY")
    with pytest.raises(ValueError, match="more decimals"):
        Money.from_major(Decimal("0.5"), "JPY")


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        (Decimal("887.1905"), 887),
        (Decimal("886.5"), 887),
        (Decimal("-886.5"), -887),
        (Fraction(3, 2), 2),
        (Fraction(-3, 2), -2),
        (Fraction(1, 3), 0),
        (7, 7),
    ],
)
def test_ties_are_rounded_away_from_zero(amount, rounded):
    assert round_half_up(amount) == rounded


@given(st.fractions())
def test_rounding_moves_by_half_a_unit_at_most(amount):
    assert abs(round_half_up(amount) - amount) <= Fraction(1, 2)
    assert round_half_up(-amount) == -round_half_up(amount)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_parts_add_up_and_are_near_their_share(total, weights):
    parts = allocate(total, weights)
    assert sum(parts) == total
    assert all(abs(p - Fraction(total * w, sum(weights))) < 1 for p, w in zip(parts, weights, strict=True))


def test_the_larger_remainder_gets_the_last_unit():
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(5, [3, 1]) == [4, 1]
    for weights in ([], [0, 0], [-1, 2]):
        with pytest.raises(ValueError):  # noqa: PT011
            allocate(10, weights)
