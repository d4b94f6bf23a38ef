"""Forgetting where an agent's money went, once all of it has gone there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.policies import is_platform
from core.errors import NotAllowed
from core.money import Money
from pay.errors import StillEarning, StillOwed
from pay.models import Earning, Payout, PayoutAccount
from pay.services.turns import take_turn
from pay.states import OPEN, OWED, PayoutState
from quality.selectors import is_being_judged
from tasks.selectors import claims_that_may_earn

_ON_THE_WAY = (PayoutState.REQUESTED, PayoutState.APPROVED, PayoutState.SENT)


@transaction.atomic
def erase_payout_accounts(*, actor: Actor, agent_id: int, at: datetime) -> int:
    """Blank holder, bank and number of every account an agent ever named; returns how many. For the platform.

    Payouts, their amounts and the ledger stay. Raises `StillOwed`, with the sums, while earnings are in review or
    not paid out, or a payout is on its way; `StillEarning` while more may come of a claimed block, an escalation or
    an appeal: without an account that money could reach nobody.
    """
    if not is_platform(actor):
        raise NotAllowed
    take_turn(agent_id=agent_id)
    owed = _unpaid(agent_id)
    if owed:
        named = ", ".join(money.format(get_language() or "en") for money in owed)
        text = _(
            "%(sum)s is still on its way to you: in review, not paid out, or at the bank. Close your account after."
        )
        raise StillOwed(text % {"sum": named}, detail={"owed": [[m.minor, m.currency] for m in owed]})
    unpriced = claims_that_may_earn(agent_id, actor=actor).exclude(pk__in=_priced(agent_id))
    if unpriced.exists() or is_being_judged(agent_id):
        raise StillEarning
    return PayoutAccount.objects.filter(agent_id=agent_id).exclude(number="").update(holder="", bank="", number="")


def _priced(agent_id: int) -> QuerySet[Earning, int]:
    """The claims of an agent's that have an earning."""
    return Earning.objects.filter(agent_id=agent_id).values_list("claim_id", flat=True)


def _unpaid(agent_id: int) -> list[Money]:
    """What has been earned and has not arrived, by currency."""
    sums: dict[str, int] = {}
    earned = Earning.objects.filter(agent_id=agent_id, state__in=[*OPEN, *OWED]).order_by().values("currency")
    for row in earned.annotate(left=Sum(F("amount_minor") - F("settled_minor"))):
        sums[row["currency"]] = sums.get(row["currency"], 0) + row["left"]
    going = Payout.objects.filter(agent_id=agent_id, state__in=_ON_THE_WAY).order_by().values("currency")
    for row in going.annotate(left=Sum("amount_minor")):
        sums[row["currency"]] = sums.get(row["currency"], 0) + row["left"]
    return [Money(minor, currency) for currency, minor in sorted(sums.items()) if minor > 0]
