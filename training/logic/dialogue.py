"""The graph of a simulated dialogue: is it whole, what is the best that can be reached, where does a path lead.

A whole graph has no loops, so every conversation ends and its best score is well defined.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from training.logic.content import Choice, Dialogue, Node, Outcome, Problem
from training.states import OutcomeKind


def problems(dialogue: Dialogue) -> list[Problem]:
    """What keeps `dialogue` from being played, each at its node; none: every path ends in an outcome."""
    if not dialogue.nodes:
        return [Problem("", _("Add the customer's first turn."))]
    known = {node.key: node for node in dialogue.nodes}
    found = [] if dialogue.scenario.strip() else [Problem("", _("Describe the situation the agent is in."))]
    for node in dialogue.nodes:
        found += _problems_of_node(node, known)
    reached = reachable(dialogue)
    found += [
        Problem(node.key, _("No choice leads here. Connect it or remove it."))
        for node in dialogue.nodes
        if node.key not in reached
    ]
    looping = in_loop(dialogue)
    found += [
        Problem(key, _("The conversation can come back here and go round for ever. Break the loop."))
        for key in sorted(looping)
    ]
    if not found and best_points(dialogue) is None:
        found.append(Problem("", _("No path ends well for the customer. Give one a good or half-solved ending.")))
    elif not found and best_points(dialogue) == 0:
        found.append(Problem("", _("No path to a good ending gives points. Give points to good answers.")))
    return found


def _problems_of_node(node: Node, known: Mapping[str, Node]) -> list[Problem]:
    found = []
    if not node.says.strip() and node.outcome is None:
        found.append(Problem(node.key, _("Write what the customer says.")))
    if node.outcome is None and len(node.choices) < 2:
        found.append(Problem(node.key, _("Give the agent at least two choices, or end the conversation here.")))
    if node.outcome is not None and node.choices:
        found.append(Problem(node.key, _("The conversation ends here, so there is nothing left to choose.")))
    if node.outcome is not None and not node.outcome.title.strip():
        found.append(Problem(node.key, _("Say in a few words how it ended.")))
    for choice in node.choices:
        where = f"{node.key}.{choice.key}"
        if not choice.text.strip():
            found.append(Problem(where, _("Write what the agent says.")))
        if not choice.feedback.strip():
            found.append(Problem(where, _("Tell the agent why this is a good or a bad answer.")))
        if choice.next not in known:
            found.append(Problem(where, _("Choose the customer's next turn.")))
    return found


def reachable(dialogue: Dialogue) -> frozenset[str]:
    """Keys of the nodes that some path from the start visits."""
    known = {node.key: node for node in dialogue.nodes}
    waiting = [dialogue.nodes[0].key] if dialogue.nodes else []
    seen: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key in seen or key not in known:
            continue
        seen.add(key)
        waiting += [choice.next for choice in known[key].choices]
    return frozenset(seen)


def in_loop(dialogue: Dialogue) -> frozenset[str]:
    """Keys of the nodes from which the conversation can come back to themselves."""
    targets = {node.key: {choice.next for choice in node.choices} for node in dialogue.nodes}
    return frozenset(key for key in targets if key in _after(key, targets))


def _after(key: str, targets: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(targets[key])
    while waiting:
        here = waiting.pop()
        if here in targets and here not in seen:
            seen.add(here)
            waiting += targets[here]
    return seen


def best_points(dialogue: Dialogue) -> int | None:
    """The most points a path can collect that does not end badly (never below 0); None: there is no such path.

    Longest path over a graph without loops, by memoised depth-first search.
    """
    known = {node.key: node for node in dialogue.nodes}
    memo: dict[str, int | None] = {}

    def best_from(node: Node) -> int | None:
        if node.key not in memo:
            if node.outcome is not None:
                memo[node.key] = None if node.outcome.kind == OutcomeKind.BAD else 0
            else:
                totals = [(c.points, best_from(known[c.next])) for c in node.choices if c.next in known]
                memo[node.key] = max((points + rest for points, rest in totals if rest is not None), default=None)
        return memo[node.key]

    best = best_from(dialogue.nodes[0]) if dialogue.nodes else None
    return None if best is None else max(best, 0)


@dataclass(frozen=True)
class Turn:
    """The customer's turn and what the agent chose."""

    node: Node
    choice: Choice


@dataclass(frozen=True)
class Play:
    """Where a path of choices has led: the turns behind, the node one stands at, the points so far."""

    turns: tuple[Turn, ...]
    node: Node
    points: int

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None while the agent still has to choose."""
        return self.node.outcome


def replay(dialogue: Dialogue, choices: Sequence[str]) -> Play:
    """Follow `choices` from the start; `ValueError` when one is not offered where it is made."""
    node = dialogue.start
    if node is None:
        raise ValueError("the dialogue is empty")
    turns: list[Turn] = []
    for key in choices:
        choice = node.choice(key)
        following = dialogue.node(choice.next) if choice else None
        if choice is None or following is None:
            raise ValueError(f"{key} cannot be chosen at {node.key}")
        turns.append(Turn(node, choice))
        node = following
    return Play(tuple(turns), node, sum(turn.choice.points for turn in turns))


def shuffled(node: Node, seed: int) -> list[Choice]:
    """The node's choices in the order of the run with that seed, so that a retry is not a matter of places."""
    choices = list(node.choices)
    random.Random(f"{seed} {node.key}").shuffle(choices)  # noqa: S311 (an order, not a secret)
    return choices


def led_to_by(dialogue: Dialogue) -> dict[str, list[str]]:
    """For each node the keys of those whose choices lead to it, in order of the dialogue."""
    return {
        node.key: [other.key for other in dialogue.nodes if any(c.next == node.key for c in other.choices)]
        for node in dialogue.nodes
    }


def score(points: int, best: int) -> int:
    """Points as a share of the best, 0-100, whole percent rounded down, never below 0 or above 100."""
    return max(0, min(100, points * 100 // best)) if best > 0 else 0
