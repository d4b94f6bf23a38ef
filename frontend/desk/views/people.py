"""People: find somebody, see what they are here, give roles, suspend."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import policies, selectors, services
from accounts.forms import PeopleFilterForm, ReasonForm, StaffRoleForm
from accounts.states import StaffRole
from core import clock
from core.pages import cleaned, form_status, posted, submitted
from frontend.requests import PageRequest

PAGE_SIZE = 50


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET everybody, searched and filtered, by pages."""
    form = PeopleFilterForm(request.GET or None)
    query = form.cleaned_data if form.is_valid() else {}
    rows = selectors.people(actor=request.actor, **query)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "desk/people/index.html", {"filter_form": form, "people": page})


@require_http_methods(["GET", "POST"])
def show(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one person; POST suspends the agent with a reason."""
    person = selectors.people_page(public_id, actor=request.actor)
    form = ReasonForm(posted(request))
    agent = getattr(person, "agent", None)
    if agent is not None and submitted(
        request,
        form,
        lambda data: services.suspend_agent(actor=request.actor, agent=agent, at=clock.now(), **data),
    ):
        messages.success(request, _("%(name)s is suspended and is told the reason.") % {"name": person})
        return redirect("desk:person", public_id)
    held = {assignment.role for assignment in person.staff_assignments.all()}
    context = {
        "person": person,
        "agent": agent,
        "form": form,
        "roles": [(role, role in held) for role in StaffRole],
        "may_change": policies.can_staff(request.actor, StaffRole.OPERATOR),
        "is_oneself": person.pk == request.actor.user_id,
        "steps": selectors.onboarding_checklist(agent, actor=request.actor) if agent is not None else [],
    }
    return render(request, "desk/people/show.html", context, status=form_status(form))


@require_POST
def reinstate(request: PageRequest, public_id: str) -> HttpResponse:
    """POST: lift a suspension."""
    person = selectors.people_page(public_id, actor=request.actor)
    services.reinstate_agent(actor=request.actor, agent=person.agent, at=clock.now())
    messages.success(request, _("The suspension of %(name)s is lifted.") % {"name": person})
    return redirect("desk:person", public_id)


@require_POST
def give_role(request: PageRequest, public_id: str) -> HttpResponse:
    """POST `role`: give a platform role."""
    return _change_role(request, public_id, gives=True)


@require_POST
def take_role(request: PageRequest, public_id: str) -> HttpResponse:
    """POST `role`: take a platform role away."""
    return _change_role(request, public_id, gives=False)


def _change_role(request: PageRequest, public_id: str, *, gives: bool) -> HttpResponse:
    person = selectors.people_page(public_id, actor=request.actor)
    role = StaffRole(cleaned(StaffRoleForm(request.POST))["role"])
    change = services.assign_staff_role if gives else services.withdraw_staff_role
    change(actor=request.actor, user=person, role=role, at=clock.now())
    said = _("%(name)s now has the role %(role)s.") if gives else _("%(name)s no longer has the role %(role)s.")
    messages.success(request, said % {"name": person, "role": role.label})
    return redirect("desk:person", public_id)
