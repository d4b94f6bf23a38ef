"""How open work is laid out for an agent: cards, blocks by day, and the reasons with their links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.states import Industry
from core.text import listed
from frontend.formats import weekday
from pay.selectors import HonestPrice, honest_prices
from tasks.eligibility import Explanation, Fix, FixKind, PredicateResult
from tasks.logic.commitment import is_free_release
from tasks.selectors import words
from tasks.selectors.requirements import Words
from tasks.selectors.work import OfferedBlock, OfferedTask


@dataclass(frozen=True)
class Reason:
    """One predicate as a person reads it, met or not, and the link that would fix it."""

    text: str
    met: bool
    own: str
    fix_label: str = ""
    fix_url: str = ""


@dataclass(frozen=True)
class Card:
    """One open task in the list."""

    offered: OfferedTask
    missing: list[Reason]
    industry: str
    price: HonestPrice | None

    @property
    def is_one_day(self) -> bool:
        """Whether all its blocks begin on one day in the reader's zone."""
        first, last = (timezone.localtime(at).date() for at in (self.offered.starts_at, self.last_starts_at))
        return first == last

    @property
    def last_starts_at(self) -> datetime:
        """When the last block begins; it may end at midnight, which is the next day's date already."""
        return self.offered.blocks[-1].block.starts_at


def cards(work: Sequence[OfferedTask], at: datetime) -> list[Card]:
    """The cards of a page of open work."""
    vocabulary = words()
    prices = honest_prices({o.task.programme_id for o in work}, at=at)
    names = {str(value): str(label) for value, label in Industry.choices}
    return [
        Card(
            offered=o,
            missing=[_reason(r, vocabulary) for r in o.explanation.missing],
            industry=names.get(o.task.programme.industry, o.task.programme.industry),
            price=prices.get(o.task.programme_id),
        )
        for o in work
    ]


def explained(explanation: Explanation) -> list[list[Reason]]:
    """Every group of a requirement with every predicate."""
    if not explanation.groups:
        return []
    vocabulary = words()
    return [[_reason(result, vocabulary) for result in group] for group in explanation.groups]


def _reason(result: PredicateResult, vocabulary: Words) -> Reason:
    own = result.agent_value
    if own is None or own == ():
        text = _("none yet")
    elif isinstance(own, tuple):
        text = listed(vocabulary.value(result.predicate, v) for v in own)
    elif result.predicate.kind == "certificate":
        text = _("valid")
    else:
        text = vocabulary.value(result.predicate, own)
    label, url = _way_out(result.fix)
    return Reason(vocabulary.describe(result.predicate), result.met, text, label, url)


def _way_out(fix: Fix | None) -> tuple[str, str]:
    if fix is None:
        return "", ""
    match fix.kind:
        case FixKind.COURSE:
            return _("Learn: %(title)s") % {"title": fix.title}, _url("agent:course", fix.ref, "agent:learn")
        case FixKind.EXAM:
            label = _("Take the exam: %(title)s") % {"title": fix.title} if fix.title else _("Earn a first certificate")
            return label, _url("agent:exam" if fix.ref else "agent:exams", fix.ref, "agent:exams")
        case FixKind.PROFILE:
            return _("Check your profile"), _url("agent:me", "", "agent:me")
        case FixKind.CONSENT:
            return _("Read and sign"), _url("agent:onboarding", "", "agent:me")
        case _:
            return _("Grows with the blocks you serve"), _url("agent:skills", "", "agent:home")


def _url(name: str, ref: str, otherwise: str) -> str:
    for attempt, kwargs in ((name, {"public_id": ref} if ref else {}), (otherwise, {})):
        try:
            return reverse(attempt, kwargs=kwargs)
        except NoReverseMatch:
            continue
    return ""


@dataclass(frozen=True)
class Tile:
    """One block on the task's page; `key` makes a double tap one claim."""

    offered: OfferedBlock
    key: str
    undo_is_free: bool


@dataclass(frozen=True)
class Day:
    """The blocks of one day in the reader's zone."""

    label: str
    tiles: list[Tile]


def blocks_by_day(offered: OfferedTask, at: datetime) -> list[Day]:
    """Coming blocks by day."""
    days: dict[date, list[Tile]] = {}
    for one in offered.blocks:
        mine = one.my_claim
        free = mine is not None and is_free_release(committed_at=mine.committed_at, starts_at=mine.starts_at, at=at)
        days.setdefault(timezone.localtime(one.block.starts_at).date(), []).append(Tile(one, uuid4().hex, free))
    return [Day(weekday(day), tiles) for day, tiles in days.items()]
