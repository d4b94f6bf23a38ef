"""Forms of an agent's onboarding."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.logic import PICTURE_MAX_BYTES
from accounts.states import DocumentKind, DocumentSide, Region, ServiceLanguage
from core.fields import LARGEST_INT

DAYS = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}


_BOTH_ENDS = _("Give a start and a different end, or leave both empty.")


class ProfileForm(forms.Form):
    """Profile with usual hours: one span a day, from and to, which may run past midnight; `24:00` shows as `00:00`."""

    nickname = forms.CharField(
        label=_("Service name"), max_length=40, help_text=_("What customers see. Not your legal name.")
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages you can serve customers in"),
        choices=ServiceLanguage.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    region = forms.ChoiceField(label=_("Region"), choices=[("", "—"), *Region.choices])

    def __init__(self, *args: Any, availability: dict[str, list[list[str]]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, label in DAYS.items():
            span = ((availability or {}).get(day) or [["", ""]])[0]
            for end, place in (("from", 0), ("to", 1)):
                self.fields[f"{day}_{end}"] = forms.TimeField(
                    label=label,
                    required=False,
                    initial=span[place].replace("24:00", "00:00"),
                    widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                )

    @property
    def days(self) -> list[tuple[Any, Any, Any]]:
        """(name, from, to) for each day of the week."""
        return [(label, self[f"{day}_from"], self[f"{day}_to"]) for day, label in DAYS.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        availability = {}
        for day in DAYS:
            start, end = data.pop(f"{day}_from", None), data.pop(f"{day}_to", None)
            if start is None and end is None:
                continue
            if start is None or end is None or (start == end != dt.time(0)):
                self.add_error(f"{day}_to", _BOTH_ENDS)
                continue
            availability[day] = [[start.strftime("%H:%M"), "24:00" if end == dt.time(0) else end.strftime("%H:%M")]]
        return {**data, "availability": availability}


_WHICH_SIDE = _("Nothing is stored: it was not said which side the picture shows. Send it from its own place below.")


class DocumentForm(forms.Form):
    """One picture."""

    side = forms.ChoiceField(
        choices=DocumentSide.choices,
        widget=forms.HiddenInput,
        error_messages={"required": _WHICH_SIDE, "invalid_choice": _WHICH_SIDE},
    )
    file = forms.FileField(
        label=_("Picture"),
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={
                "accept": "image/jpeg,image/png,image/webp",
                "data-max-bytes": PICTURE_MAX_BYTES,
                "data-sends": True,
            }
        ),
    )


class IdentityForm(forms.Form):
    """Name and kind of document; the pictures are sent one by one."""

    legal_name = forms.CharField(
        label=_("Legal name"), max_length=120, help_text=_("As it stands on the document. Customers never see it.")
    )
    document_kind = forms.ChoiceField(label=_("Kind of document"), choices=[("", "—"), *DocumentKind.choices])


class AgreementForm(forms.Form):
    """One box that says yes to one text."""

    agree = forms.BooleanField(
        label=_("I have read this and agree"), error_messages={"required": _("Tick the box to agree.")}
    )


class EquipmentForm(forms.Form):
    """What the browser measured."""

    browser = forms.CharField(max_length=400, widget=forms.HiddenInput)
    round_trip_ms = forms.IntegerField(
        min_value=0,
        max_value=LARGEST_INT,
        widget=forms.HiddenInput,
        error_messages={"required": _("The check has not run yet. It needs JavaScript and a websocket connection.")},
    )
    microphone = forms.BooleanField(required=False, widget=forms.HiddenInput)
