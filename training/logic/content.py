"""What the three kinds of lesson hold, read from and written to JSON, and what is wrong with it.

Reading is lenient about what a half-written draft leaves out and strict about size and type:
`ValueError` means the data cannot be a lesson at all. `problems` lists what keeps it from being published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from training.states import LessonKind, OutcomeKind

MAX_MARKDOWN = 60_000
MAX_TEXT = 2_000
MAX_QUESTIONS = 60
MAX_OPTIONS = 10
MAX_NODES = 120
MAX_CHOICES = 6
MAX_POINTS = 10
_KEY = re.compile(r"[a-z0-9_]{1,24}")
_FOREIGN_IMAGE = re.compile(r"!\[[^\]]*\]\(\s*<?(?!/learn/images/)")


@dataclass(frozen=True)
class Problem:
    """One thing to mend: `where` names the place (`q2`, `n3.a`; empty: the lesson as a whole)."""

    where: str
    message: str | Promise


# -- Articles ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Article:
    """A text in Markdown."""

    markdown: str = ""

    def problems(self) -> list[Problem]:
        """An article has text, and only pictures uploaded here."""
        found = []
        if not self.markdown.strip():
            found.append(Problem("", _("Write the article.")))
        if _FOREIGN_IMAGE.search(self.markdown):
            found.append(Problem("", _("Upload pictures here; pictures from other sites are not shown.")))
        return found


# -- Quizzes -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    """One answer to choose."""

    key: str
    text: str = ""
    is_correct: bool = False


@dataclass(frozen=True)
class Question:
    """A question with two to ten options; `feedback` is shown once it is answered."""

    key: str
    prompt: str = ""
    options: tuple[Option, ...] = ()
    feedback: str = ""

    @property
    def correct(self) -> frozenset[str]:
        """Keys of the right options."""
        return frozenset(option.key for option in self.options if option.is_correct)

    @property
    def takes_several(self) -> bool:
        """True when more than one option is right."""
        return len(self.correct) > 1

    def problems(self) -> list[Problem]:
        """A question asks something, offers two different answers and has a right one."""
        found = []
        if not self.prompt.strip():
            found.append(Problem(self.key, _("Write the question.")))
        if len(self.options) < 2:
            found.append(Problem(self.key, _("Give at least two answers.")))
        elif not self.correct:
            found.append(Problem(self.key, _("Mark the right answer.")))
        seen: set[str] = set()
        for option in self.options:
            text = option.text.strip()
            if not text:
                found.append(Problem(f"{self.key}.{option.key}", _("Write this answer or remove it.")))
            elif text in seen:
                found.append(Problem(f"{self.key}.{option.key}", _("This answer is there twice.")))
            seen.add(text)
        return found


@dataclass(frozen=True)
class Quiz:
    """Questions, asked in shuffled order."""

    questions: tuple[Question, ...] = ()

    def question(self, key: str) -> Question | None:
        """The question of that key."""
        return next((q for q in self.questions if q.key == key), None)

    def problems(self) -> list[Problem]:
        """A quiz has a question, and each question holds."""
        if not self.questions:
            return [Problem("", _("Add a question."))]
        return [problem for question in self.questions for problem in question.problems()]


# -- Simulated dialogues -------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """Something the agent may say, where it leads, and what it is worth."""

    key: str
    text: str = ""
    next: str = ""
    points: int = 0
    feedback: str = ""


@dataclass(frozen=True)
class Outcome:
    """How the conversation ended."""

    kind: OutcomeKind = OutcomeKind.GOOD
    title: str = ""
    text: str = ""


@dataclass(frozen=True)
class Node:
    """One turn of the customer; then the agent chooses, or the conversation ends with `outcome`."""

    key: str
    says: str = ""
    choices: tuple[Choice, ...] = ()
    outcome: Outcome | None = None

    def choice(self, key: str) -> Choice | None:
        """The choice of that key."""
        return next((c for c in self.choices if c.key == key), None)


@dataclass(frozen=True)
class Dialogue:
    """A branching conversation that begins at its first node."""

    scenario: str = ""
    customer: str = ""
    nodes: tuple[Node, ...] = ()

    @property
    def start(self) -> Node | None:
        """The first turn."""
        return self.nodes[0] if self.nodes else None

    def node(self, key: str) -> Node | None:
        """The node of that key."""
        return next((n for n in self.nodes if n.key == key), None)


Content = Article | Quiz | Dialogue


def empty(kind: str) -> Content:
    """What a new lesson of that kind begins with."""
    if kind == LessonKind.QUIZ:
        options = (Option("a"), Option("b"))
        return Quiz((Question("q1", options=options),))
    if kind == LessonKind.DIALOGUE:
        first = Node("n1", choices=(Choice("a", next="n2"), Choice("b", next="n2")))
        return Dialogue(nodes=(first, Node("n2", outcome=Outcome())))
    return Article()


def to_json(content: Content) -> dict[str, Any]:
    """Content as the JSON that is stored."""
    return asdict(content)


def from_json(kind: str, data: object) -> Content:
    """Read stored or sent JSON; `ValueError` says what is malformed."""
    readers: dict[str, Callable[[object], Content]] = {
        LessonKind.ARTICLE: read_article,
        LessonKind.QUIZ: read_quiz,
        LessonKind.DIALOGUE: read_dialogue,
    }
    if kind not in readers:
        raise ValueError(f"unknown kind of lesson: {kind}")
    return readers[kind](data)


def read_article(data: object) -> Article:
    """Read an article's JSON; `ValueError` as in `from_json`."""
    return Article(_text(_mapping(data, "content"), "markdown", MAX_MARKDOWN))


def read_quiz(data: object) -> Quiz:
    """Read a quiz's JSON; `ValueError` as in `from_json`."""
    fields = _mapping(data, "content")
    return Quiz(_unique(_question(q) for q in _list(fields, "questions", MAX_QUESTIONS)))


def read_dialogue(data: object) -> Dialogue:
    """Read a simulated dialogue's JSON; `ValueError` as in `from_json`."""
    fields = _mapping(data, "content")
    return Dialogue(
        scenario=_text(fields, "scenario", MAX_MARKDOWN),
        customer=_text(fields, "customer", MAX_TEXT),
        nodes=_unique(_node(n) for n in _list(fields, "nodes", MAX_NODES)),
    )


def _question(data: object) -> Question:
    fields = _mapping(data, "question")
    return Question(
        key=_key(fields),
        prompt=_text(fields, "prompt"),
        options=_unique(_option(o) for o in _list(fields, "options", MAX_OPTIONS)),
        feedback=_text(fields, "feedback"),
    )


def _option(data: object) -> Option:
    fields = _mapping(data, "option")
    return Option(_key(fields), _text(fields, "text"), fields.get("is_correct") is True)


def _node(data: object) -> Node:
    fields = _mapping(data, "node")
    outcome = fields.get("outcome")
    return Node(
        key=_key(fields),
        says=_text(fields, "says"),
        choices=_unique(_choice(c) for c in _list(fields, "choices", MAX_CHOICES)),
        outcome=None if outcome is None else _outcome(outcome),
    )


def _choice(data: object) -> Choice:
    fields = _mapping(data, "choice")
    points = fields.get("points", 0)
    if type(points) is not int or abs(points) > MAX_POINTS:
        raise ValueError(f"points must be a whole number from -{MAX_POINTS} to {MAX_POINTS}")
    target = _text(fields, "next", 24)
    return Choice(_key(fields), _text(fields, "text"), target, points, _text(fields, "feedback"))


def _outcome(data: object) -> Outcome:
    fields = _mapping(data, "outcome")
    return Outcome(OutcomeKind(fields.get("kind", "")), _text(fields, "title"), _text(fields, "text"))


def _mapping(data: object, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise ValueError(f"{what} must be an object")
    return data


def _list(fields: Mapping[str, Any], name: str, most: int) -> list[Any]:
    value = fields.get(name, [])
    if not isinstance(value, list | tuple) or len(value) > most:
        raise ValueError(f"{name} must be a list of at most {most}")
    return list(value)


def _text(fields: Mapping[str, Any], name: str, most: int = MAX_TEXT) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        raise ValueError(f"{name} must be a text of at most {most} characters")
    return value.replace("\r\n", "\n")


def _key(fields: Mapping[str, Any]) -> str:
    value = fields.get("key")
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ValueError("key must be 1 to 24 of a-z, 0-9 and _")
    return value


def _unique(parts: Iterable[Any]) -> tuple[Any, ...]:
    found = tuple(parts)
    if len({part.key for part in found}) != len(found):
        raise ValueError("keys must differ")
    return found
