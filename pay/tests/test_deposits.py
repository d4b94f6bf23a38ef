"""Client money coming in: announced, confirmed once, debts paid back first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.actors import PLATFORM
from accounts.errors import RoleNeeded, SecondFactorNeeded
from accounts.models import Organisation
from accounts.states import ClientRole
from accounts.tests.factories import OrganisationFactory, client_actor
from core.errors import NotFound
from core.money import Money
from core.refusals import domain_error
from ledger.models import Entry
from ledger.selectors import held, verify
from ledger.states import AccountKind
from pay.errors import AmountMismatch, BadAmount, DepositReferenceUsed, KeyUsed, ProviderOff
from pay.models import Deposit
from pay.services import cancel_deposit, confirm_deposit, deposit, price_claim
from pay.services.banks import DemoBank
from pay.states import DepositState
from pay.tests.factories import AFTER, Facts
from tasks.tests.factories import NOON, served_claim

pytestmark = pytest.mark.django_db
THOUSAND = Money(100_000, "CNY")


def announce(organisation: Organisation, key: str = "k", amount: Money = THOUSAND) -> Deposit:
    return deposit(
        actor=client_actor(organisation), at=NOON, organisation=organisation, amount=amount, idempotency_key=key
    )


def confirm(row: Deposit, amount: Money = THOUSAND) -> Deposit:
    return confirm_deposit(actor=PLATFORM, at=NOON, provider="demo", reference=row.reference, amount=amount)


def funds(organisation: Organisation) -> int:
    return held(AccountKind.CLIENT_FUNDS, organisation.public_id, "CNY").minor


def test_a_deposit_is_booked_when_the_bank_confirms_it_and_once() -> None:
    organisation = OrganisationFactory()
    row = announce(organisation)
    assert (row.state, funds(organisation)) == (DepositState.PENDING, 0)

    confirm(row)
    row = confirm(row)

    assert row.state == DepositState.RECEIVED
    assert Entry.objects.get(public_id=row.entry).kind == "deposit"
    assert funds(organisation) == 100_000
    assert Entry.objects.count() == 1
    assert list(verify()) == []


def test_one_reference_for_two_deposits_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DemoBank, "announce", lambda self, row: "DEMO-1")
    announce(OrganisationFactory())
    with pytest.raises(IntegrityError) as refused:
        announce(OrganisationFactory())
    assert type(domain_error(refused.value)) is DepositReferenceUsed


def test_the_same_key_announces_once() -> None:
    organisation = OrganisationFactory()
    assert announce(organisation) == announce(organisation)
    with pytest.raises(KeyUsed):
        announce(organisation, amount=Money(1_000, "CNY"))


def test_another_amount_than_announced_is_not_booked() -> None:
    row = announce(OrganisationFactory())
    with pytest.raises(AmountMismatch):
        confirm(row, Money(99_999, "CNY"))
    with pytest.raises(NotFound):
        confirm_deposit(actor=PLATFORM, at=NOON, provider="demo", reference="DEMO-x", amount=THOUSAND)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("minor", [0, 99, 10**12])
def test_an_amount_out_of_bounds_is_refused_at_its_field(minor: int) -> None:
    with pytest.raises(BadAmount) as refused:
        announce(OrganisationFactory(), amount=Money(minor, "CNY"))
    assert "amount" in refused.value.fields


def test_money_that_comes_after_all_is_received() -> None:
    organisation = OrganisationFactory()
    row = announce(organisation)
    cancel_deposit(actor=client_actor(organisation), at=NOON, deposit=row)
    cancel_deposit(actor=client_actor(organisation), at=NOON, deposit=row)
    assert row.state == DepositState.CANCELLED
    confirm(row)
    assert funds(organisation) == 100_000


def test_a_deposit_pays_back_a_debt_first(facts: Facts) -> None:
    row = price_claim(actor=PLATFORM, at=AFTER, claim=served_claim())
    organisation = row.organisation
    assert held(AccountKind.CLIENT_DEBT, organisation.public_id, "CNY").minor == 1_800

    confirm(announce(organisation, amount=Money(1_000, "CNY")), Money(1_000, "CNY"))
    assert (held(AccountKind.CLIENT_DEBT, organisation.public_id, "CNY").minor, funds(organisation)) == (800, 0)
    confirm(announce(organisation, key="2"))
    assert (held(AccountKind.CLIENT_DEBT, organisation.public_id, "CNY").minor, funds(organisation)) == (0, 99_200)
    assert list(verify()) == []


def test_who_may_deposit() -> None:
    organisation = OrganisationFactory()

    def call(actor: object) -> None:
        deposit(actor=actor, at=NOON, organisation=organisation, amount=THOUSAND, idempotency_key="k")  # type: ignore[arg-type]

    call(client_actor(organisation, ClientRole.MANAGER, mfa=False))
    with pytest.raises(SecondFactorNeeded):
        call(client_actor(organisation, mfa=False))
    with pytest.raises(RoleNeeded):
        call(client_actor(organisation, ClientRole.ANALYST))
    with pytest.raises(NotFound):
        call(client_actor(OrganisationFactory()))


def test_the_demonstration_bank_is_off_in_production(settings: object) -> None:
    settings.DEMO_BANK = False  # type: ignore[attr-defined]
    with pytest.raises(ProviderOff):
        announce(OrganisationFactory())
    assert not Deposit.objects.filter(started_at__lt=NOON + timedelta(days=1)).exists()
