"""The audit log: append-only entries in one hash chain per stream, checkpoints signed outside the database.

hash(n) = SHA-256(hash(n-1) || canonical JSON of stream, seq, at, actor, action, subject, data).
A checkpoint holds, per stream, its size and the RFC 6962 tree root over the entries' hashes, signed
with Ed25519; so neither an entry changed in place nor a chain rewritten as a whole goes unseen.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from core import keys, merkle
from core.models import AuditEntry, AuditStream
from core.snapshot import one_snapshot


class _Actor(Protocol):
    @property
    def audit_name(self) -> str: ...


def record(
    *,
    stream: str,
    action: str,
    subject: str,
    at: datetime,
    actor: _Actor | None,
    data: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry to `stream`; call inside the transaction of what it records.

    `action` is `<app>.<verb_noun>`, `subject` a public id, `actor` who did it (None: the platform
    itself). `data` is JSON-safe and holds no personal text. Writers of one stream wait for each other.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit entry belongs to the transaction of what it records")
    heads = AuditStream.objects.select_for_update(no_key=True).filter(name=stream)
    head = heads.first()
    if head is None:  # The first entry of a stream; whoever else begins it waits here.
        AuditStream.objects.bulk_create([AuditStream(name=stream)], ignore_conflicts=True)
        head = heads.get()
    entry = AuditEntry(
        stream=head,
        seq=head.size + 1,
        at=at,
        actor=actor.audit_name if actor else "platform",
        action=action,
        subject=subject,
        data=_storable(json.loads(_canonical(data or {}))),
        previous_hash=bytes(head.head),
    )
    entry.hash = _hash(entry, stream)
    entry.save(force_insert=True)
    head.size, head.head = entry.seq, entry.hash
    head.save(update_fields=["size", "head"])
    return entry


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _storable(value: Any) -> Any:
    """`value` as `jsonb` gives it back: whole floats (1e22, -0.0) come back as whole numbers there."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value


def _hash(entry: AuditEntry, stream: str) -> bytes:
    content = {
        "stream": stream,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "data": entry.data,
    }
    return sha256(bytes(entry.previous_hash) + _canonical(content).encode()).digest()


@dataclass(frozen=True)
class Break:
    """Where a chain or a checkpoint does not hold, and how."""

    stream: str
    seq: int
    what: str

    def __str__(self) -> str:
        return f"{self.stream} at {self.seq}: {self.what}"


def verify() -> list[Break]:
    """Read every chain and every checkpoint; every place that does not hold (none: all is whole).

    All chains are read in one snapshot, so entries written meanwhile are no breaks. The checkpoints are read before
    it: what one of them knows was committed by then, and the snapshot has it. Not inside an open transaction.
    """
    checkpoints = list(read_checkpoints())
    with one_snapshot():
        return list(_verify(checkpoints))


def _verify(checkpoints: list[dict[str, Any] | Break]) -> Iterator[Break]:
    yield from (c for c in checkpoints if isinstance(c, Break))
    good = [c for c in checkpoints if not isinstance(c, Break)]
    known = set()
    for stream in AuditStream.objects.order_by("name"):
        known.add(stream.name)
        yield from _verify_stream(stream, [c for c in good if stream.name in c["streams"]])
    for checkpoint in good:
        for name in checkpoint["streams"].keys() - known:
            yield Break(name, 0, f"the stream is gone, the checkpoint of {checkpoint['at']} knows it")


def _verify_stream(stream: AuditStream, checkpoints: list[dict[str, Any]]) -> Iterator[Break]:
    previous, expected, hashes = b"", 1, []
    for entry in stream.entries.order_by("seq").iterator(chunk_size=2000):
        if entry.seq != expected:
            yield Break(stream.name, expected, f"missing; the next entry is {entry.seq}")
        if bytes(entry.previous_hash) != previous:
            yield Break(stream.name, entry.seq, "does not continue the entry before it")
        if _hash(entry, stream.name) != bytes(entry.hash):
            yield Break(stream.name, entry.seq, "content does not match its hash")
        previous, expected = bytes(entry.hash), entry.seq + 1
        hashes.append(previous)
    if stream.size != expected - 1 or bytes(stream.head) != previous:
        yield Break(stream.name, expected - 1, "the head does not match the last entry")
    for checkpoint in checkpoints:
        size, signed_root = checkpoint["streams"][stream.name]
        if size > len(hashes):
            yield Break(stream.name, len(hashes), f"shorter than the checkpoint of {checkpoint['at']} ({size})")
        elif merkle.root(hashes[:size]).hex() != signed_root:
            yield Break(stream.name, size, f"differs from the checkpoint of {checkpoint['at']}")


def entries_of(action: str) -> Iterator[AuditEntry]:
    """Every entry of one action, oldest first; for proofs that compare rows with what was recorded of them."""
    return AuditEntry.objects.filter(action=action).order_by("pk").iterator(chunk_size=2000)


def entries_about(subjects: Iterable[str]) -> list[AuditEntry]:
    """Every entry about any of these public ids, oldest first (one query)."""
    return list(AuditEntry.objects.filter(subject__in=list(subjects)).order_by("pk"))


def entries_by(actor: str) -> list[AuditEntry]:
    """Every entry of what one actor did, by their audit name, oldest first (one query)."""
    return list(AuditEntry.objects.filter(actor=actor).order_by("pk"))


# -- Checkpoints ---------------------------------------------------------------------------------


def checkpoint_file() -> Path:
    """The file of signed checkpoints, one JSON object a line, outside the database."""
    return Path(settings.DATA_DIR) / "audit" / "checkpoints.jsonl"


def write_checkpoint(*, at: datetime) -> dict[str, Any] | None:
    """Sign size and root of every stream and append the line to the checkpoint file; None when nothing is there."""
    streams: dict[str, list[Any]] = {}
    for stream in AuditStream.objects.filter(size__gt=0).order_by("name"):
        hashes = (
            bytes(h) for h in stream.entries.filter(seq__lte=stream.size).order_by("seq").values_list("hash", flat=True)
        )
        streams[stream.name] = [stream.size, merkle.root(hashes).hex()]
    if not streams:
        return None
    key: Ed25519PrivateKey = keys.signing_key("audit")
    body: dict[str, Any] = {"at": at.isoformat(), "streams": streams, "key": keys.key_id(key.public_key())}
    line = {**body, "signature": key.sign(_canonical(body).encode()).hex()}
    file = checkpoint_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a") as out:
        fcntl.flock(out, fcntl.LOCK_EX)  # Nobody reads half a line.
        out.write(_canonical(line) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return line


def read_checkpoints() -> Iterator[dict[str, Any] | Break]:
    """Yield each checkpoint whose signature holds, and a `Break` for each that does not."""
    file = checkpoint_file()
    if not file.exists():
        return
    public: Ed25519PublicKey = keys.signing_key("audit").public_key()
    with file.open() as lines:
        fcntl.flock(lines, fcntl.LOCK_SH)
        texts = lines.read().splitlines()
    for number, text in enumerate(texts, start=1):
        try:
            line = json.loads(text)
            signature = bytes.fromhex(line.pop("signature"))
            public.verify(signature, _canonical(line).encode())
        except (ValueError, KeyError, TypeError, InvalidSignature):
            yield Break("checkpoints", number, "the signature does not hold")
        else:
            yield line
