"""Pools, questions and their import."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.logic.questions import spec_from_lines
from certification.states import QuestionKind
from core.errors import Invalid

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
MAX_IMPORT_BYTES = 2 * 1024 * 1024


class PoolForm(forms.Form):
    """Name of a pool and what it covers."""

    name = forms.CharField(label=_("Name"), max_length=120)
    about = forms.CharField(label=_("What it covers"), max_length=1000, required=False, widget=forms.Textarea)


class QuestionForm(forms.Form):
    """One question; the key is typed as lines and checked the way the service reads it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind.choices)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    stem = forms.CharField(
        label=_("Question"), max_length=2000, widget=forms.Textarea, help_text=_("Markdown is understood.")
    )
    lines = forms.CharField(
        label=_("Answers"),
        max_length=12_000,
        widget=forms.Textarea,
        help_text=_(
            "One or several answers: an option a line, right ones begin with *. True or false: true or false. "
            "Number: 12.5 ± 0.1 CNY. Short text: one accepted answer a line, * stands for anything. "
            "Order: the lines in the right order. Pairs: left = right; a wrong right side as = right. "
            "Free text: what the marker should look for."
        ),
    )
    explanation = forms.CharField(
        label=_("Explanation"),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
        help_text=_("Shown with the result."),
    )
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=100, initial=1)
    difficulty = forms.IntegerField(label=_("Difficulty"), min_value=1, max_value=5, initial=2)
    tags = forms.CharField(label=_("Tags"), max_length=200, required=False, help_text=_("Words separated by commas."))

    def clean_tags(self) -> list[str]:
        words = [word.strip() for word in self.cleaned_data["tags"].replace("，", ",").split(",") if word.strip()]
        if len(words) > 8 or any(len(word) > 40 for word in words):
            raise forms.ValidationError(_("At most 8 tags of 40 characters."))
        return words

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") and data.get("lines"):
            try:
                self.spec = spec_from_lines(QuestionKind(data["kind"]), data["lines"])
            except Invalid as error:
                for texts in error.fields.values():
                    self.add_error("lines", [str(text) for text in texts])
        return data


class QuestionFilterForm(forms.Form):
    """Narrows the questions of a pool."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("All")), *LANGUAGES])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *QuestionKind.choices])


class ImportForm(forms.Form):
    """A file of questions as the export gives it."""

    file = forms.FileField(label=_("File (JSON, as exported)"))

    def clean_file(self) -> list[Any]:
        file = self.cleaned_data["file"]
        if file.size > MAX_IMPORT_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        try:
            rows = json.loads(file.read().decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("This is not a JSON file.")) from error
        rows = rows.get("questions") if isinstance(rows, dict) else rows
        if not isinstance(rows, list) or not rows or len(rows) > 2000:
            raise forms.ValidationError(_("The file has to hold a list of 1 to 2000 questions."))
        return rows
