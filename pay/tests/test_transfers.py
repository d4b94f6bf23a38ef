"""Bank transfers booked by hand: once, by reference and key, by two people when they are large."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.errors import RoleNeeded, SecondFactorNeeded
from accounts.models import Organisation
from accounts.states import ClientRole, StaffRole
from accounts.tests.factories import OrganisationFactory, client_actor, staff_actor
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.models import AuditEntry
from core.money import Money
from ledger.models import Entry
from ledger.selectors import held, verify
from ledger.states import AccountKind
from pay.errors import (
    BadAmount,
    BankReports,
    KeyUsed,
    NotATransfer,
    OwnOrganisation,
    ProviderOff,
    ReferenceUsed,
    SecondBooker,
)
from pay.logic.rules import RULES
from pay.models import Deposit
from pay.services import (
    approve_transfer,
    cancel_deposit,
    confirm_deposit,
    deposit,
    price_claim,
    record_transfer,
    refuse_transfer,
)
from pay.states import DepositState
from pay.tests.factories import AFTER, Facts
from tasks.tests.factories import NOON, served_claim

pytestmark = pytest.mark.django_db
LIMIT = RULES.approval_limits_minor["CNY"]


def book(organisation: Organisation, *, by: Actor | None = None, **changed: object) -> Deposit:
    sent = {"amount": Money(LIMIT, "CNY"), "reference": "ICBC 20261110-1", "idempotency_key": "k"} | changed
    return record_transfer(actor=by or staff_actor(StaffRole.FINANCE), at=NOON, organisation=organisation, **sent)  # type: ignore[arg-type]


def funds(organisation: Organisation) -> int:
    return held(AccountKind.CLIENT_FUNDS, organisation.public_id, "CNY").minor


def test_up_to_the_limit_one_person_books_it_once() -> None:
    organisation = OrganisationFactory()

    row = book(organisation)
    assert book(organisation) == row

    assert (row.state, row.approvals_needed, funds(organisation)) == (DepositState.RECEIVED, 1, LIMIT)
    assert Entry.objects.get().public_id == row.entry
    assert verify() == []


def test_above_the_limit_it_waits_for_another_person() -> None:
    organisation = OrganisationFactory()
    first, second = staff_actor(StaffRole.FINANCE), staff_actor(StaffRole.FINANCE)
    row = book(organisation, by=first, amount=Money(LIMIT + 1, "CNY"))
    assert (row.state, row.approvals_needed, funds(organisation)) == (DepositState.PENDING, 2, 0)

    with pytest.raises(SecondBooker):
        approve_transfer(actor=first, at=NOON, deposit=row)
    with pytest.raises(IntegrityError, match="large_transfer_needs_two_people"), transaction.atomic():
        Deposit.objects.filter(pk=row.pk).update(state=DepositState.RECEIVED, entry="ent_x")
    with pytest.raises(IntegrityError, match="large_transfer_needs_two_people"), transaction.atomic():
        Deposit.objects.filter(pk=row.pk).update(
            state=DepositState.RECEIVED, entry="ent_x", approved_by=row.started_by_id
        )

    approve_transfer(actor=second, at=NOON, deposit=row)
    row = approve_transfer(actor=second, at=NOON, deposit=row)
    assert (row.state, row.approved_by_id, funds(organisation)) == (DepositState.RECEIVED, second.user_id, LIMIT + 1)
    with pytest.raises(Conflict):
        refuse_transfer(actor=second, at=NOON, deposit=row, reason="Typing error.")
    assert Entry.objects.count() == 1
    assert verify() == []


def test_a_currency_without_a_limit_always_takes_two() -> None:
    organisation = OrganisationFactory(currency="KRW")
    assert book(organisation, amount=Money(100, "KRW")).approvals_needed == 2


def test_a_reference_is_booked_once_and_free_again_when_turned_down() -> None:
    one, other = OrganisationFactory(), OrganisationFactory()
    large = Money(LIMIT + 1, "CNY")
    row = book(one, amount=large)
    for changed in ({"idempotency_key": "2"}, {"idempotency_key": "2", "reference": " ICBC  20261110-1 "}):
        for organisation in (one, other):
            with pytest.raises(ReferenceUsed) as refused:
                book(organisation, amount=large, **changed)
            assert list(refused.value.fields) == ["reference"]

    refuse_transfer(actor=staff_actor(StaffRole.FINANCE), at=NOON, deposit=row, reason="Typing error.")
    refuse_transfer(actor=staff_actor(StaffRole.FINANCE), at=NOON, deposit=row, reason="Typing error.")
    with pytest.raises(Conflict):
        approve_transfer(actor=staff_actor(StaffRole.FINANCE), at=NOON, deposit=row)
    assert book(other, idempotency_key="2").state == DepositState.RECEIVED
    assert (funds(one), funds(other)) == (0, LIMIT)


def test_taking_a_transfer_off_says_why() -> None:
    row = book(OrganisationFactory(), amount=Money(LIMIT + 1, "CNY"))
    finance = staff_actor(StaffRole.FINANCE)
    for missing in ("", "  ", "x" * 201):
        with pytest.raises(Invalid) as refused:
            refuse_transfer(actor=finance, at=NOON, deposit=row, reason=missing)
        assert list(refused.value.fields) == ["reason"]
    assert (
        refuse_transfer(actor=finance, at=NOON, deposit=row, reason=" Typing error. ").state == DepositState.CANCELLED
    )
    assert AuditEntry.objects.get(action="pay.refuse_transfer").data["reason"] == "Typing error."


@pytest.mark.parametrize("changed", [{"amount": Money(100, "CNY")}, {"reference": "ICBC 2"}])
def test_the_same_key_with_another_body_is_refused(changed: dict[str, object]) -> None:
    organisation = OrganisationFactory()
    book(organisation)
    with pytest.raises(KeyUsed):
        book(organisation, **changed)
    assert funds(organisation) == LIMIT


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": Money(0, "CNY")}, "amount"),
        ({"amount": Money(-100, "CNY")}, "amount"),
        ({"amount": Money(10**12, "CNY")}, "amount"),
        ({"amount": Money(1_000, "USD")}, "amount"),
        ({"reference": "  "}, "reference"),
        ({"reference": "x" * 61}, "reference"),
        ({"reference": "a\u202eb"}, "reference"),
    ],
)
def test_what_nobody_books_is_refused_at_its_field(changed: dict[str, object], field: str) -> None:
    organisation = OrganisationFactory()
    with pytest.raises(DomainError) as refused:
        book(organisation, **changed)
    assert list(refused.value.fields) == [field]  # type: ignore[attr-defined]
    assert not Deposit.objects.exists()


def test_who_may_book() -> None:
    organisation = OrganisationFactory()
    row = book(organisation, amount=Money(LIMIT + 1, "CNY"))
    finance = staff_actor(StaffRole.FINANCE)
    member = dataclasses.replace(finance, clients=client_actor(organisation).clients)
    for actor, error in (
        (staff_actor(StaffRole.OPERATOR), RoleNeeded),
        (staff_actor(StaffRole.FINANCE, mfa=False), SecondFactorNeeded),
        (client_actor(organisation), RoleNeeded),
        (member, OwnOrganisation),
    ):
        calls: list[Callable[[], object]] = [
            lambda actor=actor: book(organisation, by=actor, reference="other", idempotency_key="2"),
            lambda actor=actor: approve_transfer(actor=actor, at=NOON, deposit=row),
            lambda actor=actor: refuse_transfer(actor=actor, at=NOON, deposit=row, reason="Typing error."),
        ]
        for call in calls:
            with pytest.raises(error):
                call()
    assert funds(organisation) == 0


def test_a_client_neither_confirms_nor_calls_off_what_finance_recorded() -> None:
    organisation = OrganisationFactory()
    row = book(organisation, amount=Money(LIMIT + 1, "CNY"))
    owner = client_actor(organisation)
    with pytest.raises(NotFound):
        confirm_deposit(
            actor=owner, at=NOON, provider="transfer", reference=row.reference, amount=Money(LIMIT + 1, "CNY")
        )
    with pytest.raises(BankReports):
        cancel_deposit(actor=owner, at=NOON, deposit=row)


def test_a_client_does_not_play_a_bank_that_is_switched_off(settings: object) -> None:
    organisation = OrganisationFactory()
    owner = client_actor(organisation)
    amount = Money(1_000, "CNY")
    row = deposit(actor=owner, at=NOON, organisation=organisation, amount=amount, idempotency_key="k")
    settings.DEMO_BANK = False  # type: ignore[attr-defined]
    with pytest.raises(BankReports):
        confirm_deposit(actor=owner, at=NOON, provider="demo", reference=row.reference, amount=amount)
    settings.DEPOSIT_PROVIDER = "none"  # type: ignore[attr-defined]
    with pytest.raises(ProviderOff):
        deposit(actor=owner, at=NOON, organisation=organisation, amount=amount, idempotency_key="k2")
    assert funds(organisation) == 0


def test_a_deposit_of_a_bank_is_not_approved_by_hand() -> None:
    organisation = OrganisationFactory()
    owner = client_actor(organisation, ClientRole.OWNER)
    row = deposit(actor=owner, at=NOON, organisation=organisation, amount=Money(1_000, "CNY"), idempotency_key="k")
    finance = staff_actor(StaffRole.FINANCE)
    with pytest.raises(NotATransfer):
        approve_transfer(actor=finance, at=NOON, deposit=row)
    with pytest.raises(NotATransfer):
        refuse_transfer(actor=finance, at=NOON, deposit=row, reason="Typing error.")


def test_another_currency_than_the_organisations_is_not_paid_in() -> None:
    organisation = OrganisationFactory()
    with pytest.raises(BadAmount):
        deposit(
            actor=client_actor(organisation),
            at=NOON,
            organisation=organisation,
            amount=Money(1_000, "USD"),
            idempotency_key="k",
        )


def test_a_transfer_pays_back_a_debt_first(facts: Facts) -> None:
    row = price_claim(actor=staff_actor(StaffRole.FINANCE), at=AFTER, claim=served_claim())
    book(row.organisation, amount=Money(2_000, "CNY"))
    owed = held(AccountKind.CLIENT_DEBT, row.organisation.public_id, "CNY").minor
    assert (owed, funds(row.organisation)) == (0, 200)
    assert verify() == []


def test_the_key_of_a_transfer_is_not_the_key_of_a_deposit() -> None:
    organisation = OrganisationFactory()
    book(organisation)
    with pytest.raises(KeyUsed):
        deposit(
            actor=client_actor(organisation),
            at=NOON,
            organisation=organisation,
            amount=Money(LIMIT, "CNY"),
            idempotency_key="k",
        )
    assert Deposit.objects.count() == 1
