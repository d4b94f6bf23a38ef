"""The pure rules: content, graphs, scores, the path. No database."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.logic import checks, content, dialogue, path, quiz
from training.logic.content import Choice, Dialogue, Node, Outcome, Question
from training.states import LessonKind, OutcomeKind, PointsReason
from training.tests.factories import dialogue_content, quiz_content

END = Outcome(OutcomeKind.GOOD, "Solved")


def node(key: str, *targets: tuple[str, int]) -> Node:
    return Node(
        key,
        says="…",
        choices=tuple(
            Choice(f"c{n}", text="say", next=target, points=points, feedback="why")
            for n, (target, points) in enumerate(targets)
        ),
    )


def scene(*nodes: Node) -> Dialogue:
    return Dialogue(scenario="A late parcel.", nodes=nodes)


def places(found: list[content.Problem]) -> list[str]:
    return [problem.where for problem in found]


# -- Graphs --------------------------------------------------------------------------------------


def test_a_whole_dialogue_has_no_problems():
    assert checks.problems(content.read_dialogue(dialogue_content())) == []


@pytest.mark.parametrize(
    ("nodes", "where"),
    [
        ((), [""]),
        ((node("n1", ("n2", 1), ("n2", 0)), Node("n2", outcome=END), Node("n3", outcome=END)), ["n3"]),
        ((node("n1", ("n2", 1), ("nowhere", 0)), Node("n2", outcome=END)), ["n1.c1"]),
        ((node("n1", ("n2", 1)), Node("n2", outcome=END)), ["n1"]),
        ((Node("n1", says="Hello?"),), ["n1"]),
        ((node("n1", ("n2", 1), ("n1", 0)), Node("n2", outcome=END)), ["n1"]),
        ((node("n1", ("n2", 1), ("n2", 0)), Node("n2", outcome=Outcome(OutcomeKind.BAD, "Gone"))), [""]),
        ((node("n1", ("n2", 0), ("n2", -1)), Node("n2", outcome=END)), [""]),
        ((node("n1", ("n2", 1), ("n2", 0)), Node("n2", outcome=Outcome())), ["n2"]),
    ],
    ids=["empty", "unreachable", "to-nowhere", "one-choice", "dead-end", "loop", "only-bad", "worthless", "untitled"],
)
def test_problems_are_named_at_their_node(nodes, where):
    assert places(dialogue.problems(scene(*nodes))) == where


def test_a_longer_loop_is_named_at_each_of_its_nodes():
    found = dialogue.in_loop(
        scene(node("n1", ("n2", 1), ("end", 1)), node("n2", ("n3", 0), ("end", 0)), node("n3", ("n2", 0)), node("end"))
    )
    assert found == {"n2", "n3"}


@st.composite
def graphs(draw):
    """Any graph of up to 7 nodes: whole, broken, looping."""
    keys = [f"n{n}" for n in range(draw(st.integers(1, 7)))]
    targets = st.sampled_from([*keys, "nowhere"])
    nodes = []
    for key in keys:
        if draw(st.booleans()):
            nodes.append(Node(key, outcome=Outcome(draw(st.sampled_from(OutcomeKind)), "End")))
        else:
            nodes.append(node(key, *draw(st.lists(st.tuples(targets, st.integers(-3, 5)), min_size=1, max_size=3))))
    return scene(*nodes)


def all_paths(of: Dialogue, limit: int = 5000) -> list[list[str]]:
    done, waiting = [], [[]]
    while waiting:
        choices = waiting.pop()
        play = dialogue.replay(of, choices)
        if play.outcome is not None:
            done.append(choices)
        else:
            waiting += [[*choices, choice.key] for choice in play.node.choices]
        assert len(done) + len(waiting) < limit
    return done


@given(graphs())
def test_every_path_of_a_whole_dialogue_ends_and_the_best_is_the_best(of):
    if dialogue.problems(of):
        return
    plays = [dialogue.replay(of, choices) for choices in all_paths(of)]
    assert all(play.outcome is not None for play in plays)
    assert {turn.node.key for play in plays for turn in play.turns} | {p.node.key for p in plays} == {
        n.key for n in of.nodes
    }
    passing = [play.points for play in plays if play.outcome.kind != OutcomeKind.BAD]
    assert dialogue.best_points(of) == max(passing)
    assert all(0 <= dialogue.score(play.points, max(passing)) <= 100 for play in plays)
    assert 100 in [dialogue.score(points, max(passing)) for points in passing]


@given(graphs())
def test_finding_problems_never_fails(of):
    assert all(isinstance(problem, content.Problem) for problem in dialogue.problems(of))


def test_a_path_that_is_not_offered_is_refused():
    with pytest.raises(ValueError, match="cannot be chosen"):
        dialogue.replay(content.read_dialogue(dialogue_content()), ["a", "z"])


@pytest.mark.parametrize(("points", "best", "percent"), [(8, 8, 100), (6, 8, 75), (-2, 8, 0), (5, 7, 71), (3, 0, 0)])
def test_dialogue_scores_round_down(points, best, percent):
    assert dialogue.score(points, best) == percent


# -- Quizzes -------------------------------------------------------------------------------------

QUIZ = content.read_quiz(quiz_content())


@pytest.mark.parametrize(
    ("key", "chosen", "worth"),
    [
        ("q1", "a", 1),
        ("q1", "b", 0),
        ("q1", "ab", 0),
        ("q2", "ab", 1),
        ("q2", "a", Fraction(1, 2)),
        ("q2", "ac", 0),
        ("q2", "abc", Fraction(1, 2)),
        ("q2", "c", 0),
    ],
)
def test_answers_are_worth(key, chosen, worth):
    assert quiz.worth(QUIZ.question(key), chosen) == worth


@given(st.integers(0, 2**48))
def test_a_seed_fixes_the_order_and_loses_nothing(seed):
    once, again = quiz.shuffled(QUIZ, seed), quiz.shuffled(QUIZ, seed)
    assert once == again
    assert {q.key: frozenset(q.options) for q in once} == {q.key: frozenset(q.options) for q in QUIZ.questions}


def test_seeds_give_different_orders():
    assert len({tuple(q.key for q in quiz.shuffled(QUIZ, seed)) for seed in range(20)}) == 2


@given(st.lists(st.fractions(0, 1), max_size=20))
def test_scores_are_whole_percent_and_never_rounded_up(worths):
    score = quiz.score(worths)
    assert 0 <= score <= 100
    if worths:
        assert score <= sum(worths) * 100 / len(worths) < score + 1


def test_a_run_is_replayed_from_its_steps():
    play = quiz.replay(QUIZ, 7, [("q2", ["a"])])
    assert play.current.key == "q1"
    assert (play.score, play.right) == (25, 0)
    done = quiz.replay(QUIZ, 7, [("q2", ["a", "b"]), ("q1", ["a"])])
    assert (done.current, done.score, done.right) == (None, 100, 2)


@pytest.mark.parametrize("steps", [[("q9", "a")], [("q1", "z")], [("q1", "a"), ("q1", "a")]])
def test_a_run_refuses_what_was_not_asked(steps):
    with pytest.raises(ValueError, match="cannot be answered"):
        quiz.replay(QUIZ, 1, steps)


# -- Content -------------------------------------------------------------------------------------

json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["key", "markdown", "questions", "options", "nodes", "choices", "outcome", "text", "points"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(LessonKind), json_like)
def test_reading_anything_gives_content_or_value_error(kind, data):
    try:
        read = content.from_json(kind, data)
    except ValueError:
        return
    assert content.from_json(kind, content.to_json(read)) == read
    checks.problems(read)


@pytest.mark.parametrize("kind", LessonKind)
def test_new_lessons_can_be_stored_and_need_work(kind):
    fresh = content.empty(kind)
    assert content.from_json(kind, content.to_json(fresh)) == fresh
    assert checks.problems(fresh)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (LessonKind.ARTICLE, []),
        (LessonKind.ARTICLE, {"markdown": "x" * (content.MAX_MARKDOWN + 1)}),
        (LessonKind.ARTICLE, {"markdown": "a\x00b"}),
        (LessonKind.QUIZ, {"questions": [{"key": "Q 1"}]}),
        (LessonKind.QUIZ, {"questions": [{"key": "q1"}, {"key": "q1"}]}),
        (LessonKind.QUIZ, {"questions": [{"key": "q1"}] * 61}),
        (LessonKind.DIALOGUE, {"nodes": [{"key": "n1", "choices": [{"key": "a", "points": 11}]}]}),
        (LessonKind.DIALOGUE, {"nodes": [{"key": "n1", "choices": [{"key": "a", "points": True}]}]}),
        (LessonKind.DIALOGUE, {"nodes": [{"key": "n1", "outcome": {"kind": "splendid"}}]}),
        ("video", {}),
    ],
)
def test_malformed_content_is_refused(kind, data):
    with pytest.raises(ValueError, match=r"must|differ|unknown|valid"):
        content.from_json(kind, data)


def test_an_article_shows_only_pictures_uploaded_here():
    good = content.Article("![A form](/learn/images/img_01jd3k5w1r8m0q2y7x9z4t6v5b/)")
    assert good.problems() == []
    for url in ("https://elsewhere.example/a.png", "//elsewhere.example/a.png", "data:image/png;base64,AA"):
        assert len(content.Article(f"Look: ![x]({url})").problems()) == 1


def test_a_question_says_what_it_lacks():
    assert places(Question("q1").problems()) == ["q1", "q1"]
    twice = (content.Option("a", "Yes", True), content.Option("b", " Yes"))
    assert places(Question("q1", "Ready?", twice).problems()) == ["q1.b"]


# -- The path ------------------------------------------------------------------------------------

RUNGS = [path.Rung(1, (11, 12)), path.Rung(2, (21,)), path.Rung(3, (31,))]


@pytest.mark.parametrize(
    ("passed", "opened", "following"),
    [
        (set(), {1}, 11),
        ({11}, {1}, 12),
        ({12}, {1}, 11),
        ({11, 12}, {1, 2}, 21),
        ({11, 12, 21}, {1, 2, 3}, 31),
        ({11, 12, 21, 31}, {1, 2, 3}, None),
        ({21, 31}, {1}, 11),
    ],
)
def test_levels_open_one_after_the_other(passed, opened, following):
    assert path.open_levels(RUNGS, passed) == opened
    assert path.next_lesson(RUNGS, passed) == following


@given(st.sets(st.sampled_from([11, 12, 21, 31])))
def test_the_next_lesson_is_always_in_an_open_level(passed):
    following = path.next_lesson(RUNGS, passed)
    opened = path.open_levels(RUNGS, passed)
    assert following is None or any(following in rung.lesson_ids for rung in RUNGS if rung.level_id in opened)


def test_points_and_course_scores():
    kinds = [path.points_for(PointsReason.LESSON_PASSED, kind) for kind in ("article", "quiz", "dialogue")]
    assert kinds == [10, 20, 30]
    assert path.points_for(PointsReason.COURSE_COMPLETED) == 50
    assert path.course_score([]) == 100
    assert path.course_score([100, 75, 90]) == 88


TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(("ago", "days"), [((), 0), ((0,), 1), ((1,), 1), ((2,), 0), ((0, 1, 2, 4), 3), ((1, 2), 2)])
def test_a_streak_counts_days_in_a_row_and_today_may_still_come(ago, days):
    assert path.streak_days({TODAY - timedelta(days=n) for n in ago}, TODAY) == days
