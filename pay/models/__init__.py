"""Earnings and their prices, payouts, deposits."""

from pay.models.deposits import Deposit
from pay.models.earnings import Earning, EarningPrice
from pay.models.payouts import Payout, PayoutAccount, PayoutApproval, PayoutBatch, PayoutLine, PayoutRun

__all__ = [
    "Deposit",
    "Earning",
    "EarningPrice",
    "Payout",
    "PayoutAccount",
    "PayoutApproval",
    "PayoutBatch",
    "PayoutLine",
    "PayoutRun",
]
