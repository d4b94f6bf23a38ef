"""What pay knows of an agent, for that agent (docs/personal-data.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from accounts.actors import Actor
from pay.models import Earning, EarningPrice, Payout, PayoutAccount, PayoutLine


def personal_data(*, actor: Actor, at: datetime) -> dict[str, Any]:
    """Earnings with the inputs of every price, payouts and bank accounts of one's own; five queries."""
    mine = {"agent_id": actor.agent_id or 0}
    prices = Prefetch("prices", queryset=EarningPrice.objects.order_by("version"))
    lines = Prefetch("lines", queryset=PayoutLine.objects.select_related("earning").order_by("pk"))
    earnings = Earning.objects.filter(**mine).select_related("claim").prefetch_related(prices).order_by("pk")
    payouts = Payout.objects.filter(**mine).select_related("account").prefetch_related(lines).order_by("pk")
    return {
        "earnings": [
            {
                "id": e.public_id,
                "claim": e.claim.public_id,
                "kind": e.kind,
                "state": e.state,
                "currency": e.currency,
                "amount_minor": e.amount_minor,
                "settled_minor": e.settled_minor,
                "worked_at": e.worked_at,
                "priced_at": e.priced_at,
                "accept_at": e.accept_at,
                "final_at": e.final_at,
                "prices": [
                    {
                        "version": p.version,
                        "at": p.at,
                        "reason": p.reason,
                        "note": p.note,
                        "amount_minor": p.amount_minor,
                        "inputs": p.inputs,
                    }
                    for p in e.prices.all()
                ],
            }
            for e in earnings
        ],
        "payouts": [_payout(p) for p in payouts],
        "bank_accounts": [
            {"id": a.public_id, "named_at": a.created_at, "holder": a.holder, "bank": a.bank, "number": a.number}
            for a in PayoutAccount.objects.filter(**mine).order_by("pk")
        ],
    }


def _payout(row: Payout) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "bank_account": row.account.public_id,
        "state": row.state,
        "currency": row.currency,
        "amount_minor": row.amount_minor,
        "tax_minor": row.tax_minor,
        "tax_inputs": row.tax_inputs,
        "requested_at": row.requested_at,
        "approved_at": row.approved_at,
        "sent_at": row.sent_at,
        "finished_at": row.finished_at,
        "reference": row.reference,
        "failure": row.failure,
        "lines": [{"earning": line.earning.public_id, "amount_minor": line.amount_minor} for line in row.lines.all()],
    }
