"""How exact numbers of pay and the kinds of its entries are written; loaded into every template."""

from fractions import Fraction

from babel.numbers import get_currency_precision
from django import template

from certification.states import Tier
from frontend import entries, formats
from pay.states import EarningState

register = template.Library()
MOST_DECIMALS = 6


@register.filter
def exact(value: Fraction) -> str:
    """A fraction as a decimal where it ends within six places (`1.155`); else rounded, with the fraction itself."""
    places = _places(value)
    if places is not None:
        return formats.number(float(value), places) if places else formats.number(int(value))
    return f"{formats.number(float(value), 4)} ({value.numerator}/{value.denominator})"


@register.filter
def exact_money(minor: Fraction, currency: str) -> str:
    """Unrounded minor units as money with all its decimals."""
    digits = get_currency_precision(currency)
    major = minor / 10**digits
    places = _places(major)
    sign = "" if places is not None else "≈ "
    text = formats.number(float(major), max(digits, places if places is not None else MOST_DECIMALS))
    return f"{sign}{text} {currency}"


@register.filter
def tier_name(code: str) -> str:
    """A tier as a rate card carries it (`bronze`), in the reader's language."""
    return str(Tier(code).label) if code in Tier.values else code


def _places(value: Fraction) -> int | None:
    """How many decimals the number has; None when it has more than we show."""
    for places in range(MOST_DECIMALS + 1):
        if (value * 10**places).denominator == 1:
            return places
    return None


@register.filter
def entry_word(kind: str) -> str:
    """What an entry of the books is called."""
    return entries.label(kind)


@register.filter
def earning_word(state: str) -> str:
    """What a state of an earning is called."""
    return str(EarningState(state).label) if state in EarningState.values else state
