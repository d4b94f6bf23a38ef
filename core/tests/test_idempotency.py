"""A command under a key is done once."""

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from core import idempotency
from core.errors import Invalid
from core.models import IdempotencyKey

AT = datetime(2026, 11, 10, 12, tzinfo=UTC)
ANNA, BEN = SimpleNamespace(audit_name="usr_anna"), SimpleNamespace(audit_name="usr_ben")


def run(calls, *, actor=ANNA, key="k1", command="tasks.publish", body=None, at=AT):
    def do():
        calls.append(1)
        return {"n": len(calls)}

    with transaction.atomic():
        return idempotency.run_once(actor=actor, key=key, command=command, body=body or {"task": "t"}, at=at, do=do)


@pytest.mark.django_db
def test_same_key_answers_the_same_without_doing_it_again():
    calls = []
    assert run(calls) == idempotency.Outcome({"n": 1})
    assert run(calls) == idempotency.Outcome({"n": 1}, replayed=True)
    assert len(calls) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"body": {"task": "u"}}, {"command": "tasks.cancel"}])
def test_same_key_with_another_request_is_a_conflict(other):
    calls = []
    run(calls)
    with pytest.raises(idempotency.KeyUsed):
        run(calls, **other)
    assert len(calls) == 1


@pytest.mark.django_db
def test_keys_belong_to_their_actor_and_no_key_means_every_time():
    calls = []
    run(calls)
    run(calls, actor=BEN)
    run(calls, key=None)
    run(calls, key=None)
    assert len(calls) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 101, "line\nbreak", "键"])
def test_a_key_that_is_no_key_is_invalid(key):
    with pytest.raises(Invalid) as refused:
        run([], key=key)
    assert list(refused.value.fields) == ["idempotency_key"]


@pytest.mark.django_db(transaction=True)
def test_a_failed_command_leaves_its_key_free():
    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        idempotency.run_once(actor=ANNA, key="k", command="c", body={}, at=AT, do=fail)
    assert run([], key="k").replayed is False


@pytest.mark.django_db
def test_old_keys_are_forgotten():
    run([])
    assert idempotency.forget_old(at=AT + timedelta(days=29)) == 0
    assert idempotency.forget_old(at=AT + timedelta(days=31)) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_do_it_once():
    calls, answers, barrier = [], [], threading.Barrier(12)

    def send():
        barrier.wait()
        answers.append(run(calls).result)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert answers == [{"n": 1}] * 12
    assert IdempotencyKey.objects.count() == 1
