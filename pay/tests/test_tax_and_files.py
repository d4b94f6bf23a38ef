"""Withholding by the published bands, and files no spreadsheet can be made to run."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pay.logic import bankfile
from pay.logic.tax import TaxYear, china, withhold


def test_china_withholds_cumulatively() -> None:
    withheld = []
    gross = 0
    for month, income in enumerate([8_000_00, 30_000_00, 4_000_00], start=1):
        gross += income
        withheld.append(china(TaxYear(gross, sum(withheld), month)).withheld_minor)
    assert withheld == [42_00, 570_00, 0]


@pytest.mark.parametrize(
    ("taxable", "due"),
    [
        (36_000_00, 1_080_00),
        (144_000_00, 11_880_00),
        (300_000_00, 43_080_00),
        (420_000_00, 73_080_00),
        (660_000_00, 145_080_00),
        (960_000_00, 250_080_00),
        (1_000_000_00, 268_080_00),
    ],
)
def test_china_bands_meet_at_their_edges(taxable: int, due: int) -> None:
    gross = (taxable + 5_000_00) * 5 // 4
    assert china(TaxYear(gross, 0, 1)).due_minor == due


@given(st.integers(0, 10**10), st.integers(0, 10**9), st.integers(1, 12))
def test_china_never_gives_back_nor_takes_all(gross: int, before: int, months: int) -> None:
    result = china(TaxYear(gross, before, months))
    assert 0 <= result.withheld_minor <= gross


def test_no_rule_withholds_nothing() -> None:
    assert withhold(None, TaxYear(10**9, 0, 1)).withheld_minor == 0


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝"])
def test_a_cell_is_never_a_formula(start: str) -> None:
    assert bankfile.safe(start + "HYPERLINK(1)").startswith("'")


def test_bank_file_keeps_leading_zeros_chinese_and_quotes() -> None:
    text = bankfile.bank_file(
        [bankfile.BankLine("pyt_1", '王"小明', "招商银行", "0062", Decimal(12), "CNY", "=cmd|' /C calc'!A0")]
    )
    rows = list(csv.reader(io.StringIO(text.removeprefix("﻿"))))
    assert rows[0] == list(bankfile.BankLine._fields)
    assert rows[1] == ["pyt_1", '王"小明', "招商银行", "0062", "12", "CNY", "'=cmd|' /C calc'!A0"]


@given(st.text())
def test_any_text_survives_or_is_defused(text: str) -> None:
    cell = bankfile.safe(text)
    assert cell in (text.replace("\x00", ""), "'" + text.replace("\x00", ""))
