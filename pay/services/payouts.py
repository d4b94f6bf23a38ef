"""Money leaving the platform: asked for, approved, sent, confirmed or returned."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F, Min, Sum
from django.utils.translation import gettext_lazy as _

from accounts.actors import PLATFORM, Actor
from accounts.policies import is_platform
from core import audit, realtime
from core.errors import Conflict, Invalid
from core.events import publish
from core.ids import new_public_id
from core.money import Money
from core.refusals import constraint_of
from core.states import move, move_all
from ledger import services as ledger
from ledger.selectors import entry_by_public_id
from ledger.services import Line
from ledger.states import AccountKind
from pay.errors import KeyUsed, NoAccount, NothingOwed
from pay.events import PayoutMoved
from pay.logic.rules import RULES
from pay.logic.tax import PLUGINS, TaxYear, Withholding, withhold
from pay.models import Earning, Payout, PayoutAccount, PayoutApproval, PayoutBatch, PayoutLine, PayoutRun
from pay.policies import require_approve_payout, require_finance, require_handle_payout, require_pay_agent
from pay.selectors.payouts import payouts_due
from pay.services.banks import PAYOUT_PROVIDERS
from pay.services.turns import take_turn
from pay.states import EARNING, OWED, PAYOUT, EarningState, PayoutState

if TYPE_CHECKING:
    from accounts.models import AgentProfile

IN_FLIGHT = (PayoutState.REQUESTED, PayoutState.APPROVED, PayoutState.SENT)


def set_payout_account(
    *, actor: Actor, at: datetime, agent: AgentProfile, holder: str, bank: str, number: str
) -> PayoutAccount:
    """Say where an agent's money should go from now on; payouts on their way keep the account they were asked with."""
    require_pay_agent(actor, agent)
    with transaction.atomic():
        account = PayoutAccount.objects.create(agent=agent, holder=holder, bank=bank, number=number, created_at=at)
        audit.record(
            stream=f"money.{agent.public_id}",
            action="pay.set_payout_account",
            subject=account.public_id,
            at=at,
            actor=actor,
            data={"last_digits": number[-4:]},
        )
    return account


def request_payout(
    *,
    actor: Actor,
    at: datetime,
    agent: AgentProfile,
    idempotency_key: str,
    currency: str = "",
    run: PayoutRun | None = None,
) -> Payout:
    """Pay out everything an agent is owed in one currency (their only one when none is named).

    The same key again returns the same payout, so a double click pays once; what is in a payout cannot be in another
    (`earning_not_paid_twice`, and the agent's account cannot be overdrawn). Up to its currency's limit in `RULES` it
    is approved at once; above, and in a currency without a limit, two people of finance have to. Open to suspended
    agents.

    Raises `NothingOwed`, `NoAccount`, `KeyUsed` for the same key with another currency. Side effects: payout with its
    lines, tax withheld, earnings `settled`, ledger entry, audit, event `PayoutMoved`.
    """
    require_pay_agent(actor, agent)
    existing = _asked(agent, idempotency_key, currency)
    if existing is not None:
        return existing
    try:
        with transaction.atomic():
            return _request(actor, at, agent, idempotency_key, currency, run)
    except IntegrityError as error:
        if constraint_of(error) != "payout_key_once":
            raise
        refused: Exception = error
    except NothingOwed as error:
        refused = error
    # The same click may have been served a moment ago by somebody we waited for.
    existing = _asked(agent, idempotency_key, currency)
    if existing is None:
        raise refused
    return existing


def _asked(agent: AgentProfile, idempotency_key: str, currency: str) -> Payout | None:
    """What was asked for with this key; `KeyUsed` when that was another currency."""
    existing = Payout.objects.filter(agent=agent, idempotency_key=idempotency_key).first()
    if existing is not None and currency not in ("", existing.currency):
        raise KeyUsed
    return existing


def _request(
    actor: Actor, at: datetime, agent: AgentProfile, idempotency_key: str, currency: str, run: PayoutRun | None
) -> Payout:
    take_turn(agent_id=agent.pk)  # The tax of this payout rests on all others of the year.
    rows = Earning.objects.filter(agent=agent, state__in=OWED, settled_minor__lt=F("amount_minor"))
    if currency:
        rows = rows.filter(currency=currency)
    owed = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if not owed:
        raise NothingOwed
    currencies = {earning.currency for earning in owed}
    if len(currencies) > 1:
        raise Invalid(fields={"currency": _("Say in which currency.")}, code="pay.name_currency")
    currency = currencies.pop()
    account = PayoutAccount.objects.filter(agent=agent).order_by("-pk").first()
    if account is None or not account.number:  # Who was forgotten has an account without a number.
        raise NoAccount
    gross = sum(earning.owed_minor for earning in owed)
    tax, tax_inputs = _tax(agent, currency, gross, at)
    net = gross - tax.withheld_minor
    if net < RULES.smallest_payout_minor:
        raise NothingOwed
    public_id = new_public_id("pyt")
    owner = agent.public_id
    entry = ledger.post(
        source=f"pay.payout:{public_id}",
        kind="payout",
        lines=[
            Line(AccountKind.AGENT_PAYABLE, owner, Money(gross, currency)),
            Line(AccountKind.PAYOUTS_IN_TRANSIT, "", Money(-net, currency)),
            Line(AccountKind.TAX_WITHHELD, "", Money(-tax.withheld_minor, currency)),
        ],
        at=at,
        actor=actor,
        memo=public_id,
    )
    payout = Payout.objects.create(
        public_id=public_id,
        agent=agent,
        account=account,
        run=run,
        idempotency_key=idempotency_key,
        currency=currency,
        amount_minor=net,
        tax_minor=tax.withheld_minor,
        tax_inputs=tax_inputs,
        approvals_needed=RULES.approvals_above_limit if RULES.needs_two(Money(net, currency)) else 0,
        requested_at=at,
        entry=entry.public_id,
    )
    PayoutLine.objects.bulk_create(
        PayoutLine(payout=payout, earning=earning, amount_minor=earning.owed_minor) for earning in owed
    )
    ids = [earning.pk for earning in owed]
    move_all(Earning.objects.filter(pk__in=ids), EarningState.SETTLED, table=EARNING, at=at, reason=public_id)
    Earning.objects.filter(pk__in=ids).update(settled_minor=F("amount_minor"))
    _tell(payout, "pay.request_payout", at, actor)
    if not payout.approvals_needed:
        _move(payout, PayoutState.APPROVED, at, actor, {"approved_at": at})
    elif run is not None and actor.user_id is not None and actor.agent_id != agent.pk:
        PayoutApproval.objects.create(payout=payout, user_id=actor.user_id, at=at)
    return payout


def _tax(agent: AgentProfile, currency: str, gross_minor: int, at: datetime) -> tuple[Withholding, dict[str, Any]]:
    """What is withheld from `gross_minor`, by the plug-in for the currency, over its calendar year so far."""
    rule = RULES.tax_rules.get(currency)
    if rule is None:
        return withhold(None, TaxYear(gross_minor, 0, 1)), {}
    zone = PLUGINS[rule].zone
    today = at.astimezone(zone)
    before = Payout.objects.filter(
        agent=agent,
        currency=currency,
        requested_at__gte=datetime(today.year, 1, 1, tzinfo=zone),
        requested_at__lt=datetime(today.year + 1, 1, 1, tzinfo=zone),
    ).exclude(state=PayoutState.FAILED)
    sums = before.aggregate(net=Sum("amount_minor"), tax=Sum("tax_minor"), first=Min("requested_at"))
    first = (sums["first"] or at).astimezone(zone).month
    withheld = sums["tax"] or 0
    year = TaxYear(
        gross_minor=(sums["net"] or 0) + withheld + gross_minor,
        withheld_minor=withheld,
        months=today.month - first + 1,
    )
    result = withhold(rule, year)
    return result, {
        "rule": rule,
        "gross_minor": year.gross_minor,
        "withheld_minor": year.withheld_minor,
        "months": year.months,
        "taxable_minor": str(result.taxable_minor),
        "rate": str(result.rate),
        "due_minor": result.due_minor,
    }


def run_payouts(*, actor: Actor, at: datetime, idempotency_key: str) -> PayoutRun:
    """Ask for a payout for every agent who is owed something; the same key again finishes the same run.

    Each agent in a transaction of their own, so an interrupted run is taken up where it stopped. Agents without an
    account are counted as skipped. A person who starts the run has thereby approved its large payouts once, and makes
    none where nobody is owed anything: raises `NothingOwed`. The platform's is made all the same: its week is done.
    """
    require_finance(actor)
    due = payouts_due(actor=actor)
    is_begun = PayoutRun.objects.filter(idempotency_key=idempotency_key).exists()
    if not (is_begun or is_platform(actor) or due):
        raise NothingOwed
    PayoutRun.objects.bulk_create(
        [PayoutRun(idempotency_key=idempotency_key, at=at, started_by=actor.audit_name)], ignore_conflicts=True
    )
    run = PayoutRun.objects.get(idempotency_key=idempotency_key)
    skipped: set[int] = set()
    one_of_each = Earning.objects.filter(agent_id__in={one.agent_id for one in due}).order_by("agent_id")
    agents = {e.agent_id: e.agent for e in one_of_each.distinct("agent_id").select_related("agent__user")}
    for one in due:
        try:
            request_payout(
                actor=actor,
                at=at,
                agent=agents[one.agent_id],
                idempotency_key=f"{run.public_id}:{one.gross.currency}",
                currency=one.gross.currency,
                run=run,
            )
        except NoAccount:
            skipped.add(one.agent_id)
        except NothingOwed:
            continue
    PayoutRun.objects.filter(pk=run.pk).update(skipped=len(skipped))
    run.skipped = len(skipped)
    return run


def approve_payout(*, actor: Actor, at: datetime, payout: Payout) -> Payout:
    """Say yes to a payout above the limit; approved once two people have. Raises `SecondPerson`, `OwnPayout`."""
    with transaction.atomic():
        row = _locked(payout)
        require_approve_payout(actor, row)
        if row.state != PayoutState.REQUESTED:
            raise Conflict(detail={"state": row.state})
        PayoutApproval.objects.create(payout=row, user_id=actor.user_id or 0, at=at)
        _tell(row, "pay.approve_payout", at, actor)
        if row.approvals.count() >= row.approvals_needed:
            _move(row, PayoutState.APPROVED, at, actor, {"approved_at": at})
        return row


def send_payouts(*, actor: Actor, at: datetime, provider: str = "file") -> PayoutBatch | None:
    """Hand every approved payout to a bank as one batch; None when none is approved. One's own are left to others."""
    require_finance(actor)
    bank = PAYOUT_PROVIDERS[provider]
    with transaction.atomic():
        rows = Payout.objects.filter(state=PayoutState.APPROVED)
        if actor.agent_id is not None and not is_platform(actor):
            rows = rows.exclude(agent_id=actor.agent_id)
        payouts = list(
            rows.select_for_update(no_key=True, of=("self",), skip_locked=True).select_related("agent").order_by("pk")
        )
        if not payouts:
            return None
        batch = PayoutBatch.objects.create(provider=provider, at=at, sent_by=actor.audit_name)
        for payout in payouts:
            changes = {"sent_at": at, "provider": provider, "reference": bank.send(payout), "batch_id": batch.pk}
            _move(payout, PayoutState.SENT, at, actor, changes)
        return batch


def confirm_payout(*, actor: Actor, at: datetime, payout: Payout) -> Payout:
    """The bank says the money arrived; the same report again changes nothing."""
    with transaction.atomic():
        row = _locked(payout)
        require_handle_payout(actor, row)
        if row.state == PayoutState.PAID:
            return row
        _lock_earnings(row)
        _move(row, PayoutState.PAID, at, actor, {"finished_at": at})
        ledger.post(
            source=f"pay.paid:{row.public_id}",
            kind="payout_paid",
            lines=[
                Line(AccountKind.PAYOUTS_IN_TRANSIT, "", Money(row.amount_minor, row.currency)),
                Line(AccountKind.BANK, "", Money(-row.amount_minor, row.currency)),
            ],
            at=at,
            actor=actor,
            memo=row.public_id,
        )
        _settle(row, at)
        return row


def fail_payout(*, actor: Actor, at: datetime, payout: Payout, reason: str) -> Payout:
    """The bank or finance turns a payout down: its money is owed again, tax included. Again changes nothing.

    Raises `Invalid` (field `reason`) without a reason, a state conflict once it is paid.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": _("Give a reason; the agent reads it.")}, code="pay.reason_needed")
    with transaction.atomic():
        take_turn(agent_id=payout.agent_id)
        row = _locked(payout)
        require_handle_payout(actor, row)
        if row.state == PayoutState.FAILED:
            return row
        _lock_earnings(row)
        _move(row, PayoutState.FAILED, at, actor, {"finished_at": at, "failure": reason.strip()[:200]})
        entry = entry_by_public_id(actor=PLATFORM, public_id=row.entry)
        ledger.reverse(entry=entry, source=f"pay.failed:{row.public_id}", at=at, actor=actor, memo=row.public_id)
        for line in row.lines.all():
            Earning.objects.filter(pk=line.earning_id).update(settled_minor=F("settled_minor") - line.amount_minor)
        _settle(row, at)
        return row


def _settle(payout: Payout, at: datetime) -> None:
    """Bring the payout's earnings, held by `_lock_earnings`, to the state their payouts leave them in."""
    ids = list(payout.lines.values_list("earning_id", flat=True))
    waiting = set(
        PayoutLine.objects.filter(earning_id__in=ids, payout__state__in=IN_FLIGHT).values_list("earning_id", flat=True)
    )
    rows = Earning.objects.filter(pk__in=[pk for pk in ids if pk not in waiting])
    paid, owed = rows.filter(settled_minor=F("amount_minor")), rows.filter(settled_minor__lt=F("amount_minor"))
    if payout.state == PayoutState.PAID:
        owed, paid = owed.none(), rows
    for group, state in ((paid, EarningState.PAID), (owed, EarningState.FINAL)):
        move_all(group, state, table=EARNING, at=at, reason=payout.public_id)


def _locked(payout: Payout) -> Payout:
    return Payout.objects.select_for_update(no_key=True, of=("self",)).select_related("agent").get(pk=payout.pk)


def _lock_earnings(payout: Payout) -> None:
    """Wait for whoever else works on the payout's earnings (a price, another payout): none may be passed over.

    Before the audit stream and the books, in the order pricing takes them.
    """
    rows = Earning.objects.filter(payout_lines__payout=payout).order_by("pk")
    list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))


def _move(payout: Payout, state: PayoutState, at: datetime, actor: Actor, changes: dict[str, Any]) -> None:
    move(payout, state, table=PAYOUT, at=at, actor=actor, changes=changes)
    _tell(payout, f"pay.payout_{state}", at, actor)


def _tell(payout: Payout, action: str, at: datetime, actor: Actor) -> None:
    """Audit what happened to a payout, publish it, and nudge the pages that show it."""
    agent = payout.agent.public_id
    audit.record(
        stream=f"money.{agent}",
        action=action,
        subject=payout.public_id,
        at=at,
        actor=actor,
        data={"state": payout.state, "amount_minor": payout.amount_minor, "tax_minor": payout.tax_minor},
    )
    publish(PayoutMoved(payout_id=payout.pk, agent_id=payout.agent_id, state=str(payout.state), at=at))
    realtime.nudge(f"earnings.{agent}", version=payout.public_id)
    realtime.nudge("desk.payouts", version=payout.public_id)
