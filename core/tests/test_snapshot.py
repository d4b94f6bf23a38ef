"""One moment for all that is read, nothing written, and no open transaction around it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import InternalError, connection, transaction

from core import audit
from core.models import AuditEntry
from core.snapshot import one_snapshot

AT = datetime(2026, 11, 11, 9, 0, tzinfo=UTC)


def _write() -> None:
    with transaction.atomic():
        audit.record(stream="s", action="core.write_note", subject="n", at=AT, actor=None)


def _write_elsewhere() -> None:
    def run() -> None:
        try:
            _write()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


@pytest.mark.django_db(transaction=True)
def test_what_others_commit_meanwhile_is_not_seen() -> None:
    with one_snapshot():
        before = AuditEntry.objects.count()
        _write_elsewhere()
        assert AuditEntry.objects.count() == before
    assert AuditEntry.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_inside_and_all_is_as_before_after_it() -> None:
    with pytest.raises(InternalError, match="read-only"), one_snapshot():
        _write()
    _write()
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("read committed",)


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_is_refused_rather_than_read_at_several_moments() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), one_snapshot():
        pass


@pytest.mark.django_db
def test_a_test_of_one_transaction_sees_what_it_wrote_and_writes_on() -> None:
    _write()
    with one_snapshot():
        assert AuditEntry.objects.count() == 1
    _write()
    assert AuditEntry.objects.count() == 2
