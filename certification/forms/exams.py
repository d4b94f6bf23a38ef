"""Blueprints, their sections, scenarios, and what is granted to one person."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.forms.questions import LANGUAGES
from certification.models import Exam, Pool, Scenario
from certification.states import Overdue
from core.fields import MomentField
from core.forms import RowFormSet
from core.ids import is_public_id


class ExamForm(forms.Form):
    """A blueprint without its sections. Durations in minutes and hours, as people say them."""

    slug = forms.SlugField(label=_("Short name"), max_length=60)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    about_en = forms.CharField(
        label=_("What it asks, in English"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    about_zh = forms.CharField(
        label=_("What it asks, in Chinese"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    languages = forms.MultipleChoiceField(label=_("Languages"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple)
    time_limit_minutes = forms.IntegerField(label=_("Time limit in minutes"), min_value=1, max_value=360)
    pass_mark = forms.IntegerField(label=_("Pass mark in percent"), min_value=0, max_value=100)
    shuffle_questions = forms.BooleanField(label=_("Shuffle questions"), required=False, initial=True)
    shuffle_options = forms.BooleanField(label=_("Shuffle options"), required=False, initial=True)
    attempts_allowed = forms.IntegerField(
        label=_("Attempts allowed"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("Empty: as many as the retry delay lets in."),
    )
    retry_delay_hours = forms.IntegerField(
        label=_("Retry delay in hours"),
        min_value=0,
        max_value=24 * 365,
        required=False,
        help_text=_("Empty: one attempt ever."),
    )
    overdue = forms.ChoiceField(label=_("When nobody submits in time"), choices=Overdue.choices)
    grace_seconds = forms.IntegerField(
        label=_("Grace in seconds"), min_value=0, max_value=3600, required=False, initial=0
    )
    opens_at = MomentField(label=_("Opens"), required=False)
    closes_at = MomentField(label=_("Closes"), required=False)
    scenario = forms.ModelChoiceField(
        label=_("Practical part"),
        queryset=Scenario.objects.none(),
        required=False,
        empty_label=_("None"),
        to_field_name="public_id",
    )

    def __init__(self, *args: Any, scenarios: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scenario"].queryset = scenarios  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(exam: Exam) -> dict[str, Any]:
        """What the form shows of a stored blueprint."""
        names = [f for f in ExamForm.base_fields if hasattr(exam, f)]
        delay = exam.retry_delay_seconds
        return {name: getattr(exam, name) for name in names} | {
            "time_limit_minutes": exam.time_limit_seconds // 60,
            "retry_delay_hours": None if delay is None else delay // 3600,
            "scenario": exam.scenario.public_id if exam.scenario else None,
        }

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        hours = data.pop("retry_delay_hours")
        data["time_limit_seconds"] = data.pop("time_limit_minutes") * 60
        data["retry_delay_seconds"] = None if hours is None else hours * 3600
        data["grace_seconds"] = data["grace_seconds"] or 0
        return data


class SectionForm(forms.Form):
    """One section: a pool, how many are drawn, a pass mark of its own."""

    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    pool = forms.ModelChoiceField(label=_("Pool"), queryset=Pool.objects.none(), to_field_name="public_id")
    draw = forms.IntegerField(label=_("Questions drawn"), min_value=1, max_value=200)
    pass_mark = forms.IntegerField(label=_("Own pass mark in percent"), min_value=0, max_value=100, required=False)

    def __init__(self, *args: Any, pools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pool"].queryset = pools  # type: ignore[attr-defined]


class _Sections(RowFormSet):
    def values(self) -> list[dict[str, Any]]:
        """The sections kept, in order."""
        rows = [form.cleaned_data for form in self.forms if form.has_changed() or form.initial]
        kept = [row for row in rows if row and not row.get("DELETE")]
        return [{name: row[name] for name in SectionForm.base_fields} for row in kept]


SectionFormSet = cast(
    type[_Sections],
    forms.formset_factory(SectionForm, formset=_Sections, extra=1, can_delete=True, max_num=20, absolute_max=20),
)


class ScenarioForm(forms.Form):
    """A simulated conversation. Turns are paragraphs, the rubric one criterion a line."""

    slug = forms.SlugField(label=_("Short name"), max_length=60)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    brief_en = forms.CharField(label=_("Briefing in English"), max_length=3000, widget=forms.Textarea)
    brief_zh = forms.CharField(label=_("Briefing in Chinese"), max_length=3000, widget=forms.Textarea)
    turns_en = forms.CharField(
        label=_("Customer's turns in English"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("A turn is a paragraph; leave an empty line between turns."),
    )
    turns_zh = forms.CharField(
        label=_("Customer's turns in Chinese"), max_length=8000, widget=forms.Textarea(attrs={"rows": 8})
    )
    rubric = forms.CharField(
        label=_("Rubric"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A line per criterion: points | English | 中文 | what to look for | 看什么"),
    )
    pass_mark = forms.IntegerField(label=_("Pass mark in percent"), min_value=0, max_value=100, initial=60)
    time_limit_minutes = forms.IntegerField(label=_("Time limit in minutes"), min_value=1, max_value=180, initial=20)

    @staticmethod
    def initial_of(scenario: Scenario) -> dict[str, Any]:
        """What the form shows of a stored scenario."""
        names = ("slug", "title_en", "title_zh", "brief_en", "brief_zh", "pass_mark")
        lines = [
            " | ".join([str(c["points"]), c["en"], c["zh"], c.get("look_for_en", ""), c.get("look_for_zh", "")])
            for c in scenario.rubric
        ]
        return {name: getattr(scenario, name) for name in names} | {
            "turns_en": "\n\n".join(t["en"] for t in scenario.turns),
            "turns_zh": "\n\n".join(t["zh"] for t in scenario.turns),
            "rubric": "\n".join(lines),
            "time_limit_minutes": scenario.time_limit_seconds // 60,
        }

    def clean_rubric(self) -> list[dict[str, Any]]:
        rubric = []
        for number, line in enumerate(filter(str.strip, self.cleaned_data["rubric"].splitlines()), 1):
            parts = [part.strip() for part in line.replace("｜", "|").split("|")] + [""] * 5
            if not parts[0].isdecimal() or not 1 <= int(parts[0]) <= 100 or not parts[1] or not parts[2]:
                raise forms.ValidationError(
                    _("Line %(line)s: write points | English | 中文, with 1 to 100 points."), params={"line": number}
                )
            rubric.append(
                {
                    "key": f"c{number}",
                    "points": int(parts[0]),
                    "en": parts[1],
                    "zh": parts[2],
                    "look_for_en": parts[3],
                    "look_for_zh": parts[4],
                }
            )
        return rubric

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "turns_en" in data and "turns_zh" in data:
            en, zh = _paragraphs(data["turns_en"]), _paragraphs(data["turns_zh"])
            if len(en) != len(zh) or not 1 <= len(en) <= 12:
                self.add_error("turns_zh", _("Write 1 to 12 turns, as many in each language."))
            data["turns"] = [{"en": e, "zh": z} for e, z in zip(en, zh, strict=False)]
        return data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        data["time_limit_seconds"] = data.pop("time_limit_minutes") * 60
        return {name: value for name, value in data.items() if name not in {"turns_en", "turns_zh"}}


def _paragraphs(text: str) -> list[str]:
    parts = text.replace("\r\n", "\n").split("\n\n")
    return [part.strip() for part in parts if part.strip()]


class _AgentForm(forms.Form):
    agent = forms.CharField(label=_("Agent's id"), max_length=30, help_text=_("It begins with agt_."))

    def clean_agent(self) -> str:
        value: str = self.cleaned_data["agent"].strip()
        if not value.startswith("agt_") or not is_public_id(value):
            raise forms.ValidationError(_("This is not the id of an agent."))
        return value


class ExtraTimeForm(_AgentForm):
    """More time for one person."""

    extra_minutes = forms.IntegerField(label=_("Extra minutes"), min_value=0, max_value=360)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class GrantForm(_AgentForm):
    """One more attempt for one person."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
