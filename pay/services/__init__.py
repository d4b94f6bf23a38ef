"""Every write of pay."""

from pay.services.deposits import cancel_deposit, confirm_deposit, deposit
from pay.services.erasing import erase_payout_accounts
from pay.services.payouts import (
    approve_payout,
    confirm_payout,
    fail_payout,
    request_payout,
    run_payouts,
    send_payouts,
    set_payout_account,
)
from pay.services.pricing import mark_appealed, price_claim, reprice, reprice_agent, reprice_claim
from pay.services.review import accept_due, open_reviews
from pay.services.transfers import approve_transfer, record_transfer, refuse_transfer

__all__ = [
    "accept_due",
    "approve_payout",
    "approve_transfer",
    "cancel_deposit",
    "confirm_deposit",
    "confirm_payout",
    "deposit",
    "erase_payout_accounts",
    "fail_payout",
    "mark_appealed",
    "open_reviews",
    "price_claim",
    "record_transfer",
    "refuse_transfer",
    "reprice",
    "reprice_agent",
    "reprice_claim",
    "request_payout",
    "run_payouts",
    "send_payouts",
    "set_payout_account",
]
