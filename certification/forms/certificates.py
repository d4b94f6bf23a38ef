"""Standards; issuing and revoking certificates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.models import Exam, SkillTag, Standard
from certification.states import CertificateState


class CertificateFilterForm(forms.Form):
    """Finds certificates."""

    q = forms.CharField(label=_("Service name or id"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *CertificateState.choices])


class ReasonForm(forms.Form):
    """A reason, where one is owed."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class IssueForm(forms.Form):
    """Whom to issue to: chosen attempts of one standard."""

    attempts = forms.MultipleChoiceField(label=_("People"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attempts"].choices = choices  # type: ignore[attr-defined]
        self.fields["attempts"].error_messages["required"] = _("Choose at least one person.")


class StandardForm(forms.Form):
    """A standard. Under a standard that was issued a change makes the next version."""

    slug = forms.SlugField(label=_("Short name"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120)
    criteria_en = forms.CharField(label=_("What it attests, in English"), max_length=2000, widget=forms.Textarea)
    criteria_zh = forms.CharField(label=_("What it attests, in Chinese"), max_length=2000, widget=forms.Textarea)
    exam = forms.ModelChoiceField(
        label=_("Exam"), queryset=Exam.objects.none(), required=False, empty_label=_("None"), to_field_name="public_id"
    )
    skill_tag = forms.ModelChoiceField(
        label=_("Skill it proves"), queryset=SkillTag.objects.none(), to_field_name="public_id"
    )
    course_slug = forms.SlugField(
        label=_("Course that leads to it"),
        max_length=60,
        required=False,
        help_text=_("The course's short name; completing it is needed before the exam."),
    )
    requires = forms.MultipleChoiceField(
        label=_("Certificates needed first"), required=False, widget=forms.CheckboxSelectMultiple
    )
    valid_days = forms.IntegerField(label=_("Valid for (days)"), min_value=1, max_value=3650, initial=365)
    renewable_days = forms.IntegerField(
        label=_("May be renewed this many days before its end"), min_value=0, max_value=3650, initial=60
    )
    is_issued_at_once = forms.BooleanField(label=_("Issue on passing, without a certifier's decision"), required=False)

    def __init__(self, *args: Any, exams: Any, tags: Any, standards: list[Standard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exam"].queryset = exams  # type: ignore[attr-defined]
        self.fields["skill_tag"].queryset = tags  # type: ignore[attr-defined]
        self.standards = {s.public_id: s for s in standards}
        self.fields["requires"].choices = [(s.public_id, s.name) for s in standards]  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(standard: Standard) -> dict[str, Any]:
        """What the form shows of a stored standard."""
        names = [f for f in StandardForm.base_fields if f not in {"exam", "skill_tag", "requires"}]
        return {name: getattr(standard, name) for name in names} | {
            "exam": standard.exam.public_id if standard.exam else None,
            "skill_tag": standard.skill_tag.public_id,
            "requires": [s.public_id for s in standard.requires.all()],
        }

    def values(self) -> dict[str, Any]:
        """What the service takes, without what is required first."""
        return {name: value for name, value in self.cleaned_data.items() if name != "requires"}

    def required_standards(self) -> list[Standard]:
        return [self.standards[public_id] for public_id in self.cleaned_data["requires"]]
