"""Events: with the publisher's transaction, or after it, at least once, whatever is killed in between."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from core import events
from core.events import Event, after, catalogue, deliver_due, on, publish
from core.models import AuditStream, EventDelivery

AT = datetime(2026, 11, 11, 9, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class TideTurned(Event):
    """For these tests only."""

    number: int
    at: datetime
    note: str | None = None


heard: list[TideTurned] = []
trouble: list[BaseException] = []
"""What the handler raises next, after its write."""


@after(TideTurned)
def write_it_down(event: TideTurned) -> None:
    """Leave one row per event; a second row of one name would be refused by the database."""
    AuditStream.objects.create(name=f"turned {event.number}")
    if trouble:
        raise trouble.pop()
    heard.append(event)


inside: list[int] = []


@on(TideTurned)
def count_it(event: TideTurned) -> None:
    """Runs with the publisher."""
    if event.number < 0:
        raise ValueError("no negative tides")
    inside.append(event.number)


@pytest.fixture(autouse=True)
def _clean(monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(events, "_wake", lambda: None)
    yield
    heard.clear()
    trouble.clear()
    inside.clear()


def turn(number: int = 1) -> None:
    with transaction.atomic():
        publish(TideTurned(number=number, at=AT, note=None))


@pytest.mark.django_db(transaction=True)
def test_publishing_needs_a_transaction():
    with pytest.raises(RuntimeError, match="outside a transaction"):
        publish(TideTurned(number=1, at=AT))


@pytest.mark.django_db
def test_an_event_is_delivered_whole_and_once():
    turn()
    assert (inside, heard) == ([1], [])
    assert deliver_due(at=LATER) == 1
    assert heard == [TideTurned(number=1, at=AT, note=None)]
    assert deliver_due(at=LATER) == 0
    delivery = EventDelivery.objects.get()
    assert (delivery.delivered_at, delivery.attempts) == (LATER, 1)


@pytest.mark.django_db
def test_what_is_undone_was_never_published():
    def undo():
        with transaction.atomic():
            publish(TideTurned(number=1, at=AT))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undo()
    assert deliver_due(at=LATER) == 0


@pytest.mark.django_db
def test_a_refusing_handler_undoes_the_publisher():
    with pytest.raises(ValueError, match="negative"):
        turn(-1)
    assert not EventDelivery.objects.exists()


@pytest.mark.django_db
def test_a_failing_handler_is_tried_again_later_and_later_and_its_writes_are_undone(caplog):
    turn()
    due = EventDelivery.objects.get().due_at
    trouble[:] = [ValueError("second"), ValueError("first")]
    deliver_due(at=due)
    delivery = EventDelivery.objects.get()
    assert (delivery.attempts, delivery.last_error, delivery.due_at) == (
        1,
        "ValueError: first",
        due + timedelta(seconds=2),
    )
    assert not AuditStream.objects.exists()
    assert deliver_due(at=due + timedelta(seconds=1)) == 0
    deliver_due(at=due + timedelta(seconds=2))
    assert EventDelivery.objects.get().due_at == due + timedelta(seconds=2 + 4)
    deliver_due(at=due + timedelta(seconds=6))
    assert AuditStream.objects.count() == len(heard) == 1
    assert EventDelivery.objects.get().attempts == 3


@pytest.mark.django_db
def test_a_hopeless_handler_is_given_up_and_logged(caplog):
    turn()
    EventDelivery.objects.update(attempts=events.MAX_ATTEMPTS - 1)
    trouble.append(ValueError("hopeless"))
    deliver_due(at=LATER)
    delivery = EventDelivery.objects.get()
    assert (delivery.gave_up_at, delivery.delivered_at) == (LATER, None)
    assert [r.levelname for r in caplog.records if r.name == "core.events"] == ["ERROR"]
    assert deliver_due(at=LATER) == 0


@pytest.mark.django_db
def test_one_failing_event_does_not_hold_up_the_others():
    turn(1)
    turn(2)
    trouble.append(ValueError())
    assert deliver_due(at=LATER) == 2
    assert [e.number for e in heard] == [2]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_no_half_effect():
    turn()
    trouble.append(SystemExit())
    with pytest.raises(SystemExit):
        deliver_due(at=LATER)
    assert not AuditStream.objects.exists()
    assert EventDelivery.objects.get().attempts == 0
    assert deliver_due(at=LATER) == 1  # the sweeper finds it
    assert AuditStream.objects.get().name == "turned 1"


@pytest.mark.django_db
def test_a_handler_that_is_gone_is_an_error_not_a_crash(caplog):
    turn()
    EventDelivery.objects.update(handler="core.tests.test_events:removed")
    deliver_due(at=LATER)
    assert "AttributeError" in EventDelivery.objects.get().last_error
    EventDelivery.objects.update(event="core.Removed", handler="core.tests.test_events:write_it_down", due_at=AT)
    deliver_due(at=LATER)
    assert "KeyError" in EventDelivery.objects.get().last_error


@pytest.mark.django_db
def test_a_broker_that_is_away_is_no_error(monkeypatch, caplog, django_capture_on_commit_callbacks):
    monkeypatch.undo()
    from celery import current_app

    def away(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(current_app, "send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        turn()
    assert "the sweeper will deliver" in caplog.text
    assert EventDelivery.objects.count() == 1


@pytest.mark.django_db
def test_a_full_hand_leaves_the_rest_for_the_next_turn(monkeypatch):
    woken = []
    monkeypatch.setattr(events, "_wake", lambda: woken.append(1))
    for number in range(3):
        turn(number)
    woken.clear()
    assert deliver_due(at=LATER, limit=2) == 2
    assert (len(heard), woken) == (2, [1])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_workers_deliver_each_event_once():
    for number in range(40):
        turn(number)
    barrier, taken = threading.Barrier(4), []

    def work():
        barrier.wait()
        taken.append(deliver_due(at=LATER))
        connection.close()

    threads = [threading.Thread(target=work) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 40
    assert sorted(e.number for e in heard) == list(range(40))
    assert AuditStream.objects.count() == 40
    assert not EventDelivery.objects.filter(delivered_at=None).exists()


def test_the_catalogue_refuses_what_cannot_be_written_down(monkeypatch):
    assert TideTurned in catalogue()
    monkeypatch.setattr(events, "_events", dict(events._events))

    @dataclass(frozen=True)
    class Heavy(Event):
        data: dict

    with pytest.raises(TypeError, match="cannot be recorded"):
        catalogue()


def test_a_handler_can_wait(monkeypatch):
    monkeypatch.setattr(events, "_after", {})

    @after(TideTurned, delay_seconds=15)
    def patient(event):
        """Waits."""

    assert events._delays[patient] == timedelta(seconds=15)
