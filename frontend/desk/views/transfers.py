"""Client money that finance reads from the bank's statement: recorded, seen by a second person, booked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import can_staff
from accounts.selectors import organisation_called
from accounts.states import StaffRole
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed
from core.pages import form_status, posted, submitted
from frontend.requests import PageRequest
from pay import selectors, services
from pay.forms import RefuseTransferForm, TransferForm
from pay.policies import can_approve_transfer, require_finance, require_read_payouts
from pay.states import DepositState

if TYPE_CHECKING:
    from pay.models import Deposit

PAGE_SIZE = 25


@require_http_methods(["GET", "POST"])
def index(request: PageRequest) -> HttpResponse:
    """GET the transfers, what waits for a second person first; POST records one. The same form twice is one."""
    (require_finance if request.method == "POST" else require_read_payouts)(request.actor)
    form = TransferForm(posted(request))
    made: list[Deposit] = []
    if submitted(request, form, lambda data: made.append(_record(request, **data))):
        booked = made[0].state == DepositState.RECEIVED
        messages.success(request, _("Booked.") if booked else _("Noted. A second person has to approve it too."))
        return redirect("desk:transfers")
    return _index(request, form)


def _record(request: PageRequest, *, organisation: str, key: str, **said: Any) -> Deposit:
    found = organisation_called(organisation.strip(), actor=request.actor)
    if found is None:
        raise Invalid(fields={"organisation": _("No organisation, or several, are called that. Use its id.")})
    return services.record_transfer(
        actor=request.actor, at=now(), organisation=found, idempotency_key=key,
        amount=said["amount"], reference=said["reference"], note=said["note"],
    )  # fmt: skip


def _index(request: PageRequest, form: TransferForm, *sent: RefuseTransferForm, refused: str = "") -> HttpResponse:
    """The page; with what was `sent` to take the transfer `refused` off, when that was not whole."""
    page = Paginator(selectors.transfers_for(actor=request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [
            (
                row,
                can_approve_transfer(request.actor, row),
                sent[0] if row.public_id == refused else RefuseTransferForm(auto_id=f"{row.public_id}_%s"),
            )
            for row in page
        ],
        "may_work": can_staff(request.actor, StaffRole.FINANCE),
    }
    return render(request, "desk/transfers/index.html", context, status=form_status(form, *sent))


@require_POST
def approve(request: PageRequest, public_id: str) -> HttpResponse:
    """POST that a second person saw the money too: it is booked."""
    return _decide(request, public_id, services.approve_transfer, _("Booked."))


@require_POST
def refuse(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to take a transfer that is not booked off the list, and why."""
    require_finance(request.actor)
    form = RefuseTransferForm(request.POST, auto_id=f"{public_id}_%s")
    if not form.is_valid():
        return _index(request, TransferForm(), form, refused=public_id)
    done = _("Taken off the list. Nothing was booked.")
    return _decide(request, public_id, services.refuse_transfer, done, reason=form.cleaned_data["reason"])


def _decide(
    request: PageRequest, public_id: str, decide: Callable[..., Deposit], done: str, **said: str
) -> HttpResponse:
    require_finance(request.actor)
    row = selectors.transfer_by_public_id(public_id, actor=request.actor)
    try:
        decide(actor=request.actor, at=now(), deposit=row, **said)
    except (Conflict, NotAllowed) as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, done)
    return redirect("desk:transfers")
