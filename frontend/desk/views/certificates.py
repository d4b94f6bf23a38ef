"""Certificates: find, issue to many with a preview, revoke with a reason; the standards behind them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from certification import selectors, services
from certification.forms import CertificateFilterForm, IssueForm, ReasonForm, StandardForm
from certification.policies import require_certificate_reader, require_certifier
from core.clock import now
from core.errors import DomainError
from core.pages import add_errors, posted, pressed
from frontend.requests import PageRequest


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET certificates, searchable, and who waits for one."""
    require_certificate_reader(request.actor)
    form = CertificateFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = selectors.certificates_for(request.actor, query=chosen.get("q", ""), state=chosen.get("state", ""))
    context = {
        "form": form,
        "page": Paginator(rows, 50).get_page(request.GET.get("page")),
        "waiting": selectors.waiting_to_be_issued(request.actor, now()),
    }
    return render(request, "desk/certificates/index.html", context)


@require_http_methods(["GET", "POST"])
def show(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one certificate; POST revokes it for a reason."""
    require_certificate_reader(request.actor)
    certificate = selectors.certificate_by_public_id(request.actor, public_id)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.revoke_certificate(
                actor=request.actor, at=now(), certificate=certificate, reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Revoked. The public page says so from now on."))
            return redirect("desk:certificate", public_id=public_id)
    context = {"certificate": certificate, "state": selectors.state_at(certificate, now()), "form": form}
    return render(request, "desk/certificates/show.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def issue(request: PageRequest, public_id: str) -> HttpResponse:
    """GET who may be issued a certificate and what would change; POST shows the preview, then issues."""
    require_certifier(request.actor)
    standard = selectors.standard_by_public_id(request.actor, public_id)
    rows = selectors.issuable(request.actor, standard, now())
    choices = [(row.attempt.public_id, row.attempt.agent.nickname) for row in rows]
    form = IssueForm(posted(request), choices=choices)
    chosen = []
    if request.method == "POST" and form.is_valid():
        chosen = [row for row in rows if row.attempt.public_id in form.cleaned_data["attempts"]]
        if pressed(request, "preview", "issue") == "issue":
            return _issue(request, standard, chosen)
    context = {"standard": standard, "rows": rows, "form": form, "chosen": chosen}
    return render(request, "desk/certificates/issue.html", context, status=422 if form.errors else 200)


def _issue(request: PageRequest, standard: Any, chosen: list[selectors.Issuable]) -> HttpResponse:
    results = services.issue_many(
        actor=request.actor,
        at=now(),
        standard=standard,
        chosen=[(row.attempt.agent, row.attempt) for row in chosen],
    )
    done = sum(result.certificate is not None for result in results)
    if done:
        said = ngettext("%(n)d certificate issued.", "%(n)d certificates issued.", done) % {"n": done}
        messages.success(request, said)
    for result in results:
        if result.error is not None:
            messages.error(request, f"{result.agent_public_id}: {result.error.message}")
    return redirect("desk:certificates")


@require_http_methods(["GET", "POST"])
def standard(request: PageRequest, public_id: str | None = None) -> HttpResponse:
    """GET the editor of a standard, a new one without an id; POST stores it."""
    actor = request.actor
    found = selectors.standard_by_public_id(actor, public_id) if public_id else None
    others = [s for s in selectors.standards_for(actor) if found is None or s.slug != found.slug]
    form = StandardForm(
        posted(request),
        initial=StandardForm.initial_of(found) if found else None,
        exams=selectors.blueprints_for(actor),
        tags=selectors.tags(),
        standards=others,
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_standard(
                actor=actor, at=now(), standard=found, values=form.values(), requires=form.required_standards()
            )
        except DomainError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Stored as version %(n)s.") % {"n": saved.version})
            return redirect("desk:exams")
    context = {"standard": found, "form": form}
    return render(request, "desk/certificates/standard.html", context, status=422 if form.errors else 200)
