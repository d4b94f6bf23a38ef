"""Scores: a scorecard review, and rolling windows of what was judged and rated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

WINDOW_SIZE = 50
"""How many of the latest reviews, and of the latest controllable ratings, count."""


@dataclass(frozen=True)
class ItemScore:
    """Points given for one scorecard item. A fatal item given no points makes the whole review 0."""

    points: int
    max_points: int
    fatal: bool = False


@dataclass(frozen=True)
class ItemSpec:
    """One criterion as somebody wrote it."""

    title_en: str
    title_zh: str
    max_points: int
    guidance_en: str = ""
    guidance_zh: str = ""
    is_fatal: bool = False


STANDARD_ITEMS: tuple[ItemSpec, ...] = (
    ItemSpec(
        "Understands the question", "听懂问题", 20, "Finds what the customer really wants.", "弄清顾客真正想解决什么。"
    ),
    ItemSpec(
        "Solves it or says what happens next",
        "解决或说明下一步",
        30,
        "A clear result, or who does what by when.",
        "给出明确结果，或说明谁在何时做什么。",
    ),
    ItemSpec(
        "Correct by the programme's rules", "符合项目规则", 20, "Answers agree with the policy.", "答复与项目政策一致。"
    ),
    ItemSpec("Warm and respectful", "态度友善、尊重对方", 15, "Tone fits the customer's mood.", "语气与顾客情绪相称。"),
    ItemSpec(
        "Keeps data safe",
        "保护个人信息",
        15,
        "Asks for nothing that is not needed.",
        "不索取不必要的信息。",
        is_fatal=True,
    ),
)
"""What a programme starts with until its owner publishes criteria of their own."""


@dataclass(frozen=True)
class Verdict:
    """Points for one item, with a note (required when points are taken) and the message it is about."""

    points: int
    note: str = ""
    message_seq: int | None = None


@dataclass(frozen=True)
class EscalationVerdict:
    """Whether handing the conversation to an expert was justified, and why."""

    justified: bool | None
    reason: str


def review_score(items: Iterable[ItemScore]) -> int:
    """Sum of the points, 0 to 100 (a scorecard's maxima add up to 100); 0 after a fatal failure."""
    rows = list(items)
    if any(item.fatal and item.points == 0 for item in rows):
        return 0
    return sum(item.points for item in rows)


@dataclass(frozen=True)
class Window:
    """A rolling window: how many samples it holds and their mean (None when empty).

    For reviews the mean is on 0-100, for satisfaction it is the share of satisfied ratings, 0-1.
    """

    n: int
    mean: Fraction | None


def weighted_window(samples: Sequence[tuple[int, Fraction]]) -> Window:
    """Hájek estimate of the mean of `(score, inclusion probability)`: each weighs 1/p.

    So a conversation that was surely looked at because something went wrong does not stand for the
    many that were looked at by chance (Hájek 1971; quality/README.md on sampling).
    """
    if not samples:
        return Window(0, None)
    weight = sum((1 / p for _score, p in samples), Fraction(0))
    return Window(len(samples), sum((score / p for score, p in samples), Fraction(0)) / weight)


def satisfaction_window(ratings: Sequence[int]) -> Window:
    """Share of satisfied (4 or 5 of 5) among the given CSAT ratings."""
    if not ratings:
        return Window(0, None)
    return Window(len(ratings), Fraction(sum(r >= 4 for r in ratings), len(ratings)))
