"""Income tax withheld from payouts: one plug-in per country.

A plug-in's rule is a pure function from what a person earned and had withheld in the tax year so far to what is
withheld now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from core.money import round_half_up


@dataclass(frozen=True)
class TaxYear:
    """A person's tax year up to and including the payment at hand. Amounts in minor units."""

    gross_minor: int
    """Income of the year, this payment included."""
    withheld_minor: int
    """Withheld so far, without this payment."""
    months: int
    """Consecutive months of work, this month included."""
    exempt_minor: int = 0


@dataclass(frozen=True)
class Withholding:
    """What is withheld now, and the steps to it."""

    taxable_minor: Fraction
    rate: Fraction
    quick_deduction_minor: int
    due_minor: int
    """Tax of the whole year so far."""
    withheld_minor: int
    """Of this payment; never negative."""


_CN_COST = Fraction(20, 100)
_CN_MONTHLY_EXEMPTION = 5_000_00
_CN_BANDS: tuple[tuple[int | None, Fraction, int], ...] = (
    (36_000_00, Fraction(3, 100), 0),
    (144_000_00, Fraction(10, 100), 2_520_00),
    (300_000_00, Fraction(20, 100), 16_920_00),
    (420_000_00, Fraction(25, 100), 31_920_00),
    (660_000_00, Fraction(30, 100), 52_920_00),
    (960_000_00, Fraction(35, 100), 85_920_00),
    (None, Fraction(45, 100), 181_920_00),
)


def china(year: TaxYear) -> Withholding:
    """Cumulative withholding on platform workers' labour income (State Taxation Administration, 2025, notice 16).

    Cumulative income - 20% cost - exempt income - 5,000 yuan x months, by the progressive bands with their quick
    deductions, less what was withheld before.
    """
    income = Fraction(year.gross_minor)
    taxable = max(
        income - income * _CN_COST - year.exempt_minor - _CN_MONTHLY_EXEMPTION * year.months,
        Fraction(0),
    )
    rate, quick = next((rate, quick) for limit, rate, quick in _CN_BANDS if limit is None or taxable <= limit)
    due = max(taxable * rate - quick, Fraction(0))
    due_minor = round_half_up(due)
    return Withholding(taxable, rate, quick, due_minor, max(due_minor - year.withheld_minor, 0))


@dataclass(frozen=True)
class Plugin:
    """A country's rule, and the zone by whose calendar its months and years are counted."""

    rule: Callable[[TaxYear], Withholding]
    zone: ZoneInfo


PLUGINS = {"cn": Plugin(china, ZoneInfo("Asia/Shanghai"))}


def withhold(rule: str | None, year: TaxYear) -> Withholding:
    """What the plug-in named `rule` withholds; nothing when none is named. `KeyError` for an unknown name."""
    if rule is None:
        return Withholding(Fraction(0), Fraction(0), 0, 0, 0)
    return PLUGINS[rule].rule(year)
