"""What clients post in the demo world: past evenings and the work that is open now."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

_PAST: dict[str, tuple[tuple[str, str], ...]] = {
    "yunzhan-shop": (
        ("晚高峰在线接待", "19:30 之后咨询量翻倍，主要是物流和安装问题。请按知识库口径答复，换新不需要顾客先寄回。"),
        ("大促售后支援", "大促后一周的退换和价保咨询。价保期 15 天，差价原路退回，不需要顾客提供截图。"),
        ("新品上架咨询", "新款人体工学椅上架，多问尺寸、承重和安装。详情页第 3 屏有尺寸图。"),
    ),
    "yunzhan-global": (
        ("Evening peak, Europe", "Mostly tracking and returns. Returns are free within 30 days; say so before you are asked."),
        ("Winter sale support", "Price matching for seven days after delivery. Refund the difference to the card; no forms."),
    ),
    "harbour-tea": (
        ("Gift season on chat", "Many first-time buyers. Recommend the sampler when in doubt; brewing times are on the tin."),
        ("First-flush launch", "Questions about origin and caffeine. Never promise a delivery day before the tracking shows one."),
    ),
}  # fmt: skip


def past(programme: str, random: Random) -> tuple[str, str]:
    """Title and brief of an evening that is over."""
    return random.choice(_PAST[programme])


@dataclass(frozen=True)
class Post:
    """A task that is open (or still a draft) when the demo world is finished."""

    programme: str
    language: str
    title: str
    brief: str
    begins_in_hours: int
    blocks: int
    seats: int
    requirement: dict[str, Any]
    claimed_by: tuple[str, ...] = ()
    claimed_blocks: int = 0
    is_draft: bool = field(default=False)


def _needs(*predicates: dict[str, Any]) -> dict[str, Any]:
    return {"any": [{"all": list(predicates)}]}


_ZH = {"subject": "language", "op": "in", "value": ["zh-hans"]}
_EN = {"subject": "language", "op": "in", "value": ["en"]}
_FOUNDATION = {"subject": "certificate.foundation", "op": "exists"}
_AFTER_SALES = {"subject": "certificate.after-sales", "op": "exists"}

OPEN: tuple[Post, ...] = (
    Post(
        "yunzhan-shop", "zh-hans", "今晚在线接待",
        "正在进行。物流、安装、退换都有，签到后即可接待。演示店铺右下角可以扮演顾客。",
        0, 12, 6, _needs(_ZH, _FOUNDATION), ("lin", "chen", "wang"), 12,
    ),
    Post(
        "harbour-tea", "en", "Tea questions, all evening",
        "Running now. Recommend, explain, put right. Open the demo shop to play the customer.",
        0, 12, 6, _needs(_EN, _FOUNDATION), ("amara", "sofia"), 12,
    ),
    Post(
        "yunzhan-shop", "zh-hans", "双十二预热夜场",
        "12 月活动预热，预计咨询量是平日的三倍。需要通过“电商售后”认证。",
        30, 16, 8, _needs(_ZH, _AFTER_SALES), ("zhao", "xu"), 6,
    ),
    Post(
        "yunzhan-global", "en", "After Black Friday, chat",
        "A long day of returns, price matching and late parcels. Foundation certificate and Silver or better.",
        54, 20, 10, _needs(_EN, _FOUNDATION, {"subject": "tier", "op": "gte", "value": "silver"}),
    ),
    Post(
        "harbour-tea", "en", "Advent calendar launch",
        "A calm week that ends in a rush. Draft: seats still to be decided.",
        96, 8, 4, _needs(_EN, _FOUNDATION), is_draft=True,
    ),
)  # fmt: skip
