"""The plain form of a conversation that rules read: turns with times, nothing of the database."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Turn:
    """One message: who wrote it (`customer`, `agent`, `system`), what, and when; `attachment` is the file it sent."""

    seq: int
    author: str
    text: str
    at: datetime
    attachment: Any = None


_QUESTION_ZH = re.compile(
    r"(吗|呢|么|怎么|怎样|如何|为什么|为何|什么时候|多久|多少|几天|哪里|哪个|能不能|可不可以|是不是|有没有)"
)
_QUESTION_EN = re.compile(
    r"^\s*(who|what|when|where|why|how|which|can|could|would|will|do|does|did|is|are|am|should|may)\b", re.IGNORECASE
)


def normalise(text: str) -> str:
    """Fold width, case and white space, so that the same words compare equal."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_question(text: str) -> bool:
    """True when a customer's message asks something, in Chinese or English."""
    folded = normalise(text)
    return "?" in folded or bool(_QUESTION_ZH.search(folded)) or bool(_QUESTION_EN.match(folded))


def shingles(text: str, size: int = 2) -> frozenset[str]:
    """Character n-grams without spaces or punctuation: works for Chinese and English alike."""
    bare = "".join(c for c in normalise(text) if c.isalnum())
    return frozenset(bare[i : i + size] for i in range(max(1, len(bare) - size + 1))) if bare else frozenset()


def similarity(a: str, b: str) -> float:
    """Jaccard overlap of the two texts' shingles, 0 to 1."""
    left, right = shingles(a), shingles(b)
    return len(left & right) / len(left | right) if left and right else 0.0
