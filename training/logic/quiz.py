"""Quizzes: the order of one run, what an answer is worth, the score of a run."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from training.logic.content import Question, Quiz


def shuffled(quiz: Quiz, seed: int) -> list[Question]:
    """The questions, and the options of each, in the order of the run with that seed."""
    source = random.Random(seed)  # noqa: S311 (an order, not a secret)
    questions = list(quiz.questions)
    source.shuffle(questions)
    return [replace(q, options=tuple(source.sample(q.options, len(q.options)))) for q in questions]


def worth(question: Question, given: Iterable[str]) -> Fraction:
    """What an answer is worth, 0 to 1.

    One right option: all or nothing. Several: each right one chosen adds its share, each wrong one
    chosen takes a share away, never below 0. So choosing everything gains nothing by itself.
    """
    chosen, correct = frozenset(given), question.correct
    if not correct:
        return Fraction(0)
    if not question.takes_several:
        return Fraction(int(chosen == correct))
    return max(Fraction(0), Fraction(len(chosen & correct) - len(chosen - correct), len(correct)))


def score(worths: Sequence[Fraction]) -> int:
    """The mean of the answers' worths as whole percent, rounded down."""
    return int(sum(worths, Fraction(0)) * 100 / len(worths)) if worths else 0


@dataclass(frozen=True)
class Answered:
    """A question as it was asked, and what was answered."""

    question: Question
    given: frozenset[str]

    @property
    def worth(self) -> Fraction:
        """0 to 1, see `worth`."""
        return worth(self.question, self.given)

    @property
    def is_right(self) -> bool:
        """Everything right and nothing wrong chosen."""
        return self.given == self.question.correct


@dataclass(frozen=True)
class QuizPlay:
    """A run so far: the questions in its order and the answers given, in the order they were given."""

    questions: tuple[Question, ...]
    answered: tuple[Answered, ...]

    @property
    def current(self) -> Question | None:
        """The first question not answered yet; None when the run is over."""
        done = {a.question.key for a in self.answered}
        return next((q for q in self.questions if q.key not in done), None)

    @property
    def done(self) -> int:
        """How many questions are answered."""
        return len(self.answered)

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self.questions)

    @property
    def score(self) -> int:
        """0-100 over all questions; those not answered are worth nothing."""
        return score([a.worth for a in self.answered] + [Fraction(0)] * (self.total - self.done))

    @property
    def right(self) -> int:
        """How many answers were right."""
        return sum(a.is_right for a in self.answered)

    def answer_to(self, key: str) -> Answered | None:
        """What was answered to the question of that key."""
        return next((a for a in self.answered if a.question.key == key), None)


def replay(quiz: Quiz, seed: int, steps: Iterable[tuple[str, Iterable[str]]]) -> QuizPlay:
    """The run with that seed after `steps` of (question key, option keys); `ValueError` for what was never asked."""
    questions = {question.key: question for question in shuffled(quiz, seed)}
    answered: dict[str, Answered] = {}
    for key, given in steps:
        question = questions.get(key)
        chosen = frozenset(given)
        if question is None or key in answered or not chosen <= {option.key for option in question.options}:
            raise ValueError(f"{key} cannot be answered with {sorted(chosen)}")
        answered[key] = Answered(question, chosen)
    return QuizPlay(tuple(questions.values()), tuple(answered.values()))
