"""Forgetting where an agent's money went, once all of it has gone there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.policies import is_platform
from core.errors import NotAllowed
from pay.errors import StillEarning, StillOwed
from pay.models import PayoutAccount
from pay.selectors import erasure_waits_for
from pay.services.turns import take_turn


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
    waits = erasure_waits_for(actor=actor, agent_id=agent_id)
    owed = [row.total for row in waits.unpaid]
    if owed:
        named = ", ".join(money.format(get_language() or "en") for money in owed)
        text = _(
            "%(sum)s is still on its way to you: in review, not paid out, or at the bank. Close your account after."
        )
        raise StillOwed(text % {"sum": named}, detail={"owed": [[m.minor, m.currency] for m in owed]})
    if waits.may_still_earn:
        raise StillEarning
    return PayoutAccount.objects.filter(agent_id=agent_id).exclude(number="").update(holder="", bank="", number="")
