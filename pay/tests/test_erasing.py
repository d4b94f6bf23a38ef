"""Being forgotten: the bank account goes with the name, and nobody is forgotten while money is on its way to them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actors import PLATFORM
from accounts.models import AgentProfile
from accounts.services import erase_person
from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, staff_actor
from core import audit
from core.errors import NotAllowed
from ledger.selectors import verify
from pay.errors import NoAccount, StillEarning, StillOwed
from pay.models import PayoutAccount
from pay.services import (
    accept_due,
    confirm_payout,
    erase_payout_accounts,
    price_claim,
    request_payout,
    send_payouts,
    set_payout_account,
)
from pay.tests.factories import give_account, reserve
from pay.tests.test_payouts import LATER, earning, owed_earning
from quality.services import appeal_escalation, appeal_item
from quality.tests.factories import JUDGED_AT, refused_escalation, reviewed, reviewer
from tasks.models import Claim
from tasks.states import ClaimState
from tasks.tests.factories import ClaimFactory, served_claim

pytestmark = pytest.mark.django_db


def erase(agent: object) -> None:
    erase_person(actor=agent_actor(agent), user=agent.user, at=LATER)


@pytest.mark.parametrize("make", [earning, owed_earning])
def test_nobody_is_forgotten_while_money_is_owed(make: object) -> None:
    agent = make().agent
    with pytest.raises(StillOwed) as refused:
        erase(agent)
    assert refused.value.detail == {"owed": [[1_500, "CNY"]]}
    assert "15.00" in str(refused.value.message)
    agent.user.refresh_from_db()
    assert agent.user.erased_at is None


def test_nor_while_a_payout_is_at_the_bank_and_after_it_everything_goes() -> None:
    row = owed_earning()
    finance = staff_actor(StaffRole.FINANCE)
    account = PayoutAccount.objects.get(agent=row.agent)
    number, holder = "6225880137706868", "Wang Xiaomei"
    set_payout_account(
        actor=agent_actor(row.agent), at=LATER, agent=row.agent, holder=holder, bank="CMB", number=number
    )
    payout = request_payout(actor=agent_actor(row.agent), at=LATER, agent=row.agent, idempotency_key="k")
    send_payouts(actor=finance, at=LATER)
    with pytest.raises(StillOwed):
        erase(row.agent)
    payout.refresh_from_db()
    confirm_payout(actor=finance, at=LATER, payout=payout)
    erase(row.agent)
    assert set(PayoutAccount.objects.values_list("holder", "bank", "number")) == {("", "", "")}
    assert PayoutAccount.objects.filter(pk=account.pk).exists()
    for secret in (number, holder, row.agent.user.email):
        assert tables_with(secret) == []
    assert list(verify()) == []
    assert list(audit.verify()) == []


def committed() -> AgentProfile:
    return ClaimFactory().agent


def worked() -> AgentProfile:
    return served_claim().agent


def called_off_late() -> AgentProfile:
    claim = ClaimFactory()
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.WAIVED, called_off_bps=4_000)
    return claim.agent


def paid_for(claim: Claim) -> AgentProfile:
    """Price what was served, and pay it to the agent's account."""
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.SERVED, checked_out_at=claim.ends_at, minutes_served=30)
    claim.refresh_from_db()
    reserve(claim.task, 50_000, at=claim.starts_at)
    row = price_claim(actor=PLATFORM, at=claim.ends_at, claim=claim)
    give_account(row.agent)
    accept_due(actor=PLATFORM, at=row.accept_at)
    payout = request_payout(actor=agent_actor(row.agent), at=row.accept_at, agent=row.agent, idempotency_key="k")
    finance = staff_actor(StaffRole.FINANCE)
    send_payouts(actor=finance, at=row.accept_at)
    payout.refresh_from_db()
    confirm_payout(actor=finance, at=row.accept_at, payout=payout)
    return row.agent


def appealing_an_item() -> AgentProfile:
    review = reviewed()
    agent = paid_for(review.claim)
    appeal_item(actor=agent_actor(agent), item=review.items.all()[0], reason="I did.", at=review.at)
    return agent


def appealing_an_escalation() -> AgentProfile:
    row = refused_escalation(by=reviewer())
    agent = paid_for(row.claim)
    appeal_escalation(actor=agent_actor(agent), review=row, reason="It is not.", at=JUDGED_AT)
    return agent


@pytest.mark.parametrize(
    "make",
    [committed, worked, called_off_late, appealing_an_item, appealing_an_escalation],
    ids=lambda make: make.__name__,
)
def test_nor_while_more_may_come(make: Callable[[], AgentProfile]) -> None:
    agent = make()
    with pytest.raises(StillEarning):
        erase(agent)
    agent.user.refresh_from_db()
    assert agent.user.erased_at is None


def test_nobody_is_forgotten_while_they_check_in_or_are_priced() -> None:
    agent = AgentFactory()
    erase(agent)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(hashtextextended(name, 0) IN ("
            "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks "
            "WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND pid = pg_backend_pid())) "
            "FROM unnest(%s::text[]) AS name",
            [[f"accounts.standing:{agent.pk}", f"pay.agent:{agent.pk}"]],
        )
        assert cursor.fetchone() == (True,)


def test_a_price_that_rises_afterwards_is_not_sent_to_nobody() -> None:
    row = owed_earning()
    PayoutAccount.objects.update(holder="", bank="", number="")
    with pytest.raises(NoAccount):
        request_payout(actor=agent_actor(row.agent), at=LATER, agent=row.agent, idempotency_key="k")


def tables_with(text: str) -> list[str]:
    """Tables in which some column, read as text, holds `text`; every table of the database is looked through."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        found = []
        for (table,) in cursor.fetchall():
            query = f'SELECT 1 FROM "{table}" AS r WHERE strpos(r::text, %s) > 0 LIMIT 1'  # noqa: S608
            cursor.execute(query, [text])
            if cursor.fetchone():
                found.append(table)
    return found


def test_an_account_changes_only_by_being_erased() -> None:
    agent = AgentFactory()
    set_payout_account(actor=agent_actor(agent), at=LATER, agent=agent, holder="W", bank="CMB", number="62250001")
    rows = PayoutAccount.objects.all()
    for change in ({"number": "6225"}, {"holder": "X"}, {"number": "", "holder": ""}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        rows._raw_delete("default")
    with pytest.raises(NotAllowed):
        erase_payout_accounts(actor=agent_actor(agent), agent_id=agent.pk, at=LATER)
    erase(agent)
    assert rows.get().number == ""
