"""Forms of judging: what a reviewer, an agent, and a client's supervisor may send."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import RowFormSet
from quality.logic.scores import EscalationVerdict, ItemSpec, Verdict
from quality.logic.smart_qa import DEFAULT_SECONDS, LISTED, TIMED, RuleSetting
from quality.models import Scorecard
from quality.states import Rule, SampleTier, UncontrollableReason


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

    def __init__(self, *args: Any, scorecard: Scorecard | None, asks_escalation: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scorecard = scorecard
        if asks_escalation:
            self.fields["justified"] = _justified()
            self.fields["justified_reason"] = forms.CharField(
                label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
            )
        self.asks_escalation = asks_escalation
        self.items = list(scorecard.items.all()) if scorecard else []
        for item in self.items:
            self.fields[f"item_{item.pk}"] = forms.IntegerField(
                label=item.title,
                help_text=item.guidance,
                min_value=0,
                max_value=item.max_points,
            )
            self.fields[f"note_{item.pk}"] = forms.CharField(
                label=_("Why (needed below full points)"), required=False, max_length=500
            )
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

    points = forms.IntegerField(label=_("Your points"), min_value=0, max_value=100)
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


class ScorecardItems(RowFormSet):
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
        ScorecardItemForm,
        formset=ScorecardItems,
        extra=1,
        min_num=1,
        max_num=20,
        absolute_max=20,
        can_delete=True,
        validate_min=True,
    ),
)


class WordList(forms.CharField):
    """Words and phrases, one a line; each once, without blank lines. At most 200 of at most 60 characters."""

    widget = forms.Textarea(attrs={"rows": 5})
    most, longest = 200, 60

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return list(
            dict.fromkeys(
                filter(None, (line.strip().lower() for line in (super().to_python(value) or "").splitlines()))
            )
        )

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))
        if len(value) > self.most:
            raise forms.ValidationError(_("At most %(n)d lines."), params={"n": self.most})
        if long := next((word for word in value if len(word) > self.longest), None):
            raise forms.ValidationError(_("This line is too long: %(line)s"), params={"line": long[: self.longest]})


class RuleForm(forms.Form):
    """Whether and how one rule of smart QA counts on a programme's scorecard."""

    is_used = forms.BooleanField(label=_("Check this"), required=False)
    deduction = forms.IntegerField(label=_("Points taken"), min_value=0, max_value=100)
    is_fatal = forms.BooleanField(label=_("Takes all points"), required=False)
    seconds = forms.IntegerField(label=_("Seconds allowed"), min_value=10, max_value=3600)
    words = WordList(label=_("Words, one a line"), required=False)

    def __init__(self, data: Any, *, rule: Rule, setting: RuleSetting | None) -> None:
        params = dict(setting.params) if setting else {}
        initial = {
            "is_used": setting is not None,
            "deduction": setting.deduction if setting else 10,
            "is_fatal": bool(setting and setting.fatal),
            "seconds": params.get("seconds", DEFAULT_SECONDS),
            "words": "\n".join(params.get("words", LISTED.get(rule, ()))),
        }
        super().__init__(data, prefix=f"rule-{rule}", initial=initial)
        self.rule, self.params = rule, params
        if rule not in TIMED:
            del self.fields["seconds"]
        if rule not in LISTED:
            del self.fields["words"]

    def setting(self) -> RuleSetting | None:
        """The cleaned rule as the service takes it; None when it is not used."""
        data = self.cleaned_data
        if not data["is_used"]:
            return None
        own: dict[str, Any] = {name: data[name] for name in ("seconds", "words") if name in data}
        return RuleSetting(self.rule, data["deduction"], data["is_fatal"], {**self.params, **own})


class RuleForms:
    """One form for each rule there is, filled from the rules of the present scorecard."""

    def __init__(self, data: Any, *, settings: Sequence[RuleSetting]) -> None:
        current = {setting.rule: setting for setting in settings}
        self.forms = [RuleForm(data, rule=rule, setting=current.get(rule)) for rule in Rule]

    def __iter__(self) -> Iterator[RuleForm]:
        return iter(self.forms)

    def is_valid(self) -> bool:
        """Every form of them, so that all mistakes show at once."""
        return not [form for form in self.forms if not form.is_valid()]

    def settings(self) -> list[RuleSetting]:
        """The rules that are used, as the service takes them."""
        return [setting for form in self.forms if (setting := form.setting()) is not None]
