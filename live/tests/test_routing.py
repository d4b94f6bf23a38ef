"""One pass over a line: what it locks, and what it asks only once."""

from itertools import groupby

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from live import services
from live.models import AgentPresence, Offer, RoutingDecision
from live.services import routing
from live.tests.factories import AT, active, floor, later, start
from live.tests.test_escalation import hand_on, need

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_leave(monkeypatch):
    """A floor of three; two go on a break right after the pass has read who is there."""
    made = floor(3)
    read = routing._pool

    def read_too_early(programme_id, at):
        pool = read(programme_id, at)
        AgentPresence.objects.filter(agent__in=made.agents[:2]).update(status="break")
        return pool

    monkeypatch.setattr(routing, "_pool", read_too_early)
    return made


def test_who_has_left_meanwhile_is_passed_over_and_the_decision_says_why(two_leave):
    start(two_leave.programme)
    services.assign_waiting(programme_id=two_leave.programme.pk, at=AT)
    assert Offer.objects.get().agent_id == two_leave.agents[2].pk
    decision = RoutingDecision.objects.get()
    assert decision.refused == {str(agent.pk): "not_available" for agent in two_leave.agents[:2]}
    assert [row["agent"] for row in decision.eligible] == [two_leave.agents[2].pk]


def test_no_transaction_holds_two_presences(two_leave):
    """Two passes that rank the agents differently would wait for each other."""
    start(two_leave.programme)
    with CaptureQueriesContext(connection) as said:
        services.assign_waiting(programme_id=two_leave.programme.pk, at=AT)
    steps = [
        "lock" if 'FROM "live_agentpresence"' in sql and "FOR NO KEY UPDATE" in sql else "end"
        for sql in (query["sql"] for query in said)
        if "SAVEPOINT" in sql or ("FOR NO KEY UPDATE" in sql and "live_agentpresence" in sql)
    ]
    assert [len(list(run)) for step, run in groupby(steps) if step == "lock"] == [1, 1, 1]


def experts_asked(waiting: int) -> int:
    """How often a pass reads skills while so many conversations wait for an expert who is not there."""
    made = floor(2)
    need(made)
    for _ in range(waiting):
        hand_on(made, active(made))
    with CaptureQueriesContext(connection) as said:
        services.assign_waiting(programme_id=made.programme.pk, at=later(seconds=5))
    assert not Offer.objects.filter(state="open").exists()
    return sum("certification_" in query["sql"] for query in said)


def test_who_is_an_expert_is_read_once_a_pass():
    assert experts_asked(3) == experts_asked(1) > 0
