"""Finding what must not be readable in a stored message: e-mail, identity numbers, bank cards, phones.

Full-width digits and signs are read as their plain forms, so `１３８…` is found too. What is found is
replaced by a shortened form of it (`138****5678`), so that both sides still recognise what was meant.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_PLAIN = str.maketrans("０１２３４５６７８９＠．－＋　ＸｘＯ", "0123456789@.-+ XxO")

_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}")
_IDENTITY = re.compile(r"(?<!\d)\d{6}[ \-]?\d{8}[ \-]?\d{3}[\dXx](?![0-9A-Za-z])")
_CARD = re.compile(
    r"(?<!\d)(?:(?:\d{4}[ \-]){3}\d{4}(?:[ \-]?\d{1,3})?|\d{4}[ \-]\d{6}[ \-]\d{5}|\d{6}[ \-]\d{10,13}|\d{14,19})(?!\d)"
)
_CARD_START = re.compile(r"3[04-9]|4|5|6|2[2-7]")
_PHONE = re.compile(
    r"(?<![\d+])(?:"
    r"(?:(?:\+|00)?86[ \-]?)?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}"  # Chinese mobile
    r"|\(?0\d{2,3}\)?[ \-]?\d{7,8}"  # Chinese landline with its area code
    r"|\+[1-9]\d{0,2}(?:[ \-.]?\(?\d{1,4}\)?){2,5}"  # international
    r")(?!\d)"
)
_MOBILE = re.compile(r"(?:00)?(?:86)?1[3-9]\d{9}")

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


@dataclass(frozen=True)
class Masked:
    """A text fit to be stored readably, and which kinds of thing were hidden in it (sorted, unique)."""

    text: str
    kinds: tuple[str, ...] = ()

    @property
    def is_masked(self) -> bool:
        return bool(self.kinds)


def is_identity_number(text: str) -> bool:
    """A Chinese resident identity number: 17 digits and a check character (GB 11643, ISO 7064 MOD 11-2).

    >>> is_identity_number("11010519491231002X")
    True
    """
    if len(text) != 18 or not text[:17].isdigit():
        return False
    month, day = int(text[10:12]), int(text[12:14])
    total = sum(int(digit) * weight for digit, weight in zip(text, _ID_WEIGHTS, strict=False))
    return 1 <= month <= 12 and 1 <= day <= 31 and _ID_CHECKS[total % 11] == text[17].upper()


def passes_luhn(digits: str) -> bool:
    """Luhn's formula (ISO/IEC 7812-1, annex B).

    >>> passes_luhn("4111111111111111")
    True
    """
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit() or c in "Xx")


def _mask_email(found: str) -> str:
    name, _, host = found.partition("@")
    return f"{name[0]}***@{host}"


def _mask_identity(found: str) -> str | None:
    plain = _digits(found)
    return f"{plain[:3]}***********{plain[-4:]}" if is_identity_number(plain) else None


def _mask_card(found: str) -> str | None:
    plain = _digits(found)
    if not _CARD_START.match(plain) or not passes_luhn(plain):
        return None
    return f"**** {plain[-4:]}"


def _mask_phone(found: str) -> str | None:
    plain = _digits(found)
    if not 8 <= len(plain) <= 16:
        return None
    if _MOBILE.fullmatch(plain):
        plain = plain[-11:]
    return f"{plain[:3]}****{plain[-4:]}"


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], str | None]], ...] = (
    ("email", _EMAIL, _mask_email),
    ("identity", _IDENTITY, _mask_identity),
    ("card", _CARD, _mask_card),
    ("phone", _PHONE, _mask_phone),
)


def mask(text: str) -> Masked:
    """Hide e-mail addresses, Chinese identity numbers, bank cards and phone numbers in `text`."""
    plain = text.translate(_PLAIN)
    if "@" not in plain and sum(c.isdigit() for c in plain) < 8:
        return Masked(text)
    spans: list[tuple[int, int, str, str]] = []
    taken = bytearray(len(plain))
    for kind, pattern, replace in _KINDS:
        for match in pattern.finditer(plain):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            replacement = replace(match.group())
            if replacement is not None:
                spans.append((start, end, replacement, kind))
                taken[start:end] = b"\x01" * (end - start)
    if not spans:
        return Masked(text)
    parts, position = [], 0
    for start, end, replacement, _kind in sorted(spans):
        parts += [text[position:start], replacement]
        position = end
    return Masked("".join([*parts, text[position:]]), tuple(sorted({kind for *_, kind in spans})))
