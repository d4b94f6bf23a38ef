"""What is reserved for a task. Pure; amounts in minor units; the price formula is that of pay/logic/price.py.

per seat: work = ceil(max(floor, expected units x top price) x 1.69) + bonuses + 2 escalations
          fee = ceil(work x fee_bps / 10,000)
budget = sum over blocks of seats x (work + fee)

1.69 is the most two multipliers of 1.3 can lift a price. Both are rounded up seat by seat, so that what is
earned and the fee on it, each rounded half up by itself, never pass what was reserved. A share of the floor of a
block that is called off is less than that too. That holds for the expected units and two justified escalations a seat;
nobody can know how many there will be, so what goes beyond is paid from the client's funds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from core.money import round_half_up
from tasks.logic.rules import RULES, Rules

BLOCK_MINUTES = 30
BPS = 10_000


@dataclass(frozen=True)
class Terms:
    """The numbers of a rate card and a task that a price needs."""

    floor_rate_minor: int
    top_unit_price_minor: int
    block_bonus_minor: int
    fee_bps: int
    expected_units_per_seat: int
    escalation_minor: int = 0
    """Per justified escalation."""


@dataclass(frozen=True)
class SeatPrice:
    """What is reserved for one seat of one block: what the agent can earn and the platform's fee on it."""

    work_minor: int
    fee_minor: int

    @property
    def total_minor(self) -> int:
        return self.work_minor + self.fee_minor


@dataclass(frozen=True)
class Quote:
    """The price of a whole plan, opened up."""

    seats: int
    blocks: int
    floor_minor: int
    """What agents earn together when they serve every minute and not one conversation comes."""
    work_minor: int
    fee_minor: int

    @property
    def total_minor(self) -> int:
        return self.work_minor + self.fee_minor

    @property
    def hours(self) -> float:
        return self.seats * BLOCK_MINUTES / 60


def _ceil_div(number: int, by: int) -> int:
    return -(-number // by)


def floor_minor(terms: Terms) -> int:
    """The floor of one whole block, rounded up."""
    return _ceil_div(terms.floor_rate_minor * BLOCK_MINUTES, 60)


def called_off_minor(floor_rate_minor: int, share_bps: int) -> int:
    """What one claim on a block that is called off late earns: the share of the floor, rounded half up."""
    return round_half_up(Fraction(floor_rate_minor * BLOCK_MINUTES * share_bps, 60 * BPS))


def seat_price(terms: Terms, *, bonus_minor: int = 0, rules: Rules = RULES) -> SeatPrice:
    """What is reserved for one seat, with the block's own bonus and `escalations_per_seat` justified escalations.

    >>> seat_price(Terms(3000, 260, 0, 2000, 4))
    SeatPrice(work_minor=2535, fee_minor=507)
    """
    # The floor is kept as sixtieths of a minor unit until the one rounding.
    base_sixtieths = max(
        terms.floor_rate_minor * BLOCK_MINUTES, terms.expected_units_per_seat * terms.top_unit_price_minor * 60
    )
    multiplier = rules.top_multiplier
    service = _ceil_div(base_sixtieths * multiplier.numerator, 60 * multiplier.denominator)
    escalations = rules.escalations_per_seat * terms.escalation_minor
    work = service + terms.block_bonus_minor + bonus_minor + escalations
    return SeatPrice(work, _ceil_div(work * terms.fee_bps, BPS))


def quote(terms: Terms, blocks: Iterable[Sequence[int]], *, rules: Rules = RULES) -> Quote:
    """Price a plan of `(seats, bonus_minor)` blocks."""
    seats = count = work = fee = 0
    for block_seats, bonus_minor in blocks:
        price = seat_price(terms, bonus_minor=bonus_minor, rules=rules)
        seats += block_seats
        count += 1
        work += block_seats * price.work_minor
        fee += block_seats * price.fee_minor
    return Quote(seats, count, seats * floor_minor(terms), work, fee)
