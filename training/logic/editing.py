"""Changes of a lesson's shape while it is written: questions, options, turns and choices come, move and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from training.logic.content import (
    MAX_CHOICES,
    MAX_NODES,
    MAX_OPTIONS,
    MAX_QUESTIONS,
    Choice,
    Content,
    Dialogue,
    Node,
    Option,
    Outcome,
    Question,
    Quiz,
)

P = TypeVar("P", Question, Node)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
NEW_NODE = "+"
"""As a choice's next turn: make a new turn and lead there."""


def apply(content: Content, verb: str, where: str) -> tuple[Content, str]:
    """Return `content` after one change, and the place it concerns, to go on from there.

    `verb` is `add`, `remove`, `up`, `down`, `end` or `go_on` (a dialogue's turn), `where` a key such as
    `q2` or `q2.b`, or empty for the lesson itself. What cannot be done leaves the content as it is; ending a
    conversation at a turn drops only choices nobody has written in.
    """
    if isinstance(content, Quiz):
        questions, place = _change(content.questions, verb, where, _new_question, _change_options, MAX_QUESTIONS)
        return replace(content, questions=questions), place
    if isinstance(content, Dialogue):
        nodes, place = _change(content.nodes, verb, where, _new_node, _change_choices, MAX_NODES)
        return replace(content, nodes=nodes), place
    return content, ""


def connect(content: Content) -> Content:
    """Make the turns that choices ask for with `NEW_NODE`, each behind the turn that asks for it."""
    if not isinstance(content, Dialogue):
        return content
    nodes = list(content.nodes)
    for index in range(len(nodes) - 1, -1, -1):
        choices = []
        for choice in nodes[index].choices:
            if choice.next == NEW_NODE and len(nodes) < MAX_NODES:
                fresh = _new_node(nodes)
                nodes.insert(index + 1, fresh)
                choices.append(replace(choice, next=fresh.key))
            else:
                choices.append(choice)
        nodes[index] = replace(nodes[index], choices=tuple(choices))
    return replace(content, nodes=tuple(nodes))


def _change(
    parts: tuple[P, ...],
    verb: str,
    where: str,
    make: Callable[[Sequence[P]], P],
    inside: Callable[[P, str, str], P],
    most: int,
) -> tuple[tuple[P, ...], str]:
    key, _dot, inner = where.partition(".")
    rows = list(parts)
    if verb == "add" and not where:
        if len(rows) < most:
            rows.append(make(rows))
        return tuple(rows), rows[-1].key
    index = next((i for i, part in enumerate(rows) if part.key == key), None)
    if index is None:
        return parts, ""
    if inner or verb in {"add", "end", "go_on"}:
        rows[index] = inside(rows[index], verb, inner)
    elif verb == "remove":
        rows.pop(index)
        key = rows[min(index, len(rows) - 1)].key if rows else ""
    else:
        other = index + {"up": -1, "down": 1}.get(verb, 0)
        if 0 <= other < len(rows):
            rows[index], rows[other] = rows[other], rows[index]
    return tuple(rows), key


def _change_options(question: Question, verb: str, inner: str) -> Question:
    options = list(question.options)
    if verb == "add" and len(options) < MAX_OPTIONS:
        options.append(Option(_free_letter([option.key for option in options])))
    elif verb == "remove":
        options = [option for option in options if option.key != inner]
    return replace(question, options=tuple(options))


def _change_choices(node: Node, verb: str, inner: str) -> Node:
    choices = list(node.choices)
    if verb == "add" and len(choices) < MAX_CHOICES:
        choices.append(Choice(_free_letter([choice.key for choice in choices])))
    elif verb == "remove":
        choices = [choice for choice in choices if choice.key != inner]
    elif verb == "end":
        typed = tuple(choice for choice in choices if choice.text.strip() or choice.feedback.strip())
        return replace(node, outcome=node.outcome or Outcome(), choices=typed)
    elif verb == "go_on":
        return replace(node, outcome=None, choices=tuple(choices) or (Choice("a"), Choice("b")))
    return replace(node, choices=tuple(choices))


def _free_letter(taken: Sequence[str]) -> str:
    return next(letter for letter in LETTERS if letter not in taken)


def _numbered(letter: str, taken: Sequence[str]) -> str:
    number = len(taken) + 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


def _new_question(rows: Sequence[Question]) -> Question:
    return Question(_numbered("q", [row.key for row in rows]), options=(Option("a"), Option("b")))


def _new_node(rows: Sequence[Node]) -> Node:
    return Node(_numbered("n", [row.key for row in rows]), choices=(Choice("a"), Choice("b")))
