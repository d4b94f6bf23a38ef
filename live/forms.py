"""Forms of what people write for the live floor."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.states import ServiceLanguage
from live.logic.phrases import SHORTCUT_LENGTH, TEXT_LENGTH


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
