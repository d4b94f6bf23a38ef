"""The numbers of pay that are policy, in one typed object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType


@dataclass(frozen=True)
class PayRules:
    """Defaults of the platform. Amounts are in minor units of any currency."""

    units_close_after: timedelta = timedelta(minutes=30)
    """How long after its block an earning still takes in conversations that end late."""
    review_lasts: timedelta = timedelta(hours=72)
    """An earning nobody objected to is accepted this long after its block."""
    approval_limit_minor: int = 500_000
    """Payouts above this need two people of finance."""
    approvals_above_limit: int = 2
    smallest_payout_minor: int = 1
    largest_deposit_minor: int = 10_000_000_00
    smallest_deposit_minor: int = 100
    tax_rules: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({"CNY": "cn"}))
    """Which tax plug-in applies to payouts in a currency; none named, none withheld."""


RULES = PayRules()
