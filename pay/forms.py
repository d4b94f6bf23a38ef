"""Forms of pay, shared by pages and the API. They check what was typed; services decide."""

from __future__ import annotations

import re
import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.states import Currency
from core.fields import DayField
from core.money import Money
from pay.logic.rules import RULES
from pay.selectors.earnings import CHANGEABLE
from pay.states import PayoutState

GROUPS = [
    ("", _("All")),
    ("in_review", _("In review")),
    ("owed", _("Owed to you")),
    ("on_its_way", _("On its way")),
    ("paid", _("Paid")),
]


def new_key() -> str:
    """A fresh idempotency key for a form: sending the same form twice is one request."""
    return uuid.uuid4().hex


def deposit_limits(currency: str) -> str:
    """Between which amounts a deposit has to be, in words."""
    least, most = (Money(m, currency) for m in (RULES.smallest_deposit_minor, RULES.largest_deposit_minor))
    language = get_language() or "en"
    return _("Between %(least)s and %(most)s.") % {"least": least.format(language), "most": most.format(language)}


class OnceForm(forms.Form):
    """A form that acts once however often it is sent."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=new_key)


class EarningFilterForm(forms.Form):
    """Which earnings to show; anything it does not understand shows all."""

    group = forms.ChoiceField(label=_("State"), choices=GROUPS, required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    month = forms.CharField(
        label=_("Month"), required=False, max_length=7, widget=forms.TextInput(attrs={"type": "month"})
    )

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = [("", _("All")), *programmes]  # type: ignore[attr-defined]

    def clean_month(self) -> date | None:
        """The first day of the month; nothing for nothing."""
        return month_of(self.cleaned_data["month"]) if self.cleaned_data["month"] else None


def month_of(text: str) -> date:
    """`2026-11` as the first day of that month; `ValidationError` otherwise."""
    match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
    if not match:
        raise forms.ValidationError(_("Write the month as 2026-11."))
    return date(int(match[1]), int(match[2]), 1)


class RecomputeForm(forms.Form):
    """Numbers to try out in the price of an earning."""

    minutes = forms.IntegerField(label=_("Minutes served"), min_value=0, max_value=CHANGEABLE["minutes"])
    units = forms.IntegerField(label=_("Accepted conversations"), min_value=0, max_value=CHANGEABLE["units"])
    escalations = forms.IntegerField(label=_("Justified escalations"), min_value=0, max_value=CHANGEABLE["escalations"])


class PayoutAccountForm(forms.Form):
    """Where an agent's money should go."""

    holder = forms.CharField(label=_("Name on the account"), max_length=120)
    bank = forms.CharField(label=_("Bank"), max_length=120)
    number = forms.CharField(label=_("Account or card number"), max_length=42)

    def clean_number(self) -> str:
        """Digits and letters only, spaces left out."""
        number = re.sub(r"[\s-]", "", self.cleaned_data["number"]).upper()
        if not re.fullmatch(r"[A-Z0-9]{8,34}", number):
            raise forms.ValidationError(_("An account number has 8 to 34 digits or letters."))
        return number

    def clean_holder(self) -> str:
        """A name, not a formula or a line break."""
        return _plain(self.cleaned_data["holder"])

    def clean_bank(self) -> str:
        """As above."""
        return _plain(self.cleaned_data["bank"])


def _plain(text: str) -> str:
    if not text[:1].isalnum() or not text.isprintable():
        raise forms.ValidationError(_("Begin with a letter or a digit, and use printable characters only."))
    return text


class PayoutRequestForm(OnceForm):
    """Ask for everything that is owed in one currency."""

    currency = forms.RegexField(r"^[A-Z]{3}$", widget=forms.HiddenInput)


class FailPayoutForm(forms.Form):
    """Why a payout did not go through; the agent reads it."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class RefuseTransferForm(forms.Form):
    """Why a transfer is taken off the list; kept with what was recorded."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class PayoutFilterForm(forms.Form):
    """Which payouts finance looks at."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *PayoutState.choices], required=False)
    q = forms.CharField(label=_("Name, payout or reference"), required=False, max_length=80)


class DepositForm(OnceForm):
    """How much a client brings in, in major units of its currency."""

    amount = forms.DecimalField(label=_("Amount"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["amount"].help_text = deposit_limits(currency)

    def clean_amount(self) -> Money:
        """The amount as money."""
        try:
            return Money.from_major(self.cleaned_data["amount"], self.currency)
        except ValueError as error:
            raise forms.ValidationError(_("This currency has no such small coins.")) from error


class TransferForm(OnceForm):
    """A transfer as it stands on the bank's statement."""

    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=120,
        help_text=_("Its id from the payment (org_…), or its exact name."),
    )
    amount = forms.DecimalField(label=_("Amount"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2)
    currency = forms.ChoiceField(label=_("Currency"), choices=Currency.choices)
    reference = forms.CharField(
        label=_("The bank's reference"),
        max_length=60,
        help_text=_("Each can be booked once."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """The amount and the currency as money."""
        data = super().clean() or {}
        if "amount" in data and "currency" in data:
            try:
                data["amount"] = Money.from_major(data["amount"], data["currency"])
            except ValueError:
                self.add_error("amount", _("This currency has no such small coins."))
        return data


class PeriodForm(forms.Form):
    """A period of whole days."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)

    def clean(self) -> dict[str, Any]:
        """The end is not before the start."""
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The end is before the beginning."))
        return data
