"""Forms of the desk: decisions, people, organisations, agreements, teams."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms.client import OrganisationForm
from accounts.states import AgreementKind, Currency, Region, StaffRole


class ReasonForm(forms.Form):
    """Why; the person concerned reads it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The agent reads this."),
    )


class PeopleFilterForm(forms.Form):
    """Search and kind in the list of people."""

    search = forms.CharField(label=_("Name, address or id"), required=False, max_length=120)
    kind = forms.ChoiceField(
        label=_("Who"),
        required=False,
        choices=[
            ("", _("Everybody")),
            ("agent", _("Agents")),
            ("client", _("Clients")),
            ("staff", _("Platform")),
            ("suspended", _("Suspended")),
        ],
    )


class StaffRoleForm(forms.Form):
    """A platform role to give or take."""

    role = forms.ChoiceField(label=_("Role"), choices=StaffRole.choices)


class NewOrganisationForm(OrganisationForm):
    """A client organisation with the address of its first owner."""

    field_order = ["name", "alias", "owner_email", "industry", "currency", "time_zone", "hides_name"]
    owner_email = forms.EmailField(
        label=_("First owner's e-mail address"), help_text=_("They get an invitation and become the owner.")
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=Currency.choices)


class LegalTextForm(forms.Form):
    """The next version of an agreement, in each language (at least one)."""

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind, AgreementKind(kind).label) for kind in kinds]
        self.fields["kind"] = forms.ChoiceField(label=_("Agreement"), choices=choices)
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = kinds[0]
        for language, name in settings.LANGUAGES:
            suffix = language.replace("-", "_")
            self.fields[f"title_{suffix}"] = forms.CharField(
                label=_("Title (%(language)s)") % {"language": name}, required=False, max_length=160
            )
            self.fields[f"body_{suffix}"] = forms.CharField(
                label=_("Text (%(language)s)") % {"language": name},
                required=False,
                max_length=60_000,
                widget=forms.Textarea(attrs={"rows": 8}),
                help_text=_("Markdown."),
            )

    @property
    def texts(self) -> dict[str, tuple[str, str]]:
        """`{language: (title, body)}` of what was filled in."""
        found = {}
        for language, _name in settings.LANGUAGES:
            suffix = language.replace("-", "_")
            title, body = self.cleaned_data.get(f"title_{suffix}", ""), self.cleaned_data.get(f"body_{suffix}", "")
            if title or body:
                found[language] = (title, body)
        return found


class TeamForm(forms.Form):
    """A new team."""

    name = forms.CharField(label=_("Name"), max_length=80)
    region = forms.ChoiceField(label=_("Region"), required=False, choices=[("", "—"), *Region.choices])
    about = forms.CharField(label=_("About"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
