"""Money is an integer number of minor units (fen, cents) and a currency; never a float."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from babel.numbers import format_currency, get_currency_precision


@dataclass(frozen=True, order=False)
class Money:
    """An exact amount of one currency.

    Adding or comparing two currencies raises `ValueError`: it is always a programming error.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError(f"minor units must be an int, got {self.minor!r}")
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise ValueError(f"not an ISO 4217 code: {self.currency!r}")

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, count: int) -> Money:
        if not isinstance(count, int):
            raise TypeError("multiply by an int; use `round_half_up` for fractions")
        return Money(self.minor * count, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return self.format("en")

    @property
    def decimal(self) -> Decimal:
        """The amount in major units (yuan, dollars)."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def format(self, language: str) -> str:
        """Write the amount as a reader of `language` (`en`, `zh-hans`) expects it, with its currency."""
        locale = "zh_Hans_CN" if language.lower().startswith("zh") else "en"
        return format_currency(self.decimal, self.currency, locale=locale)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def from_major(cls, amount: Decimal, currency: str) -> Money:
        """Read an amount in major units; `ValueError` when it is finer than the minor unit."""
        minor = amount.scaleb(get_currency_precision(currency))
        if minor != minor.to_integral_value():
            raise ValueError(f"{amount} has more decimals than {currency} has minor units")
        return cls(int(minor), currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """Sum, with `currency` for the empty sum."""
        result = cls.zero(currency)
        for amount in amounts:
            result += amount
        return result


def round_half_up(amount: Decimal | Fraction | int) -> int:
    """Round to a whole number, ties away from zero (the one rounding rule of the house).

    >>> round_half_up(Decimal("886.5")), round_half_up(Fraction(-3, 2))
    (887, -2)
    """
    if isinstance(amount, Fraction):
        doubled = abs(amount) * 2
        whole = (doubled.numerator // doubled.denominator + 1) // 2
        return whole if amount >= 0 else -whole
    return int(Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def allocate(total_minor: int, weights: list[int]) -> list[int]:
    """Split `total_minor` by `weights` so that the parts add up exactly (largest remainder; earlier wins a tie).

    `ValueError` when there is nothing to split by.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    parts = [total_minor * w // whole for w in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total_minor * weights[i] % whole), i))
    for i in by_remainder[: total_minor - sum(parts)]:
        parts[i] += 1
    return parts
