"""Events: how lower apps tell upper ones what happened, without importing them.

A service calls `publish(BlockClaimed(...))` inside its transaction. Handlers marked `@on` run at
once and commit or roll back with it. Handlers marked `@after` are written down as `EventDelivery`
rows in the same transaction and given the event after commit by a job; a sweeper finds what the
job missed, so a crash costs latency and never an effect. An `@after` handler's own writes and the
mark "delivered" are one transaction: an effect in the database happens exactly once.
"""

from __future__ import annotations

import dataclasses
import importlib
import logging
import types
import typing
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.db import transaction
from django.db.models import F

from core import clock
from core.models import EventDelivery

logger = logging.getLogger(__name__)

_events: dict[str, type[Event]] = {}
_on: dict[type[Event], list[Callable[[Any], None]]] = {}
_after: dict[type[Event], list[Callable[[Any], None]]] = {}
_delays: dict[Callable[[Any], None], timedelta] = {}
_ALLOWED = (int, str, bool, datetime)
MAX_ATTEMPTS = 12


@dataclasses.dataclass(frozen=True)
class Event:
    """Base of every event: a frozen dataclass of ints, strings, booleans and datetimes (or None).

    `name` is `<app>.<ClassName>`. An event nobody listens to yet says why in `unheard_because`.
    """

    name: ClassVar[str]
    unheard_because: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = f"{cls.__module__.split('.')[0]}.{cls.__name__}"
        _events[cls.name] = cls


E = TypeVar("E", bound=Event)
Handler = Callable[[E], None]


def on(event: type[E]) -> Callable[[Handler[E]], Handler[E]]:
    """Register a handler that runs inside the publisher's transaction; if it raises, all is undone."""

    def register(handler: Handler[E]) -> Handler[E]:
        _on.setdefault(event, []).append(handler)
        return handler

    return register


def after(event: type[E], *, delay_seconds: int = 0) -> Callable[[Handler[E]], Handler[E]]:
    """Register a handler that runs after commit, at least once, and must be idempotent outside the database.

    With `delay_seconds` it runs that much later, for effects that may still be taken back (an e-mail).
    """

    def register(handler: Handler[E]) -> Handler[E]:
        _after.setdefault(event, []).append(handler)
        _delays[handler] = timedelta(seconds=delay_seconds)
        return handler

    return register


def publish(event: Event) -> None:
    """Run the `@on` handlers now and write down the `@after` ones; call inside a transaction.

    Side effects: rows of `core_eventdelivery`; after commit one wake-up job.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{event.name} published outside a transaction")
    for handler in _on.get(type(event), ()):
        handler(event)
    handlers = _after.get(type(event), ())
    if handlers:
        moment = clock.now()
        EventDelivery.objects.bulk_create(
            EventDelivery(
                event=event.name,
                payload=_encode(event),
                handler=f"{handler.__module__}:{handler.__name__}",
                recorded_at=moment,
                due_at=moment + _delays[handler],
            )
            for handler in handlers
        )
        transaction.on_commit(_wake, robust=True)


def deliver_due(*, at: datetime, limit: int = 200) -> int:
    """Give due recorded events to their handlers, one transaction each; return how many were taken up.

    A handler that raises is tried again after 2, 4, 8 … seconds (at most an hour apart) and given up
    after `MAX_ATTEMPTS`, which is logged as an error and shown on the operator's board.
    """
    taken = 0
    last_id = 0
    while taken < limit:
        with transaction.atomic():
            delivery = (
                EventDelivery.objects.select_for_update(skip_locked=True)
                .filter(delivered_at=None, gave_up_at=None, due_at__lte=at, pk__gt=last_id)
                .order_by("pk")
                .first()
            )
            if delivery is None:
                return taken
            last_id = delivery.pk
            _deliver(delivery, at)
        taken += 1
    _wake()
    return taken


def _deliver(delivery: EventDelivery, at: datetime) -> None:
    try:
        with transaction.atomic():
            handler = _find_handler(delivery.handler)
            handler(_decode(_events[delivery.event], delivery.payload))
            delivery.delivered_at = at
            delivery.attempts += 1
            delivery.save(update_fields=["delivered_at", "attempts"])
    except Exception as error:
        delivery.delivered_at = None
        attempts = delivery.attempts = EventDelivery.objects.values_list("attempts", flat=True).get(pk=delivery.pk) + 1
        gave_up = attempts >= MAX_ATTEMPTS
        EventDelivery.objects.filter(pk=delivery.pk).update(
            attempts=F("attempts") + 1,
            due_at=at + timedelta(seconds=min(2**attempts, 3600)),
            gave_up_at=at if gave_up else None,
            last_error=f"{type(error).__name__}: {error}"[:2000],
        )
        level = logging.ERROR if gave_up else logging.WARNING
        logger.log(level, "%s failed (attempt %d)", delivery, attempts, exc_info=True)


def _find_handler(name: str) -> Callable[[Any], None]:
    module, _, function = name.partition(":")
    handler: Callable[[Any], None] = getattr(importlib.import_module(module), function)
    return handler


def _encode(event: Event) -> dict[str, Any]:
    return {
        f.name: value.isoformat() if isinstance(value := getattr(event, f.name), datetime) else value
        for f in dataclasses.fields(event)
    }


def _decode(event: type[Event], payload: dict[str, Any]) -> Event:
    hints = typing.get_type_hints(event)
    values = {}
    for field in dataclasses.fields(event):
        value = payload[field.name]
        if datetime in _plain_types(hints[field.name]) and isinstance(value, str):
            value = datetime.fromisoformat(value)
        values[field.name] = value
    return event(**values)


def _plain_types(hint: Any) -> tuple[type, ...]:
    parts = typing.get_args(hint) if isinstance(hint, types.UnionType) or typing.get_origin(hint) else (hint,)
    return tuple(part for part in parts if part is not type(None))


def catalogue() -> dict[type[Event], tuple[list[Callable[[Any], None]], list[Callable[[Any], None]]]]:
    """Every event with its `@on` and its `@after` handlers, sorted by name; for docs and tests.

    Raises `TypeError` when an event holds something that cannot be written down.
    """
    for event in _events.values():
        for name, hint in typing.get_type_hints(event).items():
            if typing.get_origin(hint) is ClassVar:
                continue
            if not all(part in _ALLOWED for part in _plain_types(hint)):
                raise TypeError(f"{event.name}.{name}: {hint} cannot be recorded")
    return {e: (_on.get(e, []), _after.get(e, [])) for _name, e in sorted(_events.items())}


def _wake() -> None:
    """Ask a worker to look now. A broker that is away is no loss: the sweeper will look."""
    from celery import current_app

    try:
        current_app.send_task("core.deliver_due_events", retry=False)
    except Exception:
        logger.warning("no worker could be woken; the sweeper will deliver", exc_info=True)
