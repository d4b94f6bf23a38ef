"""Translations: find every string, keep the Chinese files in order, compile them. Needs no GNU gettext.

Source strings are English; `<app>/locale/zh_Hans/LC_MESSAGES/django.po` holds the Chinese, and
`frontend/locale` that of every template. The files are merged by union in version control, so
reading them here forgives doubled entries; writing them sorts and tidies.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from marketplace.chinese import half_width, misnamed

BASE_DIR = Path(__file__).resolve().parent.parent
APPS = ["marketplace", "frontend", "pay", "quality", "live", "tasks", "certification", "training"]
APPS += ["ledger", "accounts", "core"]
LOCALE = "zh_Hans"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
"""Functions that mark a string, with the places of their texts (Babel's notation)."""
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def po_file(app: str) -> Path:
    return BASE_DIR / app / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


# -- Finding -------------------------------------------------------------------------------------


def extract(app: str) -> Catalog:
    """Return every translatable string of an app's Python and templates, with the files it is in."""
    found = Catalog(locale=LOCALE, fuzzy=False)
    for path in _sources(app):
        name = path.relative_to(BASE_DIR).as_posix()
        for _line, message, _comments, context in _strings(path):
            found.add(message, locations=[(name, 0)], context=context)
    return found


def _sources(app: str) -> Iterator[Path]:
    for path in sorted((BASE_DIR / app).rglob("*")):
        inside = path.relative_to(BASE_DIR / app).parts
        if {"tests", "migrations", "node_modules", "dist"} & set(inside) or path.name == "conftest.py":
            continue
        if path.suffix == ".py" or (path.suffix in {".html", ".txt"} and "templates" in inside):
            yield path


def _strings(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    text = path.read_text()
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # What is no translation becomes X; without indentation the rest reads as Python.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    yield from babel_extract("python", io.BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"})


# -- Reading and writing -------------------------------------------------------------------------


@dataclass
class _Entry:
    """One entry as lines; `text` maps `msgctxt`, `msgid`, `msgid_plural`, `msgstr`, `msgstr[0]` to its lines."""

    comments: list[str] = field(default_factory=list)
    text: dict[str, list[str]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        return "".join(self.text.get("msgctxt", [])), "".join(self.text.get("msgid", []))

    @property
    def is_translated(self) -> bool:
        return any(line != '""' for key in ("msgstr", "msgstr[0]") for line in self.text.get(key, []))


def repair(text: str) -> str:
    """Return a .po file's text after a union merge made whole: no entry twice, the translated one kept."""
    entries: list[_Entry] = []
    entry, keyword = _Entry(), ""
    for line in text.splitlines():
        if match := re.match(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (\".*)", line):
            keyword = match[1]
            if keyword in {"msgctxt", "msgid"} and ("msgid" in entry.text):
                entries.append(entry)
                entry = _Entry(comments=[c for c in entry.comments if c.startswith("#,")])
            if keyword in entry.text:  # a second translation of the same string: the first stands
                keyword = ""
                continue
            entry.text[keyword] = [match[2]]
        elif line.startswith('"') and keyword:
            entry.text[keyword].append(line)
        elif line.startswith("#") and not line.startswith("#~"):
            if "msgid" in entry.text:
                entries.append(entry)
                entry, keyword = _Entry(), ""
            entry.comments.append(line)
    entries.append(entry)

    kept: dict[tuple[str, str], _Entry] = {}
    for entry in entries:
        if "msgid" in entry.text and (entry.key not in kept or not kept[entry.key].is_translated):
            kept[entry.key] = entry
    blocks = []
    for entry in kept.values():
        entry.text.setdefault("msgstr[0]" if "msgid_plural" in entry.text else "msgstr", ['""'])
        lines = [f"{key} " + "\n".join(value) for key, value in entry.text.items()]
        blocks.append("\n".join(entry.comments + lines))
    return "\n\n".join(blocks) + "\n"


def read(app: str) -> Catalog:
    """Return an app's Chinese as it stands, doubled entries forgiven; empty when there is no file."""
    path = po_file(app)
    if not path.exists():
        return Catalog(locale=LOCALE, fuzzy=False)
    return read_po(io.StringIO(repair(path.read_text())), locale=LOCALE)


def update(app: str) -> list[Message]:
    """Write an app's .po: every string found, its Chinese where known. Return the strings without Chinese."""
    found, known = extract(app), read(app)
    if not len(found) and not po_file(app).exists():
        return []
    for message in found:
        old = known.get(message.id, context=message.context)
        if message.id and old is not None and old.string:
            message.string = old.string
            if message.pluralizable and isinstance(old.string, str):
                message.string = (old.string,)
    output = io.BytesIO()
    write_po(output, found, width=0, omit_header=True, sort_output=True, include_lineno=False)
    header = f'msgid ""\nmsgstr ""\n"Language: {LOCALE}\\n"\n'
    header += '"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    path = po_file(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + output.getvalue().decode().strip() + "\n")
    return untranslated(found)


def compile_all() -> int:
    """Write the .mo of every .po that is newer; return how many. Reads no source."""
    written = 0
    for app in APPS:
        path = po_file(app)
        target = path.with_suffix(".mo")
        if path.exists() and (not target.exists() or target.stat().st_mtime < path.stat().st_mtime):
            half = target.with_suffix(".mo-unfinished")
            with half.open("wb") as file:
                write_mo(file, read(app))
            half.replace(target)
            written += 1
    return written


# -- Checking ------------------------------------------------------------------------------------


def problems(app: str) -> list[str]:
    """Return what is wrong with an app's Chinese: none, placeholders that do not match, bad writing."""
    known = read(app)
    broken = []
    for message in extract(app):
        if not message.id:
            continue
        source = message.id[0] if message.pluralizable else str(message.id)
        where = ", ".join(sorted({name for name, _line in message.locations}))
        old = known.get(message.id, context=message.context)
        texts = [t for t in (_texts(old) if old is not None else []) if t]
        if not texts:
            broken.append(f"{where}: no Chinese for {source!r}")
        elif any(set(_PLACEHOLDER.findall(text)) - _allowed(message) for text in texts):
            broken.append(f"{where}: a placeholder of the Chinese of {source!r} is unknown")
        elif not message.pluralizable and set(_PLACEHOLDER.findall(source)) - set(_PLACEHOLDER.findall(texts[0])):
            broken.append(f"{where}: the Chinese of {source!r} leaves out a placeholder")
        for text in texts:
            wrong = [f"half-width {place}" for place in half_width(text)] + misnamed(text, source=source)
            broken += [f"{where}: {', '.join(wrong)} in {text!r}"] if wrong else []
    return broken


def clashes() -> list[str]:
    """Return strings with two Chinese: Django merges the files of all apps, so one shows in both places."""
    known: dict[tuple[Any, str | None], dict[str, list[str]]] = {}
    for app in APPS:
        for message in read(app):
            if message.id and (text := " / ".join(_texts(message))):
                known.setdefault((message.id, message.context), {}).setdefault(text, []).append(app)
    found = []
    for (source, _context), apps_of in known.items():
        if len(apps_of) > 1:
            readings = "; ".join(f"{text} in {', '.join(apps)}" for text, apps in apps_of.items())
            found.append(f"{source!r} reads {readings}: write one Chinese, or give one of the senses a context")
    return found


def untranslated(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id and not any(_texts(message))]


def _texts(message: Message) -> list[str]:
    given = message.string or ""
    return [given] if isinstance(given, str) else [text or "" for text in given]


def _allowed(message: Message) -> set[str]:
    ids = message.id if message.pluralizable else [message.id]
    return {mark for text in ids for mark in _PLACEHOLDER.findall(str(text))}
