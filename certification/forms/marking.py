"""Points given by a certifier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class WrittenMarkForm(forms.Form):
    """Points and a remark for each free text that waits."""

    def __init__(self, *args: Any, texts: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = [text for text in texts if text.earned is None]
        for text in self.waiting:
            self.fields[f"points_{text.position}"] = forms.DecimalField(
                label=_("Points, of %(most)s") % {"most": text.possible},
                min_value=0,
                max_value=text.possible,
                max_digits=6,
                decimal_places=2,
            )
            self.fields[f"comment_{text.position}"] = forms.CharField(
                label=_("Remark for the agent"),
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def marks(self) -> dict[int, Any]:
        return {text.position: self.cleaned_data[f"points_{text.position}"] for text in self.waiting}

    def comments(self) -> dict[int, str]:
        return {text.position: self.cleaned_data[f"comment_{text.position}"] for text in self.waiting}


class PracticalMarkForm(forms.Form):
    """Points for each criterion of a rubric, and a remark."""

    def __init__(self, *args: Any, rubric: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        for criterion in rubric:
            self.fields[f"score_{criterion['key']}"] = forms.IntegerField(
                label=f"{criterion['name']} (0-{criterion['points']})",
                min_value=0,
                max_value=criterion["points"],
                help_text=criterion["look_for"],
            )
        self.fields["comment"] = forms.CharField(
            label=_("Remark for the agent"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
        )

    def scores(self) -> dict[str, int]:
        return {c["key"]: self.cleaned_data[f"score_{c['key']}"] for c in self.rubric}
