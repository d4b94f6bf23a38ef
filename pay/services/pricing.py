"""Pricing worked blocks, and pricing them again when a score changes.

A price is never changed: a new one is appended, the old booking is reversed and the new one booked, on the same day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.actors import Actor
from core import audit, realtime
from core.events import publish
from core.refusals import constraint_of
from core.states import move
from ledger.states import AccountKind
from pay.errors import NotServed
from pay.events import EarningPriced
from pay.logic.price import Inputs, Price, price
from pay.logic.rules import RULES
from pay.models import Earning, EarningPrice
from pay.services import booking
from pay.services.inputs import gather, gather_called_off
from pay.services.turns import take_turn
from pay.states import EARNING, OPEN, OWED, EarningKind, EarningState, PriceReason
from tasks.states import WORKED

if TYPE_CHECKING:
    from tasks.models import Claim


def price_claim(*, actor: Actor, at: datetime, claim: Claim) -> Earning:
    """Price a claim that was worked or called off late, once: the same claim again returns the earning that is there.

    Side effects: earning, first price, ledger entries (what the agent earned; the platform's fee, which a block called
    off has none of), audit, event `EarningPriced`. Raises `NotServed` for a claim that is not paid for.
    """
    existing = Earning.objects.filter(claim=claim).first()
    if existing is not None:
        return existing
    if claim.state not in WORKED and not claim.called_off_bps:
        raise NotServed(detail={"claim": claim.public_id, "state": claim.state})
    try:
        with transaction.atomic():
            # A score that changes from here on finds the earning, for `reprice_agent` waits until it is there.
            take_turn(agent_id=claim.agent_id)
            return _price_called_off(claim, at, actor) if claim.called_off_bps else _price_worked(claim, at, actor)
    except IntegrityError as error:
        if constraint_of(error) != "pay_earning_claim_id_key":
            raise
        return Earning.objects.get(claim=claim)


def _price_worked(claim: Claim, at: datetime, actor: Actor) -> Earning:
    priced = price(gather(claim=claim, at=at))
    opens_at, accept_at = claim.ends_at + RULES.units_close_after, claim.ends_at + RULES.review_lasts
    return _open(claim, priced, EarningKind.WORKED, PriceReason.SERVED, (at, opens_at, accept_at), actor)


def _price_called_off(claim: Claim, at: datetime, actor: Actor) -> Earning:
    """Nothing was served, so nothing is judged: it is accepted at once."""
    priced = price(gather_called_off(claim=claim))
    return _open(claim, priced, EarningKind.CALLED_OFF, PriceReason.CALLED_OFF, (at, at, at), actor)


def _open(
    claim: Claim,
    priced: Price,
    kind: EarningKind,
    reason: PriceReason,
    times: tuple[datetime, datetime, datetime],
    actor: Actor,
) -> Earning:
    """Make the earning with its first price; `times` are those of the price, of the review and of the acceptance."""
    programme = claim.task.programme
    at, opens_at, accept_at = times
    earning = Earning.objects.create(
        claim=claim,
        kind=kind,
        agent=claim.agent,
        organisation=programme.organisation,
        programme=programme,
        task=claim.task,
        currency=claim.rate_card.currency,
        amount_minor=priced.amount_minor,
        fee_minor=priced.fee_minor,
        worked_at=claim.starts_at,
        priced_at=at,
        review_opens_at=opens_at,
        accept_at=accept_at,
    )
    _append(earning, priced, reason, note=claim.public_id, at=at, actor=actor)
    return earning


def reprice(
    *, actor: Actor, at: datetime, earning: Earning, reason: PriceReason, note: str = ""
) -> EarningPrice | None:
    """Price `earning` again from what is true now; None when nothing it is made of has changed.

    A block that was called off has nothing that changes.
    While open, the old booking is reversed and the new one made. Once final it never falls: a higher price adds the
    difference to what is owed, a lower one is ignored. Side effects as in `price_claim`; an earning in review becomes
    `adjusted` when its amount changed for another reason than late conversations.
    """
    with transaction.atomic():
        row = Earning.objects.select_for_update(no_key=True).get(pk=earning.pk)
        if row.kind == EarningKind.CALLED_OFF:
            return None
        current = row.prices.get(version=row.version)
        before = Inputs.from_json(current.inputs)
        inputs = gather(claim=row.claim, at=at)
        if reason == PriceReason.UNITS:
            inputs = replace(before, units=inputs.units, escalations=inputs.escalations)
        elif reason == PriceReason.ESCALATION:
            inputs = replace(before, escalations=inputs.escalations)
        if inputs == before:
            return None
        priced = price(inputs)
        if row.state in OWED and priced.amount_minor <= row.amount_minor:
            return None
        changed = priced.amount_minor != row.amount_minor
        appended = _append(row, priced, reason, note=note, at=at, actor=actor, previous=current)
        _return_unused(row, appended, at=at, actor=actor)
        if changed and reason != PriceReason.UNITS and row.state in (EarningState.IN_REVIEW, EarningState.APPEALED):
            move(row, EarningState.ADJUSTED, table=EARNING, at=at, actor=actor, reason=f"{reason} {note}".strip())
    earning.refresh_from_db()
    return appended


def reprice_agent(
    *, actor: Actor, at: datetime, agent_id: int, reason: PriceReason, note: str = "", claim_id: int | None = None
) -> int:
    """Price every open earning of an agent again, and that of `claim_id` in any state; returns how many changed.

    One transaction each, after waiting for whoever is pricing a claim of theirs from the score as it was.
    """
    changed = 0
    with transaction.atomic():
        take_turn(agent_id=agent_id)
    concerned = Q(state__in=OPEN) if claim_id is None else Q(state__in=OPEN) | Q(claim_id=claim_id)
    for earning in Earning.objects.filter(concerned, agent_id=agent_id).order_by("pk"):
        changed += reprice(actor=actor, at=at, earning=earning, reason=reason, note=note) is not None
    return changed


def reprice_claim(*, actor: Actor, at: datetime, agent_id: int, claim_id: int, reason: PriceReason) -> bool:
    """Price the earning of one claim again, in any state; whether its price changed. Nothing before it is priced.

    Waits for whoever is pricing the claim, as `reprice_agent` does.
    """
    with transaction.atomic():
        take_turn(agent_id=agent_id)
    earning = Earning.objects.filter(claim_id=claim_id).first()
    return earning is not None and (reprice(actor=actor, at=at, earning=earning, reason=reason) is not None)


def mark_appealed(*, actor: Actor, at: datetime, claim_id: int, note: str = "") -> None:
    """Show that the judgement behind a claim's earning is being looked at again; the deadline stays."""
    with transaction.atomic():
        earning = Earning.objects.filter(claim_id=claim_id).first()
        if earning is not None and EARNING.allows(earning.state, EarningState.APPEALED):
            move(earning, EarningState.APPEALED, table=EARNING, at=at, actor=actor, reason=note)
            _nudge(earning)


def _return_unused(earning: Earning, appended: EarningPrice, *, at: datetime, actor: Actor) -> None:
    """Give back to the client what a lower price left in the reserve of a task whose books are closed.

    `tasks` returns the rest when it settles a task; what comes back later has nobody else to return it. Call it with
    the reserve locked by the booking: a task that settles at this moment has either committed, or waits for us and
    finds the money there.
    """
    task = earning.task
    task.refresh_from_db(fields=["settled_at"])
    if task.settled_at is not None:
        booking.release_reserve(
            task=task.public_id,
            organisation=earning.organisation.public_id,
            currency=earning.currency,
            source=f"pay.unused:{earning.public_id}:{appended.version}",
            at=at,
            actor=actor,
        )


def _append(
    earning: Earning,
    priced: Price,
    reason: PriceReason,
    *,
    note: str,
    at: datetime,
    actor: Actor,
    previous: EarningPrice | None = None,
) -> EarningPrice:
    """Append a price, book it, and make it the current one."""
    version = previous.version + 1 if previous else 1
    entry, fee_entry = _book(earning, priced, version, previous, at=at, actor=actor)
    if previous:
        Earning.objects.filter(pk=earning.pk).update(
            version=version, amount_minor=priced.amount_minor, fee_minor=priced.fee_minor, priced_at=at
        )
    appended = EarningPrice.objects.create(
        earning=earning,
        version=version,
        inputs=priced.inputs.to_json(),
        amount_minor=priced.amount_minor,
        fee_minor=priced.fee_minor,
        reason=reason,
        note=note[:200],
        entry=entry,
        fee_entry=fee_entry,
        at=at,
    )
    audit.record(
        stream=f"money.{earning.agent.public_id}",
        action="pay.price_earning",
        subject=earning.public_id,
        at=at,
        actor=actor,
        data={
            "version": version,
            "amount_minor": priced.amount_minor,
            "fee_minor": priced.fee_minor,
            "before_minor": previous.amount_minor if previous else None,
            "reason": str(reason),
            "note": note,
        },
    )
    publish(EarningPriced(earning_id=earning.pk, agent_id=earning.agent_id, version=version, at=at))
    _nudge(earning)
    return appended


def _book(
    earning: Earning, priced: Price, version: int, previous: EarningPrice | None, *, at: datetime, actor: Actor
) -> tuple[str, str]:
    """Bring the books to the new price; returns the public ids of the entries that stand for it."""
    if previous and (previous.amount_minor, previous.fee_minor) == (priced.amount_minor, priced.fee_minor):
        return previous.entry, previous.fee_entry
    final = earning.state in OWED
    account = (AccountKind.AGENT_PAYABLE if final else AccountKind.AGENT_ACCRUED, earning.agent.public_id)
    amount, fee = priced.amount_minor, priced.fee_minor
    if previous and final:
        amount, fee = amount - previous.amount_minor, fee - previous.fee_minor
    elif previous:
        for part, booked in (("accrue", previous.entry), ("fee", previous.fee_entry)):
            undo = f"pay.undo_{part}:{earning.public_id}:{version}"
            booking.take_back(earning=earning, entry=booked, undo=undo, at=at, actor=actor)
    entry = booking.book_cost(
        earning=earning,
        source=f"pay.accrue:{earning.public_id}:{version}",
        kind="top_up" if final else "call_off" if earning.kind == EarningKind.CALLED_OFF else "accrue",
        minor=amount,
        to=account,
        at=at,
        actor=actor,
    )
    fee_entry = booking.book_cost(
        earning=earning,
        source=f"pay.fee:{earning.public_id}:{version}",
        kind="fee",
        minor=fee,
        to=(AccountKind.PLATFORM_FEES, ""),
        at=at,
        actor=actor,
    )
    return entry.public_id if entry else "", fee_entry.public_id if fee_entry else ""


def _nudge(earning: Earning) -> None:
    realtime.nudge(f"earnings.{earning.agent.public_id}", version=earning.pk)
