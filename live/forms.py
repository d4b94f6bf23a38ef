"""Forms of what people write for the live floor."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.states import ServiceLanguage
from live.logic.phrases import SHORTCUT_LENGTH, TEXT_LENGTH
from live.logic.rules import RULES


class PhraseForm(forms.Form):
    """A phrase; `languages` are those it may be in."""

    language = forms.ChoiceField(label=_("Language"))
    shortcut = forms.CharField(
        label=_("Shortcut"),
        max_length=SHORTCUT_LENGTH + 1,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("What is typed after the slash: “hello” is found by typing /hello."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("{customer}, {agent} and {programme} are filled in when the phrase is inserted."),
    )

    def __init__(self, *args: Any, languages: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(value, ServiceLanguage(value).label) for value in languages]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]


class ExpertsForm(forms.Form):
    """Who is asked when an agent hands a customer to an expert; `skills` are pairs of slug and name."""

    skill = forms.ChoiceField(label=_("Experts have this skill"), required=False)
    score = forms.IntegerField(
        label=_("Lowest score"), required=False, min_value=1, max_value=100, help_text=_("1 to 100")
    )
    seconds = forms.IntegerField(
        label=_("Seconds they are asked alone"),
        required=False,
        min_value=0,
        max_value=RULES.longest_expert_seconds,
        help_text=format_lazy(
            _("After this any agent who may serve is asked, so that nobody waits for ever. Empty: {seconds}."),
            seconds=RULES.expert_seconds,
        ),
    )

    def __init__(self, *args: Any, skills: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skill"].choices = [("", _("Every other agent")), *skills]  # type: ignore[attr-defined]


def _number(name: str, label: Any) -> forms.IntegerField:
    """One of `RULES.service_bounds` under its translatable label, with its bounds in words."""
    least, most = RULES.service_bounds[name]
    bounds = format_lazy(_("Between {least} and {most}."), least=least, most=most)
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=most,
        error_messages={"min_value": bounds, "max_value": bounds},
        help_text=format_lazy(
            _("{least} to {most}. Empty: {default}."), least=least, most=most, default=getattr(RULES, name)
        ),
    )


class ServiceNumbersForm(forms.Form):
    """How fast and how many at once a programme's customers are served; empty means the platform's number."""

    chats_at_once = _number("chats_at_once", _("Conversations an agent has at once"))
    offer_seconds = _number("offer_seconds", _("Seconds to accept an offer"))
    first_reply_seconds = _number("first_reply_seconds", _("Seconds to the first reply"))
    reply_seconds = _number("reply_seconds", _("Seconds to each further reply"))
    wrap_up_seconds = _number("wrap_up_seconds", _("Seconds to wrap up"))
