"""How Chinese is written here: full-width punctuation, checked wherever people read it.

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


def half_width(text: str) -> list[str]:
    """Return the places of a text where a Chinese character stands beside ASCII punctuation."""
    if not _HAS_HAN.search(text):
        return []
    return [match[0] for match in _HALF_WIDTH.finditer(_PLACE.sub("X", text))]


def problems() -> list[str]:
    """Return what is wrong with the Chinese that no .po file holds."""
    return [
        f"{path.relative_to(BASE_DIR).as_posix()}: half-width {', '.join(found)} in {text[:60]!r}"
        for path, text in _texts()
        if (found := half_width(text))
    ]


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
        for part in value.values() if isinstance(value, dict) else value:
            yield from _of_toml(part)
