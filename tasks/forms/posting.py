"""Forms of posting and finding work. They read what was typed; services decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.logic import UsualHours
from accounts.states import Industry, ServiceLanguage
from certification.states import Tier
from core.clock import BLOCK
from core.errors import Invalid
from core.fields import DayField, MomentField
from core.money import Money
from tasks.logic.plan import MAX_TEXT, PlannedBlock, PlanReport, read_plan, spread
from tasks.logic.rules import RULES
from tasks.selectors.work import WorkFilter
from tasks.states import Visibility

LONGEST_FILL_DAYS = 60
MAX_UPLOAD = 1_000_000


class WorkFilterForm(forms.Form):
    """What an agent narrows open work by."""

    industry = forms.ChoiceField(label=_("Industry"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    day = DayField(label=_("Day"), required=False)
    eligible_only = forms.BooleanField(label=_("Only what I can claim"), required=False)
    usual_hours_only = forms.BooleanField(label=_("Only in my usual hours"), required=False)

    def __init__(
        self,
        *args: Any,
        industries: Sequence[str] = (),
        languages: Sequence[str] = (),
        usual_hours: UsualHours | None = None,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.usual_hours = usual_hours or {}
        if not usual_hours:
            del self.fields["usual_hours_only"]
        fields_: Any = self.fields
        fields_["industry"].choices = _narrow(Industry.choices, industries, _("Any industry"))
        fields_["language"].choices = _narrow(ServiceLanguage.choices, languages, _("Any language"))

    def wanted(self) -> WorkFilter:
        """The filter; raises `Invalid` per field for what is not one."""
        if not self.is_valid():
            raise Invalid(fields={name: [str(e) for e in errors] for name, errors in self.errors.items()})
        data = self.cleaned_data
        hours = self.usual_hours if data.get("usual_hours_only") else {}
        return WorkFilter(data["industry"], data["language"], data["day"], data["eligible_only"], hours)


def _narrow(choices: Sequence[tuple[str, Any]], only: Sequence[str], nothing: Any) -> list[tuple[str, Any]]:
    """The choices that lead somewhere, with one for none; all of them where nothing is given."""
    return [("", nothing), *((v, label) for v, label in choices if not only or v in only)]


class NewTaskForm(forms.Form):
    """How a draft begins."""

    programme: Any = forms.ModelChoiceField(
        label=_("Programme"), queryset=None, to_field_name="public_id", empty_label=None,
        help_text=_("Its rate card sets the pay, its channels bring the customers."),
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), min_length=3, max_length=120)

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        programme: Any = self.fields["programme"]
        programme.queryset = programmes


class WhatForm(forms.Form):
    """First step: what the work is."""

    title = forms.CharField(label=_("Title"), min_length=3, max_length=120)
    brief = forms.CharField(
        label=_("Brief"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 8}), required=False,
        help_text=_("What customers ask, what agents may decide, what needs care. Markdown works. Needed to publish."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the conversations"))
    expected_units_per_seat = forms.IntegerField(
        label=_("Conversations expected per seat"), min_value=0, max_value=500,
        help_text=_("In one half hour. Your budget is ready for this many; agents never earn less than the floor."),
    )  # fmt: skip
    max_blocks_per_agent = forms.IntegerField(
        label=_("Blocks one agent may hold"), min_value=1, max_value=RULES.max_blocks_per_task, required=False,
        help_text=_("Leave it empty for no limit of your own."),
    )  # fmt: skip
    claims_open_at = MomentField(label=_("Claims open at"), required=False)

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        language: Any = self.fields["language"]
        language.choices = [c for c in ServiceLanguage.choices if c[0] in languages]
        self.fields["claims_open_at"].help_text = _(
            "In your own time zone, %(zone)s. Leave it empty to open as soon as you publish."
        ) % {"zone": timezone.get_current_timezone_name()}


class VisibilityForm(forms.Form):
    """Who gets to see the task."""

    visibility = forms.ChoiceField(label=_("Who sees it"), choices=Visibility.choices, widget=forms.RadioSelect)


class FillForm(forms.Form):
    """The same hours with the same seats on each day of a range."""

    first_day = DayField(label=_("From day"))
    last_day = DayField(label=_("To day"))
    begin = forms.TimeField(
        label=pgettext_lazy("time", "From"),
        widget=forms.TimeInput(attrs={"type": "time", "step": BLOCK.seconds}, format="%H:%M"),
    )
    end = forms.TimeField(
        label=pgettext_lazy("time", "To"),
        widget=forms.TimeInput(attrs={"type": "time", "step": BLOCK.seconds}, format="%H:%M"),
    )
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=RULES.max_seats_per_block)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and not 0 <= (last - first).days <= LONGEST_FILL_DAYS:
            late = _("Choose a day from the first one up to %(days)d days later.") % {"days": LONGEST_FILL_DAYS}
            self.add_error("last_day", late)
        for name in ("begin", "end"):
            at: time | None = data.get(name)
            if at and (at.minute % 30 or at.second):
                self.add_error(name, _("Blocks start and end on the hour or the half hour."))
        return data

    @property
    def runs_overnight(self) -> bool:
        """Whether the hours end past midnight of the day they begin on; call when valid."""
        return time() < self.cleaned_data["end"] <= self.cleaned_data["begin"]

    def blocks(self, time_zone: str) -> list[PlannedBlock]:
        """The blocks asked for; call when valid."""
        data = self.cleaned_data
        return spread(
            first_day=data["first_day"], last_day=data["last_day"], begin=data["begin"], end=data["end"],
            seats=data["seats"], time_zone=time_zone,
        )  # fmt: skip


class PlanTextForm(forms.Form):
    """A plan as pasted cells or a CSV file."""

    text = forms.CharField(
        label=_("Paste rows"), required=False, max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "class": "font-mono", "spellcheck": "false"}),
        help_text=_("One row each: date, from, to, seats and, if you like, a bonus: 2026-11-11, 20:00, 24:00, 12"),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Or a CSV file"), required=False, validators=[FileExtensionValidator(["csv", "txt", "tsv"])]
    )
    skip_bad = forms.BooleanField(label=_("Take the rows that can be read and leave the others out"), required=False)
    report: PlanReport | None = None

    def __init__(self, *args: Any, time_zone: str, currency: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.time_zone, self.currency = time_zone, currency

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 1 MB."))
        raw: bytes = file.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError(_("This file is not text. Save it as CSV (UTF-8)."))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        text = "\n".join(part for part in (data.get("text", ""), data.get("file", "")) if part)
        if not text.strip() and not self.errors:
            self.add_error("text", _("Paste at least one row or choose a file."))
        elif not self.errors:
            self.report = read_plan(text, time_zone=self.time_zone, currency=self.currency)
            if self.report.errors and not data.get("skip_bad"):
                self.add_error(None, _("Some rows cannot be read. Nothing was taken yet; each row is named below."))
        return data


class SeatGrid:
    """The block grid: days across, half hours down, a number of seats in each cell."""

    def __init__(self, data: Mapping[str, str], starts: Sequence[datetime]):
        self.starts = starts
        self.errors: dict[datetime, str] = {}
        self.seats: dict[datetime, int] = {}
        for start in starts:
            text = data.get(cell_name(start), "").strip()
            if text in ("", "0"):
                continue
            if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= RULES.max_seats_per_block:
                self.seats[start] = int(text)
            else:
                self.errors[start] = str(
                    _("Seats have to be a whole number from 1 to %(most)d.") % {"most": RULES.max_seats_per_block}
                )


def cell_name(start: datetime) -> str:
    """The form name of one cell."""
    return f"s{start:%Y%m%dT%H%M}"


class GridRangeForm(forms.Form):
    """Which days the grid shows."""

    first = DayField(required=False)
    days = forms.IntegerField(required=False, min_value=1, max_value=14)

    def chosen(self, default_first: date, default_days: int) -> tuple[date, int]:
        """First day and number of days, what is not understood taken from the defaults."""
        self.is_valid()
        return self.cleaned_data.get("first") or default_first, self.cleaned_data.get("days") or default_days


class CancelForm(forms.Form):
    """Why a task is called off, and what agents are paid for it as it was shown; a draft costs nothing."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Agents who held a block can read it."),
    )  # fmt: skip
    expected_pay_minor = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**15)

    def __init__(self, *args: Any, is_draft: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["expected_pay_minor"].required = not is_draft


class PublishForm(forms.Form):
    """The price that was shown; nobody publishes at one they were not shown."""

    expected_budget_minor = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**15)
    idempotency_key = forms.CharField(widget=forms.HiddenInput, max_length=100, required=False, empty_value=None)


class MajorMoney(forms.DecimalField):
    """An amount typed in yuan or dollars, read as minor units."""

    def __init__(self, **kwargs: Any):
        super().__init__(min_value=Decimal(0), max_value=Decimal(100_000), decimal_places=2, **kwargs)


class RateCardForm(forms.Form):
    """The next version of a programme's prices, typed in major units."""

    floor_rate = MajorMoney(
        label=_("Floor per hour"), help_text=_("What an agent earns for an hour served, however quiet it was.")
    )
    block_bonus = MajorMoney(label=_("Bonus per block"), required=False, help_text=_("Paid once per block served."))
    escalation = MajorMoney(label=_("Pay per justified escalation"), required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.currency = currency
        for tier in Tier:
            label = _("Per conversation, %(tier)s") % {"tier": tier.label}
            self.fields[f"price_{tier.value}"] = MajorMoney(label=label)

    def values(self) -> dict[str, Any]:
        """The arguments of `publish_rate_card`; call when valid."""
        data = self.cleaned_data

        def minor(name: str) -> int:
            return Money.from_major(data.get(name) or Decimal(0), self.currency).minor

        return {
            "floor_rate_minor": minor("floor_rate"),
            "block_bonus_minor": minor("block_bonus"),
            "escalation_minor": minor("escalation"),
            "unit_price_minor": {tier.value: minor(f"price_{tier.value}") for tier in Tier},
        }

    FIELDS = {
        "floor_rate_minor": "floor_rate",
        "block_bonus_minor": "block_bonus",
        "escalation_minor": "escalation",
        "unit_price_minor": "price_platinum",
    }
    """Where each of the service's fields is typed."""
