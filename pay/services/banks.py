"""Banks and payment providers: one small interface each way, a file export and a demonstration bank behind it.

A provider says how money is announced to it and what it calls a payment; what it reports back arrives through
`confirm_deposit`, `confirm_payout` and `fail_payout` as the platform, which take the same report any number of times.
Which one takes deposits is the setting `DEPOSIT_PROVIDER`, by its name in `DEPOSIT_PROVIDERS`.
"""

from __future__ import annotations

from typing import Protocol

from django.conf import settings

from pay.errors import ProviderOff
from pay.models import Deposit, Payout
from pay.states import DepositState


class PayoutProvider(Protocol):
    """Sends money to an agent's account."""

    name: str

    def send(self, payout: Payout) -> str:
        """Announce one payout and return the provider's reference for it. Idempotent by the payout's public id."""
        ...


class DepositProvider(Protocol):
    """Takes in a client's money."""

    name: str
    played_by_client: bool
    """Whether the client may say that the money came: true only of a bank that is a game."""

    def announce(self, deposit: Deposit) -> str:
        """Announce an expected payment and return the provider's reference for it; nothing is booked by that."""
        ...

    def page(self, deposit: Deposit) -> str:
        """The address of the provider's page where this is paid; empty when ours shows all there is to do."""
        ...


class BankFile:
    """Payouts go into a file that finance uploads at the bank; the reference is the payout's own id."""

    name = "file"

    def send(self, payout: Payout) -> str:
        """Nothing leaves here: the file is written from the batch."""
        return payout.public_id


class DemoBank:
    """A bank for demonstrations: a page where one plays the bank. `DEMO_BANK` switches it on; production refuses."""

    name = "demo"
    played_by_client = True

    def send(self, payout: Payout) -> str:
        """Name the payment; the desk's page plays the bank's answer."""
        self._require()
        return f"DEMO-{payout.public_id[4:]}"

    def announce(self, deposit: Deposit) -> str:
        """Name the payment; the client's page plays the bank's answer."""
        self._require()
        return f"DEMO-{deposit.public_id[4:]}"

    def page(self, deposit: Deposit) -> str:
        """Our own page plays the bank."""
        return ""

    @staticmethod
    def _require() -> None:
        if not settings.DEMO_BANK:
            raise ProviderOff


PAYOUT_PROVIDERS: dict[str, PayoutProvider] = {"file": BankFile(), "demo": DemoBank()}
DEPOSIT_PROVIDERS: dict[str, DepositProvider] = {"demo": DemoBank()}


def takes_deposits() -> DepositProvider | None:
    """The provider that clients pay in through by page; None when finance books their transfers instead."""
    return DEPOSIT_PROVIDERS.get(settings.DEPOSIT_PROVIDER)


def may_be_played(*, provider: str) -> bool:
    """Whether a client may say for this provider that the money came."""
    return settings.DEMO_BANK and provider in DEPOSIT_PROVIDERS and DEPOSIT_PROVIDERS[provider].played_by_client


def payment_page(*, deposit: Deposit) -> str:
    """The provider's own page where a waiting deposit is paid; empty when there is none."""
    provider = DEPOSIT_PROVIDERS.get(deposit.provider)
    return provider.page(deposit) if provider is not None and deposit.state == DepositState.PENDING else ""
