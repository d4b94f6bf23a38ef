"""Moving rows by a state table: the mover, the trigger, the constraint, the history, the diagram."""

import pytest
from django.db import DatabaseError, transaction

from accounts.models import IdentityCheck
from accounts.states import IDENTITY, IdentityState
from accounts.tests.factories import NewAgentFactory
from core.errors import Conflict
from core.models import Transition
from core.states import StateConflict, history, move, move_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def check():
    return IdentityCheck.objects.create(agent=NewAgentFactory())


def rows(check):
    return IdentityCheck.objects.filter(pk=check.pk)


def test_a_move_writes_the_row_and_its_history(check, at):
    move(check, "submitted", table=IDENTITY, at=at, changes={"legal_name": "Lin"}, reason="sent")
    assert (check.state, check.legal_name) == ("submitted", "Lin")
    assert rows(check).values_list("state", "legal_name").get() == ("submitted", "Lin")
    (step,) = history(check)
    assert (step.from_state, step.to_state, step.at, step.actor_id, step.reason) == (
        "draft",
        "submitted",
        at,
        None,
        "sent",
    )


def test_a_stale_instance_is_judged_by_the_row(check, at):
    stale = rows(check).get()
    move(check, "submitted", table=IDENTITY, at=at)
    with pytest.raises(StateConflict) as caught:
        move(stale, "submitted", table=IDENTITY, at=at)
    assert caught.value.detail == {"from": "submitted", "to": "submitted"}
    assert isinstance(caught.value, Conflict)
    assert history(check).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_move_needs_a_transaction(check, at):
    with pytest.raises(RuntimeError, match="transaction"):
        move(check, "submitted", table=IDENTITY, at=at)


@pytest.mark.parametrize("to", ["approved", "rejected"])
def test_the_database_refuses_an_illegal_move(check, to):
    with pytest.raises(DatabaseError), transaction.atomic():
        rows(check).update(state=to, reason="x")
    assert rows(check).get().state == "draft"


@pytest.mark.parametrize("state", ["submitted", "nonsense"])
def test_the_database_refuses_a_row_that_does_not_start_at_the_start(state):
    agent = NewAgentFactory()
    with pytest.raises(DatabaseError, match="cannot start"), transaction.atomic():
        IdentityCheck.objects.create(agent=agent, state=state)


def test_history_is_append_only(check, at):
    move(check, "submitted", table=IDENTITY, at=at)
    for change in (lambda: Transition.objects.update(reason="x"), lambda: Transition.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_many_due_rows_move_at_once_and_others_stay(at, django_assert_num_queries):
    checks = [IdentityCheck.objects.create(agent=NewAgentFactory()) for _n in range(3)]
    move(checks[2], "submitted", table=IDENTITY, at=at)
    with django_assert_num_queries(3):
        moved = move_all(IdentityCheck.objects.order_by("pk"), "submitted", table=IDENTITY, at=at)
    assert moved == [checks[0].pk, checks[1].pk]
    assert Transition.objects.count() == 3
    assert set(IdentityCheck.objects.values_list("state", flat=True)) == {"submitted"}


def test_every_state_can_be_reached_and_left():
    reached = set(IDENTITY.initial) | {to for _from, to in IDENTITY.pairs()}
    assert reached == set(IdentityState.values)
    assert IDENTITY.final == frozenset()
