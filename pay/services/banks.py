"""Banks and payment providers: one small interface, a file export and a demonstration bank behind it.

A provider says how money is announced to it and what it calls a payment; what it reports back arrives through
`confirm_deposit` and `confirm_payout`, which take the same report any number of times.
"""

from __future__ import annotations

from typing import Protocol

from django.conf import settings

from pay.errors import ProviderOff
from pay.models import Deposit, Payout


class PayoutProvider(Protocol):
    """Sends money to an agent's account."""

    name: str

    def send(self, payout: Payout) -> str:
        """Announce one payout and return the provider's reference for it. Idempotent by the payout's public id."""
        ...


class DepositProvider(Protocol):
    """Takes in a client's money."""

    name: str

    def announce(self, deposit: Deposit) -> str:
        """Announce an expected payment and return the provider's reference for it."""
        ...


class BankFile:
    """Payouts go into a file that finance uploads at the bank; the reference is the payout's own id."""

    name = "file"

    def send(self, payout: Payout) -> str:
        """Nothing leaves here: the file is written from the batch."""
        return payout.public_id


class DemoBank:
    """A bank for demonstrations: a page where one plays the bank. Not in production."""

    name = "demo"

    def send(self, payout: Payout) -> str:
        """Name the payment; the desk's page plays the bank's answer."""
        self._require()
        return f"DEMO-{payout.public_id[4:]}"

    def announce(self, deposit: Deposit) -> str:
        """Name the payment; the client's page plays the bank's answer."""
        self._require()
        return f"DEMO-{deposit.public_id[4:]}"

    @staticmethod
    def _require() -> None:
        if settings.PRODUCTION:
            raise ProviderOff


PAYOUT_PROVIDERS: dict[str, PayoutProvider] = {"file": BankFile(), "demo": DemoBank()}
DEPOSIT_PROVIDERS: dict[str, DepositProvider] = {"demo": DemoBank()}
