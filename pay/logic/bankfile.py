"""Payouts as a bank reads them, and any table as CSV that a spreadsheet reads and never runs.

A cell that begins with `= + - @`, a tab or a line break is a formula to Excel and its kin (OWASP, "CSV
injection"); such a cell gets an apostrophe in front. Numbers are written by us and stay numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(cell: object) -> str:
    """Text as a spreadsheet will show it, never run it; numbers as they are."""
    if isinstance(cell, int | Decimal):
        return str(cell)
    text = str(cell).replace("\x00", "")
    if text.lstrip(" ").startswith(_DANGEROUS):
        return "'" + text
    return text


def write(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV table (RFC 4180, CRLF) with a byte-order mark, so that Excel reads Chinese."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
    return "﻿" + out.getvalue()


class BankLine(NamedTuple):
    """One payout as the bank reads it; the fields, in this order, are the columns and their heading."""

    reference: str
    account_name: str
    bank: str
    account_number: str
    """Text: leading zeros stay."""
    amount: Decimal
    currency: str
    purpose: str


def bank_file(lines: Iterable[BankLine]) -> str:
    """The bank's format: one payout a line."""
    return write(BankLine._fields, lines)
