"""The books: trial balance, search, one entry, and the proof that all of it holds."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import require_mfa
from core.clock import now
from core.money import Money
from frontend import entries
from frontend.requests import PageRequest
from ledger import selectors
from ledger.forms import EntrySearchForm
from ledger.policies import require_read_books

PAGE_SIZE = 25
MOST_BREAKS = 100


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the trial balance."""
    _require(request)
    rows = selectors.trial_balance(actor=request.actor)
    totals = [
        {
            "currency": currency,
            "debit": Money.total((row.debit for row in rows if row.currency == currency), currency),
            "credit": Money.total((row.credit for row in rows if row.currency == currency), currency),
        }
        for currency in sorted({row.currency for row in rows})
    ]
    return render(request, "desk/books/index.html", {"rows": rows, "totals": totals, "form": EntrySearchForm()})


@require_GET
def search(request: PageRequest) -> HttpResponse:
    """GET entries by owner, source, account and day, newest first."""
    _require(request)
    form = EntrySearchForm(request.GET or None)
    rows = selectors.entries_for(actor=request.actor, **_chosen(form))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    found = [(row, entries.label(row.kind), _debits(row)) for row in page.object_list]
    return render(request, "desk/books/entries.html", {"form": form, "page": page, "entries": found})


def _chosen(form: EntrySearchForm) -> dict[str, Any]:
    if not form.is_valid():
        return {}
    data = form.cleaned_data

    def start_of(day: date) -> datetime:
        return timezone.make_aware(datetime.combine(day, time()))

    return {
        "text": data["q"].strip(),
        "account_kind": data["account"],
        "since": start_of(data["since"]) if data["since"] else None,
        "until": start_of(data["until"] + timedelta(days=1)) if data["until"] else None,
    }


def _debits(row: Any) -> list[Money]:
    """How much an entry moved, per currency."""
    sums: dict[str, int] = {}
    for posting in row.postings.all():
        sums[posting.account.currency] = sums.get(posting.account.currency, 0) + max(posting.amount_minor, 0)
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]


@require_GET
def entry(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one entry with its lines and what it reverses or was reversed by."""
    _require(request)
    found = selectors.entry_by_public_id(actor=request.actor, public_id=public_id)
    context = {"entry": found, "label": entries.label(found.kind), "reversal": found.reversals.first()}
    return render(request, "desk/books/entry.html", context)


@require_POST
def verify(request: PageRequest) -> HttpResponse:
    """POST to prove every invariant now; answers with the places that do not hold, or that all is whole."""
    _require(request)
    started = timezone.now()
    breaks = selectors.verify()
    context = {
        "breaks": breaks[:MOST_BREAKS],
        "more": max(len(breaks) - MOST_BREAKS, 0),
        "at": now(),
        "seconds": (timezone.now() - started).total_seconds(),
    }
    template = "desk/books/verified.html" if request.htmx else "desk/books/verification.html"
    return render(request, template, context)


def _require(request: PageRequest) -> None:
    require_read_books(request.actor)
    require_mfa(request.actor)
