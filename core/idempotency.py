"""A command sent twice under one key is done once, and answers the same both times.

The key's row is written in the transaction of the command: a command that fails leaves no key behind and may
be tried again under it; a second sender waits for the first to finish.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from core.models import IdempotencyKey

KEPT = timedelta(days=30)
MAX_LENGTH = 100


class KeyUsed(Conflict):
    """The same key came with another command or another body."""

    code = "core.idempotency_key_used"
    message = _("This idempotency key was already used for another request. Use a new key for a new request.")


class KeyInvalid(Invalid):
    """The key itself cannot be taken."""

    code = "core.idempotency_key_invalid"
    message = _("This idempotency key cannot be used.")


class _Actor(Protocol):
    @property
    def audit_name(self) -> str: ...


@dataclass(frozen=True)
class Outcome:
    """What a command answered, and whether it was answered from memory."""

    result: dict[str, Any]
    replayed: bool = False


def run_once(
    *,
    actor: _Actor,
    key: str | None,
    command: str,
    body: Mapping[str, Any],
    at: datetime,
    do: Callable[[], dict[str, Any]],
) -> Outcome:
    """Run `do` and remember its JSON-safe result under the actor's `key`; without a key just run it.

    `body` is what was asked for: the same key with another `command` or `body` raises `KeyUsed`.
    Raises `KeyInvalid` for a key that is empty, too long or not printable ASCII. Runs inside a transaction.
    """
    if key is None:
        return Outcome(do())
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an idempotency key belongs to the transaction of its command")
    if not 1 <= len(key) <= MAX_LENGTH or not (key.isascii() and key.isprintable()):
        raise KeyInvalid(
            fields={"idempotency_key": _("Use 1 to %(n)d printable ASCII characters.") % {"n": MAX_LENGTH}}
        )
    request_hash = _hash(command, body)
    if not _take(actor.audit_name, key, request_hash, at):
        known = IdempotencyKey.objects.get(actor=actor.audit_name, key=key)
        if known.request_hash != request_hash:
            raise KeyUsed
        return Outcome(known.result, replayed=True)
    result = do()
    IdempotencyKey.objects.filter(actor=actor.audit_name, key=key).update(result=result)
    return Outcome(result)


def _hash(command: str, body: Mapping[str, Any]) -> str:
    text = json.dumps([command, dict(body)], sort_keys=True, separators=(",", ":"), default=str)
    return sha256(text.encode()).hexdigest()


def _take(actor: str, key: str, request_hash: str, at: datetime) -> bool:
    """Write the key down; False when it is there already. Waits while another transaction is writing it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_idempotencykey (actor, key, request_hash, result, at) VALUES (%s, %s, %s, '{}', %s)"
            " ON CONFLICT (actor, key) DO NOTHING",
            [actor, key, request_hash, at],
        )
        return bool(cursor.rowcount)


def forget_old(*, at: datetime) -> int:
    """Drop keys older than thirty days; a resend that late is a new request. Returns how many."""
    count, _per_model = IdempotencyKey.objects.filter(at__lt=at - KEPT).delete()
    return count
