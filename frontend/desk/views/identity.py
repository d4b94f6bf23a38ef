"""The certifiers' queue of identity checks: list, pictures, decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import policies, selectors, services
from accounts.forms import ReasonForm
from accounts.services.identity import QUEUE_TOPIC, UNDO_SECONDS
from accounts.states import IdentityState, StaffRole
from core import clock
from core.errors import NotAllowed
from core.pages import form_status, posted, submitted
from frontend.requests import PageRequest

PAGE_SIZE = 50
SHOWN = (IdentityState.SUBMITTED, IdentityState.APPROVED, IdentityState.REJECTED)


def _queue(request: PageRequest) -> dict[str, Any]:
    state = request.GET.get("state", "")
    if state not in SHOWN:
        state = IdentityState.SUBMITTED
    rows = selectors.identity_queue(actor=request.actor, state=state)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    undo = request.session.get("identity_undo")
    if undo and undo["until"] < clock.now().timestamp():
        undo = None
    decides = request.actor.is_staff(StaffRole.CERTIFIER)
    return {"queue": page, "state": state, "states": SHOWN, "topic": QUEUE_TOPIC, "undo": undo, "decides": decides}


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the queue with nothing opened."""
    return render(request, "desk/identity/index.html", _queue(request))


@require_http_methods(["GET", "POST"])
def refuse(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one check; POST refuses it, or withdraws an approval, with a reason."""
    check = selectors.identity_check_for(actor=request.actor, public_id=public_id)
    policies.require_mfa(request.actor)
    form = ReasonForm(posted(request))
    approved = check.state == IdentityState.APPROVED

    def decide(data: dict[str, Any]) -> None:
        if approved:
            services.withdraw_identity(actor=request.actor, check=check, at=clock.now(), **data)
        else:
            services.decide_identity(actor=request.actor, check=check, approve=False, at=clock.now(), **data)

    if submitted(request, form, decide):
        said = _("%(name)s is refused, reads your reason and can send the check again.")
        return _next(request, public_id, said % {"name": check.agent.nickname})
    context = {**_queue(request), "check": check, "form": form, "may_decide": _may_decide(request, check)}
    return render(request, "desk/identity/show.html", context, status=form_status(form))


@require_POST
def approve(request: PageRequest, public_id: str) -> HttpResponse:
    """POST: the documents show this person."""
    check = selectors.identity_check_for(actor=request.actor, public_id=public_id)
    services.decide_identity(actor=request.actor, check=check, approve=True, at=clock.now())
    return _next(request, public_id, _("%(name)s is approved.") % {"name": check.agent.nickname})


@require_POST
def undo(request: PageRequest, public_id: str) -> HttpResponse:
    """POST: take one's own decision back within seconds."""
    check = selectors.identity_check_for(actor=request.actor, public_id=public_id)
    services.undo_identity_decision(actor=request.actor, check=check, at=clock.now())
    request.session.pop("identity_undo", None)
    messages.success(request, _("Taken back. The check waits in the queue again."))
    return redirect("desk:identity_check", public_id)


def _next(request: PageRequest, decided: str, message: str) -> HttpResponse:
    """Go on to the check that now waits longest; the one just decided can be taken back from there."""
    ends_at = clock.now().timestamp() + UNDO_SECONDS
    request.session["identity_undo"] = {"check": decided, "message": message, "until": ends_at}
    following = selectors.identity_queue(actor=request.actor).first()
    return redirect("desk:identity_check", following.public_id) if following else redirect("desk:identity")


def _may_decide(request: PageRequest, check: Any) -> bool:
    try:
        policies.require_decide_identity(request.actor, check)
    except NotAllowed:
        return False
    return check.state in {IdentityState.SUBMITTED, IdentityState.APPROVED}
