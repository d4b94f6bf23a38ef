"""The kinds of question: what each needs, shows, takes and earns. Nothing here runs what a person typed.

A spec holds ids made from the words themselves, so that neither their order nor their spelling gives
the answer away. `shown` is the only view of a question that may leave the app before it is marked.

Earned share by kind: single, true/false, numeric and short text 0 or 1; multiple (right - wrong chosen)
/ right ones, never below 0; ordering 2 x (pairs in the right order / all pairs) - 1, never below 0;
matching matched / all; free text is for a person (None).
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import combinations
from typing import Any

from django.utils.translation import gettext_lazy as _

from certification.errors import BadAnswer
from certification.states import QuestionKind
from core.errors import Invalid

Spec = Mapping[str, Any]
MAX_ITEMS = 20
MAX_TEXT = 500
MAX_PATTERN = 200
MAX_FREE = 4000
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,10})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3}){1,4}(\.\d{1,10})?")
CHOICES = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})


def key(text: str) -> str:
    """A short id of an option's words that says nothing of its place."""
    return sha256(text.encode()).hexdigest()[:8]


def spec_from_lines(kind: QuestionKind, lines: str) -> dict[str, Any]:
    """Read a spec from what an author types; `Invalid` (field `lines`) says what is missing.

    Choices: one option a line, right ones begin with `*`. True/false: `true` or `false`. Number:
    `value`, `value ± tolerance`, then a unit if any. Short text: one accepted answer a line, `*` stands
    for anything. Order: one a line, in the right order. Pairs: `left = right`, a decoy as `= right`.
    Free text: guidance for the marker.
    """
    rows = [line.strip() for line in lines.splitlines() if line.strip()]
    if len(rows) > MAX_ITEMS or any(len(row) > MAX_TEXT for row in rows):
        _refuse(_("At most 20 lines of 500 characters."))
    match kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            return _choices(kind, rows)
        case QuestionKind.TRUE_FALSE:
            if len(rows) != 1 or rows[0].lower() not in {"true", "false"}:
                _refuse(_("Write true or false."))
            return {"right": rows[0].lower() == "true"}
        case QuestionKind.NUMERIC:
            return _numeric(rows)
        case QuestionKind.SHORT:
            accept = [normalised(row) for row in rows]
            if not accept or any(not row.strip("* ") or len(row) > MAX_PATTERN for row in accept):
                _refuse(_("Write at least one accepted answer of at most 200 characters; * alone accepts everything."))
            return {"accept": accept}
        case QuestionKind.ORDERING:
            if len(rows) < 3:
                _refuse(_("Write at least three lines, in the right order."))
            return {"items": _items(rows)}
        case QuestionKind.MATCHING:
            return _matching(rows)
        case QuestionKind.FREE:
            return {"guide": "\n".join(rows), "max_characters": MAX_FREE}


def lines_from_spec(kind: QuestionKind, spec: Spec) -> str:
    """The text from which `spec_from_lines` makes this spec again."""
    match kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            return "\n".join(("* " if o["id"] in spec["right"] else "") + o["text"] for o in spec["options"])
        case QuestionKind.TRUE_FALSE:
            return "true" if spec["right"] else "false"
        case QuestionKind.NUMERIC:
            tolerance = f" ± {spec['tolerance']}" if Decimal(spec["tolerance"]) else ""
            return f"{spec['value']}{tolerance} {spec['unit']}".strip()
        case QuestionKind.SHORT:
            return "\n".join(spec["accept"])
        case QuestionKind.ORDERING:
            return "\n".join(i["text"] for i in spec["items"])
        case QuestionKind.MATCHING:
            left = {i["id"]: i["text"] for i in spec["left"]}
            partner = {right: left[one] for one, right in spec["pairs"].items()}
            return "\n".join(f"{partner.get(i['id'], '')} = {i['text']}".strip() for i in spec["right"])
        case QuestionKind.FREE:
            return str(spec["guide"])


def _refuse(message: Any) -> None:
    raise Invalid(fields={"lines": message})


def _items(texts: Sequence[str]) -> list[dict[str, str]]:
    if len(set(texts)) != len(texts):
        _refuse(_("The same line appears twice."))
    return [{"id": key(text), "text": text} for text in texts]


def _choices(kind: QuestionKind, rows: Sequence[str]) -> dict[str, Any]:
    marked = [row.startswith("*") for row in rows]
    options = _items([row.lstrip("*").strip() for row in rows])
    right = [option["id"] for option, is_right in zip(options, marked, strict=True) if is_right]
    if len(options) < 2:
        _refuse(_("Write at least two options, one a line."))
    if kind == QuestionKind.SINGLE and len(right) != 1:
        _refuse(_("Mark exactly one option as right, with * in front."))
    if not right:
        _refuse(_("Mark the right options with * in front."))
    return {"options": options, "right": right}


def _numeric(rows: Sequence[str]) -> dict[str, Any]:
    parts = rows[0].replace("+-", "±").split("±") if len(rows) == 1 else []
    words = parts[-1].split(maxsplit=1) if parts else []
    value = number(parts[0].split(maxsplit=1)[0]) if parts and parts[0].split() else None
    tolerance = (number(words[0]) if words else None) if len(parts) == 2 else Decimal(0)
    if value is None or tolerance is None or tolerance < 0 or len(parts) > 2:
        _refuse(_("Write a number, and if it need not be exact ± a tolerance: 12.5 ± 0.1"))
    return {"value": str(value), "tolerance": str(tolerance), "unit": words[1] if len(words) > 1 else ""}


def _matching(rows: Sequence[str]) -> dict[str, Any]:
    cut = [[side.strip() for side in row.split("=", 1)] for row in rows]
    if any(len(row) != 2 or not row[1] for row in cut) or sum(bool(row[0]) for row in cut) < 2:
        _refuse(_("Write at least two pairs as left = right; a right side without a left one is a decoy."))
    left = _items([row[0] for row in cut if row[0]])
    right = _items([row[1] for row in cut])
    return {"left": left, "right": right, "pairs": {key(row[0]): key(row[1]) for row in cut if row[0]}}


# -- Showing -------------------------------------------------------------------------------------


def order_of(kind: QuestionKind, spec: Spec, *, shuffle: bool, rng: random.Random) -> list[str]:
    """The order in which options are shown in one attempt; things to be put in order or matched always shuffle."""
    if kind in CHOICES:
        ids = [o["id"] for o in spec["options"]]
        if shuffle:
            rng.shuffle(ids)
        return ids
    if kind in {QuestionKind.ORDERING, QuestionKind.MATCHING}:
        right = [i["id"] for i in spec["items" if kind == QuestionKind.ORDERING else "right"]]
        ids = list(right)
        while ids == right:
            rng.shuffle(ids)
        return ids
    return []


def shown(kind: QuestionKind, spec: Spec, order: Sequence[str]) -> dict[str, Any]:
    """What the player may know: words in the order drawn, and nothing of the answer."""
    match kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            return {"options": _in_order(spec["options"], order)}
        case QuestionKind.NUMERIC:
            return {"unit": spec["unit"]}
        case QuestionKind.ORDERING:
            return {"items": _in_order(spec["items"], order)}
        case QuestionKind.MATCHING:
            return {"left": list(spec["left"]), "right": _in_order(spec["right"], order)}
        case QuestionKind.FREE:
            return {"max_characters": spec["max_characters"]}
        case _:
            return {}


def _in_order(items: Sequence[Mapping[str, str]], order: Sequence[str]) -> list[dict[str, str]]:
    by_id = {item["id"]: dict(item) for item in items}
    return [by_id[i] for i in order if i in by_id] + [dict(i) for i in items if i["id"] not in order]


# -- Answering -----------------------------------------------------------------------------------


def clean_answer(kind: QuestionKind, spec: Spec, answer: Any) -> Any:
    """The answer as it is stored, None when it is empty; `BadAnswer` for what cannot be one."""
    if answer is None or answer == "" or answer == [] or answer == {}:
        return None
    match kind:
        case QuestionKind.SINGLE:
            return _one_of(answer, spec["options"])
        case QuestionKind.MULTIPLE:
            chosen = [_one_of(a, spec["options"]) for a in _list(answer)]
            return [o["id"] for o in spec["options"] if o["id"] in chosen]
        case QuestionKind.TRUE_FALSE:
            if not isinstance(answer, bool):
                raise BadAnswer
            return answer
        case QuestionKind.NUMERIC:
            text = _text(answer, 40)
            if text is not None and number(text) is None:
                raise BadAnswer(_("Write a number, such as 12 or 12.5."))
            return text
        case QuestionKind.SHORT:
            return _text(answer, MAX_TEXT)
        case QuestionKind.ORDERING:
            ids = [_one_of(a, spec["items"]) for a in _list(answer)]
            if sorted(ids) != sorted(i["id"] for i in spec["items"]):
                raise BadAnswer
            return ids
        case QuestionKind.MATCHING:
            if not isinstance(answer, dict) or len(answer) > MAX_ITEMS:
                raise BadAnswer
            return {_one_of(a, spec["left"]): _one_of(b, spec["right"]) for a, b in answer.items() if b} or None
        case QuestionKind.FREE:
            return _text(answer, int(spec["max_characters"]))


def _list(answer: Any) -> list[Any]:
    if not isinstance(answer, list) or len(answer) > MAX_ITEMS:
        raise BadAnswer
    return answer


def _one_of(answer: Any, items: Sequence[Mapping[str, str]]) -> str:
    if not isinstance(answer, str) or answer not in {item["id"] for item in items}:
        raise BadAnswer
    return answer


def _text(answer: Any, limit: int) -> str | None:
    if not isinstance(answer, str) or "\x00" in answer:
        raise BadAnswer
    if len(answer) > limit:
        raise BadAnswer(_("This answer is too long."), detail={"max_characters": limit})
    return answer.strip() or None


# -- Marking -------------------------------------------------------------------------------------


def earned_share(kind: QuestionKind, spec: Spec, answer: Any) -> Fraction | None:
    """The share of the points a stored answer earns, 0-1; None when a person has to say (an answered free text)."""
    if answer is None:
        return Fraction(0)
    match kind:
        case QuestionKind.SINGLE:
            return Fraction(answer in spec["right"])
        case QuestionKind.MULTIPLE:
            right = len(set(answer) & set(spec["right"]))
            return max(Fraction(0), Fraction(right - (len(answer) - right), len(spec["right"])))
        case QuestionKind.TRUE_FALSE:
            return Fraction(answer is spec["right"])
        case QuestionKind.NUMERIC:
            given = number(answer)
            close = given is not None and abs(given - Decimal(spec["value"])) <= Decimal(spec["tolerance"])
            return Fraction(close)
        case QuestionKind.SHORT:
            text = normalised(answer)
            return Fraction(any(matches(pattern, text) for pattern in spec["accept"]))
        case QuestionKind.ORDERING:
            place = {item["id"]: n for n, item in enumerate(spec["items"])}
            pairs = list(combinations([place[i] for i in answer], 2))
            return max(Fraction(0), Fraction(2 * sum(a < b for a, b in pairs), len(pairs)) - 1)
        case QuestionKind.MATCHING:
            matched = sum(answer.get(left) == right for left, right in spec["pairs"].items())
            return Fraction(matched, len(spec["pairs"]))
        case QuestionKind.FREE:
            return None


def number(text: str) -> Decimal | None:
    """Read a plain decimal (full-width digits and thousands commas allowed; no exponents); None if it is none."""
    text = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def normalised(text: str) -> str:
    """Fold case, width and spacing, and drop the full stop people add."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.split()).strip(" .。!！")


def matches(pattern: str, text: str) -> bool:
    """True when `pattern` covers the whole of `text`; `*` stands for any run of characters, nothing else is special.

    Two pointers with one point to fall back to: at most len(pattern) x len(text) steps, whatever was typed.
    """
    p = t = 0
    star, resume = -1, 0
    while t < len(text):
        if p < len(pattern) and pattern[p] == "*":
            star, resume, p = p, t, p + 1
        elif p < len(pattern) and pattern[p] == text[t]:
            p, t = p + 1, t + 1
        elif star >= 0:
            resume += 1
            p, t = star + 1, resume
        else:
            return False
    return not pattern[p:].strip("*")


# -- Telling -------------------------------------------------------------------------------------


def told_answer(kind: QuestionKind, spec: Spec, answer: Any) -> list[str]:
    """A stored answer in words, one line each; empty when there is none."""
    if answer is None:
        return []
    match kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            chosen = [answer] if isinstance(answer, str) else answer
            return [o["text"] for o in spec["options"] if o["id"] in chosen]
        case QuestionKind.TRUE_FALSE:
            return [str(_("True") if answer else _("False"))]
        case QuestionKind.NUMERIC:
            return [f"{answer} {spec['unit']}".strip()]
        case QuestionKind.ORDERING:
            texts = {i["id"]: i["text"] for i in spec["items"]}
            return [f"{n}. {texts[i]}" for n, i in enumerate(answer, 1)]
        case QuestionKind.MATCHING:
            right = {i["id"]: i["text"] for i in spec["right"]}
            return [f"{i['text']} → {right.get(answer.get(i['id'], ''), '–')}" for i in spec["left"]]
        case _:
            return [str(answer)]


def right_answer(kind: QuestionKind, spec: Spec) -> list[str]:
    """The right answer in words; for the marker and for the result page after marking."""
    match kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE | QuestionKind.TRUE_FALSE:
            return told_answer(kind, spec, spec["right"])
        case QuestionKind.NUMERIC:
            tolerance = f" ± {spec['tolerance']}" if Decimal(spec["tolerance"]) else ""
            return [f"{spec['value']}{tolerance} {spec['unit']}".strip()]
        case QuestionKind.SHORT:
            return list(spec["accept"])
        case QuestionKind.ORDERING:
            return told_answer(kind, spec, [i["id"] for i in spec["items"]])
        case QuestionKind.MATCHING:
            return told_answer(kind, spec, spec["pairs"])
        case QuestionKind.FREE:
            return [spec["guide"]] if spec["guide"] else []
