"""How numbers, money and times are written in the reader's language (the active one)."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

LOCALES = {"zh-hans": "zh_Hans_CN", "en": "en"}


def locale() -> Locale:
    """Return the Babel locale of the active language."""
    return Locale.parse(LOCALES.get(get_language() or "en", "en"))


def money(minor: int, currency: str, *, signed: bool = False) -> str:
    """Return `minor` units (fen, cents) of `currency` as written by the reader, currency always shown."""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    text = format_currency(amount, currency, locale=locale())
    return f"+{text}" if signed and minor > 0 else text


def _plain(value: float | int | Decimal | Fraction) -> float | int | Decimal:
    """Exact fractions become decimals to be written."""
    return Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def number(value: float | int | Decimal | Fraction, places: int | None = None) -> str:
    """Return a number with grouping; `places` fixes the decimals."""
    pattern = None if places is None else "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(_plain(value), format=pattern, locale=locale())


def percent(share: float | Decimal | Fraction, places: int = 0) -> str:
    """Return a share (0.9) as a percentage (90%)."""
    return format_percent(_plain(share), format="#,##0" + ("." + "0" * places if places else "") + "%", locale=locale())


def day(value: dt.date) -> str:
    """Return a date such as `Nov 12, 2026`; an aware datetime is read in the active zone."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return format_date(value, "medium", locale=locale())


def weekday(value: dt.date) -> str:
    """Return a date with its weekday and without the year."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return format_skeleton("MMMEd", value, locale=locale())


def clock(value: dt.datetime, zone: str | None = None) -> str:
    """Return the time of day in `zone` (else the active zone), 24 hours."""
    return format_time(_in_zone(value, zone), "HH:mm", locale=locale())


def moment(value: dt.datetime, zone: str | None = None) -> str:
    """Return date and time in `zone` (else the active zone), 24 hours."""
    local = _in_zone(value, zone)
    return f"{format_date(local.date(), 'medium', locale=locale())} {format_time(local, 'HH:mm', locale=locale())}"


def full_moment(value: dt.datetime) -> str:
    """Return the long form with the zone, 24 hours, for a tooltip."""
    local = timezone.localtime(value)
    return f"{format_date(local.date(), 'long', locale=locale())} {format_time(local, 'HH:mm:ss z', locale=locale())}"


def zone_label(zone: str | None, at: dt.datetime) -> str:
    """Return the offset of `zone` (`UTC+8`) where it differs from the reader's own at that moment; else empty."""
    if not zone:
        return ""
    there, here = at.astimezone(ZoneInfo(zone)).utcoffset(), timezone.localtime(at).utcoffset()
    if there is None or there == here:
        return ""
    minutes = int(there.total_seconds() // 60)
    sign, (hours, rest) = "+" if minutes >= 0 else "−", divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def relative(value: dt.datetime, now: dt.datetime) -> str:
    """Return `in 3 hours` or `2 days ago`."""
    return format_timedelta(value - now, add_direction=True, locale=locale())


def duration(seconds: int | float) -> str:
    """Return a length of time in its two largest units: `1 h 20 min`, `3 min 5 s`."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    hour_text = ngettext("%(n)d h", "%(n)d h", hours) % {"n": hours}
    minute_text = gettext("%(n)d min") % {"n": minutes}
    if hours:
        return f"{hour_text} {minute_text}" if minutes else hour_text
    if minutes:
        return f"{minute_text} " + gettext("%(n)d s") % {"n": secs} if secs else minute_text
    return gettext("%(n)d s") % {"n": secs}


def _in_zone(value: dt.datetime, zone: str | None) -> dt.datetime:
    return value.astimezone(ZoneInfo(zone)) if zone else timezone.localtime(value)
