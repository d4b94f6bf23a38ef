"""How Chinese is written here: full-width punctuation and the glossary's words, checked wherever people read it.

Besides the .po files that is the lists of words in TypeScript, which never pass through them, and the
demo world, which is the first thing somebody sees.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent
_HAN = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
"""Characters of Chinese text: ideographs, and punctuation that is full-width already."""
_PLACE = re.compile(r"%\(\w+\)[sd]|\$?\{[^{}]*\}|https?://\S+|`[^`]*`")
"""What is filled in or quoted as code: its own signs are no punctuation."""
_HALF_WIDTH = re.compile(rf"[{_HAN}][,:;?!()]|[,:;?!()][{_HAN}]")
_TS_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`')
_HAS_HAN = re.compile("[\u4e00-\u9fff]")

_MISNAMED = {
    "客户": "企业 (client) or 顾客 (customer)",
    "商家": "企业 (client)",
    "出勤率": "履约率 (adherence)",
    "评审员": "质检员 (reviewer)",
    "认证员": "认证官 (certifier)",
}
"""Words that are not the glossary's, with those that are."""
_MISNAMED_ON_PAGES = {"抢": "认领 (claim)", "你": "您"}
"""Courses and people in conversations may say these; the platform does not."""
_CLAIM = re.compile(r"\bclaim", re.IGNORECASE)
_SPOKEN = {"says", "zh"}
"""What a person in a dialogue says, in the demo's courses and exams: people speak as they do."""


def misnamed(text: str, *, source: str = "", on_pages: bool = True) -> list[str]:
    """Return what a Chinese text calls by another word than docs/glossary.md; `source` is its English."""
    words = _MISNAMED | (_MISNAMED_ON_PAGES if on_pages else {})
    found = [f"{word} for {right}" for word, right in words.items() if word in text]
    if "领取" in text and _CLAIM.search(source):
        found.append("领取 for 认领 (claim)")
    return found


def half_width(text: str) -> list[str]:
    """Return the places of a text where a Chinese character stands beside ASCII punctuation."""
    if not _HAS_HAN.search(text):
        return []
    return [match[0] for match in _HALF_WIDTH.finditer(_PLACE.sub("X", text))]


def problems() -> list[str]:
    """Return what is wrong with the Chinese that no .po file holds."""
    broken = []
    for path, text in _texts():
        found = [f"half-width {place}" for place in half_width(text)]
        found += misnamed(text, on_pages=path.suffix == ".ts")
        if found:
            broken.append(f"{path.relative_to(BASE_DIR).as_posix()}: {', '.join(found)} in {text[:60]!r}")
    return broken


def _texts() -> Iterator[tuple[Path, str]]:
    for path in sorted((BASE_DIR / "frontend" / "ts").rglob("*.ts")):
        if not path.name.endswith(".test.ts"):
            for match in _TS_STRING.finditer(path.read_text()):
                yield path, match[0][1:-1]
    for path in sorted((BASE_DIR / "marketplace" / "demo").rglob("*")):
        if path.suffix == ".py":
            yield from ((path, text) for text in _of_python(path.read_text()))
        elif path.suffix == ".toml":
            yield from ((path, text) for text in _of_toml(tomllib.loads(path.read_text())))


def _of_python(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _of_toml(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        parts = [v for k, v in value.items() if k not in _SPOKEN] if isinstance(value, dict) else value
        for part in parts:
            yield from _of_toml(part)
