"""Signing up, and one's own settings."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.forms.choices import time_zones
from accounts.models import User
from accounts.states import Purpose, Theme


class StartForm(forms.Form):
    """What somebody comes for: to work, to post work, or by an invitation."""

    purpose = forms.ChoiceField(
        label=_("What brings you here?"),
        choices=Purpose.choices,
        widget=forms.RadioSelect,
        initial=Purpose.WORK,
    )
    organisation_name = forms.CharField(
        label=_("Name of your business"),
        required=False,
        max_length=120,
        help_text=_("Only if you post work."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("purpose") == Purpose.POST and len(data.get("organisation_name", "").strip()) < 2:
            self.add_error("organisation_name", _("Give the name of your business."))
        return data


class SignUpForm(StartForm):
    """What sign-up asks besides address and password; allauth puts its own fields beside these.

    `accounts.adapter` stores all of it, so there is nothing left to do in `signup`.
    """

    field_order = ["display_name", "email", "password1", "password2", "purpose", "organisation_name"]
    display_name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        initial="Asia/Shanghai",
        widget=forms.Select(attrs={"data-own-time-zone": ""}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language() or settings.LANGUAGE_CODE

    def signup(self, request: HttpRequest, user: User) -> None:
        """Asked for by allauth; the adapter has done it."""


class PersonalSettingsForm(forms.Form):
    """How the site speaks to one."""

    display_name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    theme = forms.ChoiceField(label=_("Appearance"), choices=Theme.choices, widget=forms.RadioSelect)


class EraseForm(forms.Form):
    """Typing one's address says that one means it."""

    email = forms.EmailField(label=_("Type your e-mail address to confirm"))

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        self.expected = expected
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.lower() != self.expected.lower():
            raise forms.ValidationError(_("This is not the address of your account."))
        return email
