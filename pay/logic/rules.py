"""The numbers of pay that are policy, in one typed object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from core.money import Money


@dataclass(frozen=True)
class PayRules:
    """Defaults of the platform. Amounts are in minor units, of any currency where none is named."""

    units_close_after: timedelta = timedelta(minutes=30)
    """How long after its block an earning still takes in conversations that end late."""
    review_lasts: timedelta = timedelta(hours=72)
    """An earning nobody objected to is accepted this long after its block."""
    approval_limits_minor: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType(
            {"CNY": 500_000, "USD": 70_000, "EUR": 65_000, "HKD": 550_000, "JPY": 100_000}
        )
    )
    """By currency: what is above it (payouts, transfers booked by hand) needs two people of finance."""
    approvals_above_limit: int = 2
    smallest_payout_minor: int = 1
    largest_deposit_minor: int = 10_000_000_00
    smallest_deposit_minor: int = 100
    tax_rules: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({"CNY": "cn"}))
    """Which tax plug-in applies to payouts in a currency; none named, none withheld."""

    def needs_two(self, amount: Money) -> bool:
        """Whether two people have to approve `amount`; in a currency without a limit always."""
        limit = self.approval_limits_minor.get(amount.currency)
        return limit is None or amount.minor > limit


RULES = PayRules()
