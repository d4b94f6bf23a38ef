"""The price of one worked block, exactly as published (pay/README.md).

    floor   = floor_rate x minutes served / 60
    pieces  = unit_price(tier at claim) x accepted units
    service = max(floor, max(floor, pieces) x Q x S)
    called off = floor_rate x minutes called off late x share / 60
    earning = service + called off + block bonus + justified escalations

Everything is exact until the end; the earning is rounded once, half up, to the minor unit. So the floor holds whatever
the multipliers say, and ties go to the agent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from core.money import round_half_up
from pay.logic.curves import ONE

FORMULA = 2
"""Version of the formula, kept with every price. Version 1 knew no blocks called off; its prices are the same."""


@dataclass(frozen=True)
class Inputs:
    """All a price is made of. Amounts in minor units of `currency`."""

    currency: str
    minutes: int
    units: int
    floor_rate_minor: int
    """Per hour."""
    unit_price_minor: int
    """Of one accepted unit at the agent's tier when the block was claimed."""
    q: Fraction = ONE
    s: Fraction = ONE
    bonus_minor: int = 0
    escalations: int = 0
    escalation_minor: int = 0
    """Per justified escalation."""
    fee_bps: int = 0
    """Platform fee on top, in hundredths of a percent; it never lowers the earning."""
    tier: str = ""
    rate_card: str = ""
    rate_card_version: int = 0
    q_samples: int = 0
    q_mean: Fraction = Fraction(0)
    s_samples: int = 0
    s_mean: Fraction = Fraction(0)
    called_off_minutes: int = 0
    """Of a block that the client called off late."""
    called_off_share: Fraction = Fraction(0)
    """Of the floor, for those."""

    def to_json(self) -> dict[str, Any]:
        """A form that can be stored and read back exactly: fractions as `"a/b"`."""
        values = {
            name: f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value
            for name, value in asdict(self).items()
        }
        return {"formula": FORMULA, "rounding": "half_up", **values}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Inputs:
        """Read what `to_json` wrote; `ValueError` for another version of the formula."""
        if stored.get("formula") not in (1, FORMULA):
            raise ValueError(f"unknown formula {stored.get('formula')!r}")
        if stored["formula"] == 1:
            stored = {"called_off_minutes": 0, "called_off_share": 0, **stored}
        fractions = {name: Fraction(stored[name]) for name in ("q", "s", "q_mean", "s_mean", "called_off_share")}
        plain = {name: stored[name] for name in cls.__dataclass_fields__ if name not in fractions}
        values: dict[str, Any] = {**plain, **fractions}
        return cls(**values)


@dataclass(frozen=True)
class Price:
    """A price with every step it went through, unrounded but for the last."""

    inputs: Inputs
    floor: Fraction
    pieces: Fraction
    base: Fraction
    multiplier: Fraction
    lifted: Fraction
    service: Fraction
    called_off: Fraction
    bonus: Fraction
    escalations: Fraction
    total: Fraction
    amount_minor: int
    fee_minor: int

    @property
    def floor_held(self) -> bool:
        """The multipliers would have taken the service below the floor, and did not."""
        return self.lifted < self.floor

    @property
    def cost_minor(self) -> int:
        """What the client pays: the earning and the platform's fee."""
        return self.amount_minor + self.fee_minor


def price(inputs: Inputs) -> Price:
    """Price `inputs`; `ValueError` for anything negative."""
    counts = (
        inputs.minutes,
        inputs.units,
        inputs.floor_rate_minor,
        inputs.unit_price_minor,
        inputs.bonus_minor,
        inputs.escalations,
        inputs.escalation_minor,
        inputs.fee_bps,
        inputs.called_off_minutes,
    )
    if min(counts) < 0 or min(inputs.q, inputs.s, inputs.called_off_share) < 0:
        raise ValueError("nothing that is paid for is negative")
    floor = Fraction(inputs.floor_rate_minor * inputs.minutes, 60)
    pieces = Fraction(inputs.unit_price_minor * inputs.units)
    base = max(floor, pieces)
    multiplier = inputs.q * inputs.s
    lifted = base * multiplier
    service = max(floor, lifted)
    called_off = Fraction(inputs.floor_rate_minor * inputs.called_off_minutes, 60) * inputs.called_off_share
    bonus = Fraction(inputs.bonus_minor)
    escalations = Fraction(inputs.escalations * inputs.escalation_minor)
    total = service + called_off + bonus + escalations
    amount = round_half_up(total)
    return Price(
        inputs=inputs,
        floor=floor,
        pieces=pieces,
        base=base,
        multiplier=multiplier,
        lifted=lifted,
        service=service,
        called_off=called_off,
        bonus=bonus,
        escalations=escalations,
        total=total,
        amount_minor=amount,
        fee_minor=round_half_up(Fraction(amount * inputs.fee_bps, 10_000)),
    )


def split_cost(cost_minor: int, reserve_minor: int, funds_minor: int) -> tuple[int, int, int]:
    """Where a cost is taken from: the task's reserve, then the client's funds, and the rest is owed.

    Returns the three parts, which add up to `cost_minor`.
    """
    from_reserve = min(cost_minor, max(reserve_minor, 0))
    from_funds = min(cost_minor - from_reserve, max(funds_minor, 0))
    return from_reserve, from_funds, cost_minor - from_reserve - from_funds
