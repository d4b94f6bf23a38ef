"""The audit chain: whole under many writers, and every kind of tampering found."""

import json
import threading
from datetime import UTC, datetime, timedelta, timezone

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from core import audit
from core.audit import _canonical, _storable
from core.models import AuditEntry, AuditStream

AT = datetime(2026, 11, 11, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _data(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def write(count=3, stream="claims", at=AT, **data):
    with transaction.atomic():
        return [
            audit.record(stream=stream, action="tasks.claim_block", subject=f"blk_{n}", at=at, actor=None, data=data)
            for n in range(count)
        ]


def breaks():
    return [str(found) for found in audit.verify()]


@pytest.mark.django_db
def test_entries_are_chained():
    first, second, _third = write()
    assert (first.seq, second.seq, bytes(first.previous_hash)) == (1, 2, b"")
    assert bytes(second.previous_hash) == bytes(first.hash)
    assert len(bytes(first.hash)) == 32
    assert breaks() == []
    assert AuditStream.objects.get().size == 3


@pytest.mark.django_db
def test_times_of_any_zone_and_numbers_of_any_kind_verify():
    write(1, at=AT.astimezone(timezone(timedelta(hours=8))))
    write(1, score=87.5, tiny=1e-7, huge=1e22, zero=-0.0, name="结算", nested={"b": [1.0, None], "a": True})
    assert breaks() == []


@given(st.recursive(st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(), st.lists))
def test_canonical_text_survives_a_round_trip(value):
    settled = _storable(json.loads(_canonical(value)))
    assert _canonical(json.loads(_canonical(settled))) == _canonical(settled)


@pytest.mark.django_db
def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="JSON compliant"):
        write(1, score=float("nan"))


@pytest.mark.django_db(transaction=True)
def test_an_entry_belongs_to_a_transaction():
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record(stream="claims", action="a.b", subject="x", at=AT, actor=None)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda rows: rows.update(actor="somebody"), lambda rows: rows.delete()])
def test_the_database_refuses_to_change_or_delete(change):
    write(1)
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        change(AuditEntry.objects.all())


def forge(change):
    """What somebody with full rights on the database could do."""
    with pgtrigger.ignore("core.AuditEntry:append_only"):
        change()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "usr_other"),
        ("action", "tasks.release_claim"),
        ("subject", "blk_other"),
        ("at", AT + timedelta(microseconds=1)),
        ("data", {"amount": 1}),
    ],
)
def test_a_changed_entry_is_found(field, value):
    write()
    forge(lambda: AuditEntry.objects.filter(seq=2).update(**{field: value}))
    assert breaks() == ["claims at 2: content does not match its hash"]


@pytest.mark.django_db
def test_a_missing_entry_is_found():
    write()
    forge(lambda: AuditEntry.objects.filter(seq=2).delete())
    assert breaks() == [
        "claims at 2: missing; the next entry is 3",
        "claims at 3: does not continue the entry before it",
    ]


@pytest.mark.django_db
def test_a_cut_tail_is_found():
    write()
    forge(lambda: AuditEntry.objects.filter(seq=3).delete())
    assert breaks() == ["claims at 2: the head does not match the last entry"]


def rewrite_all(stream="claims"):
    """Forge the second entry and make the whole chain after it fit again, head included."""
    head = AuditStream.objects.get(name=stream)
    previous = b""
    for entry in head.entries.order_by("seq"):
        entry.previous_hash = previous
        if entry.seq == 2:
            entry.actor = "somebody else"
        entry.hash = previous = audit._hash(entry, stream)
        entry.save()
    head.head = previous
    head.save()


@pytest.mark.django_db
def test_a_chain_rewritten_as_a_whole_is_found_by_its_checkpoint():
    write()
    audit.write_checkpoint(at=AT)
    write(2)
    assert breaks() == []
    forge(rewrite_all)
    assert breaks() == [f"claims at 3: differs from the checkpoint of {AT.isoformat()}"]


@pytest.mark.django_db
def test_a_chain_cut_back_as_a_whole_is_found_by_its_checkpoint():
    write()
    audit.write_checkpoint(at=AT)

    def cut():
        AuditEntry.objects.filter(seq=3).delete()
        last = AuditEntry.objects.get(seq=2)
        AuditStream.objects.update(size=2, head=last.hash)

    forge(cut)
    assert breaks() == [f"claims at 2: shorter than the checkpoint of {AT.isoformat()} (3)"]


@pytest.mark.django_db
def test_a_stream_that_is_gone_is_found():
    write()
    audit.write_checkpoint(at=AT)

    def drop():
        AuditEntry.objects.all().delete()
        AuditStream.objects.all().delete()

    forge(drop)
    assert breaks() == [f"claims at 0: the stream is gone, the checkpoint of {AT.isoformat()} knows it"]


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda t: t.replace("[3,", "[2,"), lambda t: t[: len(t) // 2], lambda t: "{}\n"])
def test_a_forged_checkpoint_is_found(change):
    write()
    audit.write_checkpoint(at=AT)
    file = audit.checkpoint_file()
    file.write_text(change(file.read_text()))
    assert breaks() == ["checkpoints at 1: the signature does not hold"]


@pytest.mark.django_db
def test_nothing_written_needs_no_checkpoint():
    assert audit.write_checkpoint(at=AT) is None
    assert not audit.checkpoint_file().exists()


@pytest.mark.django_db
def test_the_command_says_whole_or_where_it_breaks(capsys):
    write()
    call_command("verify_audit")
    assert "1 streams, 3 entries: all whole" in capsys.readouterr().out
    forge(lambda: AuditEntry.objects.filter(seq=2).update(actor="x"))
    with pytest.raises(CommandError, match="1 broken"):
        call_command("verify_audit")
    assert "claims at 2" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_writers_make_one_whole_chain():
    barrier = threading.Barrier(6)

    def work():
        barrier.wait()
        for _n in range(10):
            write(1, stream="busy")
        connection.close()

    threads = [threading.Thread(target=work) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditStream.objects.get().size == 60
    assert breaks() == []
