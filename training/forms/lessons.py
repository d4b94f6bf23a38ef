"""A lesson being written: title and pass mark as a form, its content read from repeated, named fields.

Fields of a quiz: `part` (the keys in order), then `q1.prompt`, `q1.feedback`, `q1.option` (keys in order),
`q1.a.text`, `q1.right`. Of a dialogue: `part`, `n1.says`, `n1.choice` (keys in order), `n1.a.text`, `n1.a.next`,
`n1.a.points`, `n1.a.feedback`, `n1.outcome`, `n1.title`, `n1.text`. Nothing typed is cut or dropped here; the
service says what cannot be kept.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from training.forms.courses import ChangedDraftForm
from training.logic.content import Article, Choice, Content, Dialogue, Node, Option, Outcome, Question, Quiz
from training.states import LessonKind, OutcomeKind


class LessonForm(ChangedDraftForm):
    """What every lesson has beside its content."""

    title = forms.CharField(label=_("Title"), max_length=120)
    pass_percent = forms.IntegerField(
        label=_("Pass mark (%)"), min_value=1, max_value=100, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == LessonKind.ARTICLE:
            self.fields["pass_percent"].required = False
            self.fields["pass_percent"].widget = forms.HiddenInput()


def do(data: QueryDict) -> tuple[str, str]:
    """The change of shape a button asks for: verb and place, both empty for a plain save."""
    verb, _colon, where = data.get("do", "").partition(":")
    return ("", "") if verb == "save" else (verb, where)


def read_content(kind: str, data: QueryDict) -> Content:
    """The content as typed, complete or not."""
    if kind == LessonKind.QUIZ:
        return Quiz(tuple(_question(data, key) for key in data.getlist("part")))
    if kind == LessonKind.DIALOGUE:
        return Dialogue(
            scenario=data.get("scenario", ""),
            customer=data.get("customer", ""),
            nodes=tuple(_node(data, key) for key in data.getlist("part")),
        )
    return Article(data.get("markdown", ""))


def _question(data: QueryDict, key: str) -> Question:
    right = data.getlist(f"{key}.right")
    return Question(
        key=key,
        prompt=data.get(f"{key}.prompt", ""),
        options=tuple(
            Option(option, data.get(f"{key}.{option}.text", ""), option in right)
            for option in data.getlist(f"{key}.option")
        ),
        feedback=data.get(f"{key}.feedback", ""),
    )


def _node(data: QueryDict, key: str) -> Node:
    outcome = data.get(f"{key}.outcome", "")
    return Node(
        key=key,
        says=data.get(f"{key}.says", ""),
        choices=tuple(
            Choice(
                choice,
                text=data.get(f"{key}.{choice}.text", ""),
                next=data.get(f"{key}.{choice}.next", ""),
                points=_whole(data.get(f"{key}.{choice}.points", "0")),
                feedback=data.get(f"{key}.{choice}.feedback", ""),
            )
            for choice in data.getlist(f"{key}.choice")
        ),
        outcome=Outcome(OutcomeKind(outcome), data.get(f"{key}.title", ""), data.get(f"{key}.text", ""))
        if outcome in OutcomeKind.values
        else None,
    )


def _whole(text: str) -> int:
    """A whole number of at most two digits; anything else is 0 (the page offers a list to choose from)."""
    digits = text.strip().removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 2 else 0
