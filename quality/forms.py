"""Forms of judging: what a reviewer, an agent, and a client's supervisor may send."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from quality.logic.scores import EscalationVerdict, ItemSpec, Verdict
from quality.models import Scorecard
from quality.states import SampleTier, UncontrollableReason


class ReviewForm(forms.Form):
    """Points, a note and a message for every item of one scorecard, and one comment.

    Where the segment was handed to an expert and nobody has judged that yet, also whether it was justified.
    """

    comment = forms.CharField(
        label=_("What the agent should know"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, scorecard: Scorecard, asks_escalation: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_escalation:
            self.fields["justified"] = _justified()
            self.fields["justified_reason"] = forms.CharField(
                label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
            )
        self.asks_escalation = asks_escalation
        self.items = list(scorecard.items.all())
        for item in self.items:
            self.fields[f"item_{item.pk}"] = forms.IntegerField(
                label=item.title,
                help_text=item.guidance,
                min_value=0,
                max_value=item.max_points,
            )
            self.fields[f"note_{item.pk}"] = forms.CharField(label=_("Why"), required=False, max_length=500)
            self.fields[f"seq_{item.pk}"] = forms.IntegerField(
                label=_("Message no."), required=False, min_value=1, max_value=2_000_000_000
            )
        self.order_fields([*[name for name in self.fields if name != "comment"], "comment"])

    def rows(self) -> list[dict[str, Any]]:
        """The fields of each item, for the template."""
        return [
            {
                "item": item,
                "points": self[f"item_{item.pk}"],
                "note": self[f"note_{item.pk}"],
                "seq": self[f"seq_{item.pk}"],
            }
            for item in self.items
        ]

    def verdicts(self) -> dict[int, Verdict]:
        """The cleaned form as the service takes it."""
        data = self.cleaned_data
        return {
            item.pk: Verdict(data[f"item_{item.pk}"], data[f"note_{item.pk}"], data[f"seq_{item.pk}"])
            for item in self.items
        }

    def escalation(self) -> EscalationVerdict | None:
        """The judgement of the escalation, where one was asked for."""
        if not self.asks_escalation:
            return None
        data = self.cleaned_data
        return EscalationVerdict(data["justified"] == "yes", data["justified_reason"])


def _justified() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Was handing it to an expert justified?"),
        choices=[("yes", _("Yes, it needed an expert")), ("no", _("No, the agent could have solved it"))],
        widget=forms.RadioSelect,
    )


class EscalationAnswerForm(forms.Form):
    """A second reviewer's decision on an escalation, and the answer to the agent."""

    justified = _justified()
    answer = forms.CharField(label=_("Answer to the agent"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class AppealForm(forms.Form):
    """Why an agent sees one item differently."""

    reason = forms.CharField(
        label=_("Why do you see it differently?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class DecisionForm(forms.Form):
    """A second reviewer's own points for one item, and the answer to the agent."""

    points = forms.IntegerField(label=_("Your points"), min_value=0)
    answer = forms.CharField(label=_("Answer to the agent"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, max_points: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"] = forms.IntegerField(
            label=_("Your points"), help_text=_("0 to %(max)d") % {"max": max_points}, min_value=0, max_value=max_points
        )


class MarkForm(forms.Form):
    """Why a rating was not in the agent's hands."""

    reason = forms.ChoiceField(label=_("What caused it"), choices=UncontrollableReason.choices)


class QueueFilterForm(forms.Form):
    """Which part of the review queue to show."""

    tier = forms.ChoiceField(label=_("Why chosen"), required=False, choices=[("", _("All")), *SampleTier.choices])


class RatingForm(forms.Form):
    """What a customer sends at the end."""

    csat = forms.IntegerField(min_value=1, max_value=5)
    comment = forms.CharField(required=False, max_length=1000)


class ScorecardItemForm(forms.Form):
    """One criterion of a new scorecard version."""

    title_en = forms.CharField(label=_("Title (English)"), max_length=120)
    title_zh = forms.CharField(label=_("Title (Chinese)"), max_length=120)
    guidance_en = forms.CharField(label=_("Guidance (English)"), required=False, max_length=500)
    guidance_zh = forms.CharField(label=_("Guidance (Chinese)"), required=False, max_length=500)
    max_points = forms.IntegerField(label=_("Points"), min_value=1, max_value=100)
    is_fatal = forms.BooleanField(label=_("Failing it fails the whole review"), required=False)


class ScorecardItems(forms.BaseFormSet):
    """The criteria of a new version; their points add up to 100."""

    def clean(self) -> None:
        """Say what the points add up to where they do not add up to 100."""
        if any(self.errors):
            return
        total = sum(form.cleaned_data.get("max_points", 0) for form in self._kept())
        if total != 100:
            raise forms.ValidationError(
                _("The points add up to %(total)d. They must add up to 100."), params={"total": total}
            )

    def _kept(self) -> list[ScorecardItemForm]:
        return [f for f in self.forms if f.cleaned_data and not f.cleaned_data.get("DELETE")]

    def specs(self) -> list[ItemSpec]:
        """The cleaned rows as the service takes them."""
        names = ("title_en", "title_zh", "guidance_en", "guidance_zh", "max_points", "is_fatal")
        return [ItemSpec(**{name: form.cleaned_data[name] for name in names}) for form in self._kept()]


ScorecardFormSet = cast(
    type[ScorecardItems],
    forms.formset_factory(
        ScorecardItemForm, formset=ScorecardItems, extra=0, min_num=1, max_num=20, can_delete=True, validate_min=True
    ),
)
