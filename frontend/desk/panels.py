"""What waits on the desk, each queue for those who decide in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.selectors import identity_queue
from accounts.states import StaffRole
from certification.selectors import integrity_queue, marking_queue
from frontend.navigation import address
from frontend.requests import PageRequest
from pay.selectors import payouts_for, transfers_for
from pay.states import DepositState, PayoutState
from quality.selectors import open_appeals, reviews_queue


@dataclass(frozen=True)
class Queue:
    """One queue: who decides in it, where, and how many wait (one query, two for appeals)."""

    label: str | Promise
    icon: str
    url_name: str
    role: StaffRole
    waiting: Callable[[Actor], int]


QUEUES = [
    Queue(_("Identity"), "id-card", "desk:identity", StaffRole.CERTIFIER, lambda a: identity_queue(actor=a).count()),
    Queue(_("Marking"), "pencil", "desk:marking", StaffRole.CERTIFIER, lambda a: len(marking_queue(a))),
    Queue(_("Integrity"), "flag", "desk:integrity", StaffRole.CERTIFIER, lambda a: integrity_queue(a).count()),
    Queue(
        _("Reviews"), "clipboard-check", "desk:reviews", StaffRole.REVIEWER, lambda a: reviews_queue(actor=a).count()
    ),
    Queue(_("Appeals"), "gavel", "desk:appeals", StaffRole.REVIEWER, lambda a: open_appeals(actor=a).count()),
    Queue(
        _("Payouts to approve"),
        "banknote",
        "desk:payouts",
        StaffRole.FINANCE,
        lambda a: payouts_for(actor=a, state=PayoutState.REQUESTED).count(),
    ),
    Queue(
        _("Transfers to approve"),
        "wallet",
        "desk:transfers",
        StaffRole.FINANCE,
        lambda a: transfers_for(actor=a).filter(state=DepositState.PENDING).count(),
    ),
]


def queues(request: PageRequest) -> dict[str, Any] | None:
    """The queues this person decides in, with how many wait in each."""
    actor = request.actor
    mine = [(queue, url) for queue in QUEUES if actor.is_staff(queue.role) and (url := address(queue.url_name))]
    if not mine:
        return None
    return {"queues": [{"queue": queue, "url": url, "n": queue.waiting(actor)} for queue, url in mine]}
