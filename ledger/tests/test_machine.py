"""Random posts and reversals, legal and illegal: after each step every invariant of the books holds."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from accounts.actors import PLATFORM
from core.money import Money
from ledger.errors import AlreadyReversed, InsufficientFunds, SourceUsed
from ledger.models import Entry
from ledger.selectors import balance, verify
from ledger.services import Line, post, reverse
from ledger.states import DEBIT_NORMAL, OWNED, AccountKind
from ledger.tests.books import AT, check_deferred

OWNERS = ["org_a", "org_b", "tsk_a", "agt_a"]
PLACES = [(kind, owner) for kind in AccountKind for owner in (OWNERS if kind in OWNED else [""])]


class Books(RuleBasedStateMachine):
    """A model of the books in a dictionary, compared with the database after each step."""

    entries: Bundle[Entry] = Bundle("entries")

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.model: dict[tuple[AccountKind, str, str], int] = {}
        self.sources: dict[str, dict[Any, int]] = {}
        self.reversed: set[int] = set()

    def teardown(self) -> None:
        check_deferred()
        transaction.savepoint_rollback(self.savepoint)

    def _fits(self, changes: dict[tuple[AccountKind, str, str], int]) -> bool:
        for key, minor in changes.items():
            after = self.model.get(key, 0) + minor
            if key[0] in OWNED and (after < 0 if key[0] in DEBIT_NORMAL else after > 0):
                return False
        return True

    def _apply(self, changes: dict[tuple[AccountKind, str, str], int]) -> None:
        for key, minor in changes.items():
            self.model[key] = self.model.get(key, 0) + minor

    @rule(
        target=entries,
        number=st.integers(0, 12),
        debits=st.lists(st.tuples(st.sampled_from(PLACES), st.integers(1, 5_000)), min_size=1, max_size=3),
        credit=st.sampled_from(PLACES),
        currency=st.sampled_from(["CNY", "USD"]),
    )
    def post(self, number: int, debits: list[Any], credit: Any, currency: str) -> Any:
        source = f"s{number}"
        changes: dict[Any, int] = {}
        for place, minor in [*debits, (credit, -sum(minor for _place, minor in debits))]:
            key = (*place, currency)
            changes[key] = changes.get(key, 0) + minor
        changes = {key: minor for key, minor in changes.items() if minor}
        lines = [Line(kind, owner, Money(minor, cur)) for (kind, owner, cur), minor in changes.items()]
        try:
            entry = post(source=source, kind="test", lines=lines, at=AT, actor=PLATFORM)
        except ValueError:
            assert not changes
        except SourceUsed:
            assert self.sources[source] != changes
        except InsufficientFunds:
            assert source not in self.sources
            assert not self._fits(changes)
        else:
            if source in self.sources:
                assert self.sources[source] == changes
            else:
                assert self._fits(changes)
                self.sources[source] = changes
                self._apply(changes)
                return entry
        return Entry.objects.order_by("pk").first() or Entry()

    @rule(entry=consumes(entries))
    def reverse(self, entry: Entry) -> None:
        if entry.pk is None or entry.source not in self.sources:
            return
        changes = {key: -minor for key, minor in self.sources[entry.source].items()}
        try:
            reverse(entry=entry, source=f"undo {entry.pk}.{len(self.reversed)}", at=AT, actor=PLATFORM)
        except AlreadyReversed:
            assert entry.pk in self.reversed
        except InsufficientFunds:
            assert not self._fits(changes)
        else:
            assert entry.pk not in self.reversed
            self.reversed.add(entry.pk)
            self._apply(changes)

    @invariant()
    def books_hold(self) -> None:
        check_deferred()
        assert list(verify()) == []
        for (kind, owner, currency), minor in self.model.items():
            assert balance(kind, owner, currency) == Money(minor, currency)


@pytest.mark.slow
@pytest.mark.django_db
def test_books_hold_under_random_verbs() -> None:
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=12, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
