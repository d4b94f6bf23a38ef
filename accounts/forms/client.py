"""Forms of a client's settings."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.choices import time_zones
from accounts.states import ClientRole, Industry, Scope, ServiceLanguage


class OrganisationForm(forms.Form):
    """What others see of an organisation."""

    name = forms.CharField(label=_("Name"), max_length=120)
    alias = forms.CharField(
        label=_("Alias"), max_length=120, help_text=_("What agents see before they are certified for you.")
    )
    hides_name = forms.BooleanField(
        label=_("Hide our name until an agent is certified and has signed our confidentiality agreement"),
        required=False,
    )
    industry = forms.ChoiceField(label=_("Industry"), choices=Industry.choices)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)


class InviteForm(forms.Form):
    """An address and a role."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=ClientRole.choices, initial=ClientRole.SUPERVISOR)


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=ClientRole.choices)


class ProgrammeForm(forms.Form):
    """A programme; origins one a line."""

    name = forms.CharField(label=_("Name"), max_length=120)
    industry = forms.ChoiceField(label=_("Industry"), choices=Industry.choices)
    languages = forms.MultipleChoiceField(
        label=_("Languages customers are served in"),
        choices=ServiceLanguage.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    greeting = forms.CharField(
        label=_("Greeting"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The first words a customer reads in the chat window."),
    )
    colour = forms.CharField(
        label=_("Colour"), max_length=20, widget=forms.TextInput(attrs={"type": "color"}), initial="#0f766e"
    )
    allowed_origins = forms.CharField(
        label=_("Pages that may embed the chat"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://shop.example", "spellcheck": "false"}),
        help_text=_("One origin a line: https:// and the host, without a path."),
    )

    def clean_allowed_origins(self) -> list[str]:
        text: str = self.cleaned_data["allowed_origins"]
        return [line.strip() for line in text.splitlines() if line.strip()]


LONGEST_GUIDE_SENT = 100_000
"""Above the service's own limit, which counts line breaks as one and says how long a guide may be."""


class GuideForm(forms.Form):
    """What agents read beside each conversation."""

    guide = forms.CharField(
        label=_("Guide for agents"),
        required=False,
        max_length=LONGEST_GUIDE_SENT,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("Markdown: ## for a heading, - for a list, ** for bold. Leave it empty to take it away."),
    )


class ApiKeyForm(forms.Form):
    """A key's name and what it may do."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What will use it, for example “shop backend”."))
    scopes = forms.MultipleChoiceField(label=_("It may"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple)
    idempotency_key = forms.CharField(
        widget=forms.HiddenInput, max_length=100, required=False, empty_value=None, initial=lambda: uuid4().hex
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].initial = [Scope.TASKS_READ]
