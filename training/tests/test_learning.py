"""Learning: enrolment, levels, runs step by step, points once, versions; and who may."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import PLATFORM
from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, NewAgentFactory, agent_actor, staff_actor
from core.errors import Invalid, NotAllowed, NotFound
from training import selectors, services
from training.errors import LevelLocked, NotEnrolled, NothingToLearn, StepGone, WrongKind
from training.events import CourseCompleted, LessonPassed
from training.models import Course, Enrolment, LessonProgress, LessonRun, PointsEntry
from training.states import PointsReason, ProgressState
from training.tests.factories import AT, article_content, draft_course, lessons_of, published_course, revision_of

pytestmark = pytest.mark.django_db
RIGHT = {"q1": ["a"], "q2": ["a", "b"]}


class Learner:
    """An agent in a course, and the verbs of learning with most arguments filled in."""

    def __init__(self, course: Course) -> None:
        self.agent = AgentFactory()
        self.actor = agent_actor(self.agent)
        self.course = course
        self.enrolment = services.enrol(actor=self.actor, agent=self.agent, course=course, at=AT)
        self.article, self.quiz, self.dialogue = lessons_of(course)

    def on(self, lesson) -> dict:
        return {"actor": self.actor, "enrolment": self.enrolment, "lesson": lesson, "at": AT}

    def read(self) -> LessonProgress:
        return services.complete_article(**self.on(self.article))

    def start(self, lesson) -> LessonRun:
        return services.start_run(**self.on(lesson))

    def answer(self, run: LessonRun, question: str, given: list[str]) -> LessonRun:
        return services.answer_question(**self.on(self.quiz), run_id=run.public_id, question=question, given=given)

    def say(self, run: LessonRun, node: str, choice: str) -> LessonRun:
        return services.advance_dialogue(**self.on(self.dialogue), run_id=run.public_id, node=node, choice=choice)

    def finish(self) -> None:
        self.read()
        services.submit_quiz(**self.on(self.quiz), answers=RIGHT)
        run = self.start(self.dialogue)
        self.say(run, "n1", "a")
        self.say(run, "n2", "a")

    def points(self) -> int:
        return sum(PointsEntry.objects.filter(agent=self.agent).values_list("points", flat=True))

    def states(self) -> list[str]:
        return [step.state for step in selectors.course_path(actor=self.actor, course=self.course).steps]


@pytest.fixture
def learner():
    return Learner(published_course())


@pytest.fixture
def events(monkeypatch):
    published = []
    for module in ("training.services.learning", "training.services.drafting"):
        monkeypatch.setattr(f"{module}.publish", published.append)
    return published


# -- Enrolment -----------------------------------------------------------------------------------


def test_enrolling_twice_is_enrolling_once(learner):
    again = services.enrol(actor=learner.actor, agent=learner.agent, course=learner.course, at=AT + timedelta(days=1))
    assert again == learner.enrolment
    assert (again.version.number, again.started_at) == (1, AT)


def test_a_draft_cannot_be_learned():
    agent = AgentFactory()
    with pytest.raises(NothingToLearn):
        services.enrol(actor=agent_actor(agent), agent=agent, course=draft_course(), at=AT)


def test_learning_is_for_onboarded_agents_and_only_for_oneself():
    course, fresh, agent = published_course(), NewAgentFactory(), AgentFactory()
    with pytest.raises(NotAllowed):
        services.enrol(actor=agent_actor(fresh), agent=fresh, course=course, at=AT)
    with pytest.raises(NotAllowed):
        services.enrol(actor=staff_actor(StaffRole.TRAINER), agent=agent, course=course, at=AT)
    with pytest.raises(NotFound):
        services.enrol(actor=agent_actor(AgentFactory()), agent=agent, course=course, at=AT)
    assert Enrolment.objects.count() == 0


def test_another_agents_enrolment_is_not_there(learner):
    other = Learner(learner.course)
    learner.read()
    run = learner.start(learner.quiz)
    for refused in (
        lambda: services.complete_article(**{**learner.on(learner.article), "actor": other.actor}),
        lambda: services.start_run(**{**learner.on(learner.quiz), "actor": other.actor}),
        lambda: services.answer_question(
            **{**learner.on(learner.quiz), "actor": other.actor}, run_id=run.public_id, question="q1", given=["a"]
        ),
        lambda: services.move_to_newest_version(actor=other.actor, enrolment=learner.enrolment, at=AT),
        lambda: selectors.course_progress(actor=other.actor, agent=learner.agent),
        lambda: selectors.points_of(actor=other.actor, agent=learner.agent, at=AT),
    ):
        with pytest.raises(NotFound):
            refused()
    run.refresh_from_db()
    assert run.steps == []
    other.read()
    with pytest.raises(NotEnrolled):
        other.answer(run, "q1", ["a"])


# -- Levels and lessons --------------------------------------------------------------------------


def test_levels_open_when_the_one_before_is_passed(learner):
    assert learner.states() == ["open", "locked", "locked"]
    with pytest.raises(LevelLocked):
        learner.start(learner.quiz)
    learner.read()
    assert learner.states() == ["passed", "open", "open"]
    learner.start(learner.dialogue)
    assert learner.states() == ["passed", "open", "started"]


def test_a_lesson_is_worked_on_as_what_it_is(learner):
    learner.read()
    with pytest.raises(WrongKind):
        services.complete_article(**learner.on(learner.quiz))
    with pytest.raises(WrongKind):
        learner.start(learner.article)
    run = learner.start(learner.quiz)
    with pytest.raises(WrongKind):
        services.advance_dialogue(**learner.on(learner.quiz), run_id=run.public_id, node="n1", choice="a")


def test_a_lesson_of_another_course_is_not_there(learner):
    with pytest.raises(NotFound):
        services.complete_article(**learner.on(lessons_of(published_course())[0]))


# -- Quizzes -------------------------------------------------------------------------------------


def test_a_quiz_is_saved_answer_by_answer(learner):
    learner.read()
    run = learner.start(learner.quiz)
    learner.answer(run, "q2", ["b", "a"])
    assert learner.start(learner.quiz) == run
    at_hand = selectors.lesson_at_hand(actor=learner.actor, public_id=learner.quiz.public_id)
    assert at_hand.quiz.current.key == "q1"
    assert at_hand.quiz.answer_to("q2").is_right
    run = learner.answer(run, "q1", ["a"])
    assert (run.score, run.has_passed, run.finished_at) == (100, True, AT)
    assert learner.states() == ["passed", "passed", "open"]


def test_a_failed_quiz_is_tried_again_in_a_new_run(learner):
    learner.read()
    first = services.submit_quiz(**learner.on(learner.quiz), answers={"q1": ["a"], "q2": ["a"]})
    assert (first.score, first.has_passed) == (75, False)
    assert learner.states() == ["passed", "started", "open"]
    second = learner.start(learner.quiz)
    assert (second.number, second.steps) == (2, [])
    assert second.seed != first.seed
    services.submit_quiz(**learner.on(learner.quiz), answers=RIGHT)
    third = services.submit_quiz(**learner.on(learner.quiz), answers={"q1": ["b"], "q2": ["c"]})
    assert (third.number, third.score, third.has_passed) == (3, 0, False)
    progress = LessonProgress.objects.get(lesson=learner.quiz)
    assert (progress.state, progress.best_score) == (ProgressState.PASSED, 100)


def test_the_same_answer_twice_is_harmless_another_is_refused(learner):
    learner.read()
    run = learner.start(learner.quiz)
    learner.answer(run, "q2", ["a", "b"])
    assert learner.answer(run, "q2", ["b", "a"]).steps == [{"question": "q2", "given": ["a", "b"]}]
    with pytest.raises(StepGone):
        learner.answer(run, "q2", ["c"])
    run = learner.answer(run, "q1", ["a"])
    assert learner.answer(run, "q1", ["a"]).score == 100


@pytest.mark.parametrize(("question", "given"), [("q1", []), ("q1", ["z"]), ("q9", ["a"]), ("", ["a"])])
def test_an_answer_that_was_not_offered_changes_nothing(learner, question, given):
    learner.read()
    run = learner.start(learner.quiz)
    with pytest.raises(Invalid) as refused:
        learner.answer(run, question, given)
    assert list(refused.value.fields) == ["given"]
    run.refresh_from_db()
    assert run.steps == []


# -- Dialogues -----------------------------------------------------------------------------------


def test_a_dialogue_is_saved_choice_by_choice(learner):
    learner.read()
    run = learner.start(learner.dialogue)
    learner.say(run, "n1", "a")
    at_hand = selectors.lesson_at_hand(actor=learner.actor, public_id=learner.dialogue.public_id)
    assert (at_hand.dialogue.node.key, at_hand.dialogue.points) == ("n2", 5)
    run = learner.say(run, "n2", "a")
    assert (run.score, run.has_passed) == (100, True)


@pytest.mark.parametrize(
    ("choices", "score"), [([("n1", "a"), ("n2", "b")], 75), ([("n1", "b")], 0)], ids=["half-solved", "bad"]
)
def test_a_dialogue_that_goes_badly_is_not_passed(learner, choices, score):
    learner.read()
    run = learner.start(learner.dialogue)
    for node, choice in choices:
        run = learner.say(run, node, choice)
    assert (run.score, run.has_passed) == (score, False)
    assert learner.states()[2] == "started"
    assert learner.start(learner.dialogue).number == 2


def test_a_choice_on_another_device_is_not_overwritten(learner):
    learner.read()
    run = learner.start(learner.dialogue)
    learner.say(run, "n1", "a")
    assert len(learner.say(run, "n1", "a").steps) == 1
    with pytest.raises(StepGone):
        learner.say(run, "n1", "b")
    with pytest.raises(StepGone):
        learner.say(run, "good", "a")
    with pytest.raises(Invalid):
        learner.say(run, "n2", "z")
    run.refresh_from_db()
    assert run.steps == [{"node": "n1", "choice": "a"}]


# -- Points and completion -----------------------------------------------------------------------


def test_points_are_given_once_for_each_lesson_and_course(learner):
    learner.read()
    learner.read()
    assert learner.points() == 10
    learner.finish()
    assert learner.points() == 10 + 20 + 30 + 50
    learner.finish()
    services.submit_quiz(**learner.on(learner.quiz), answers=RIGHT)
    assert learner.points() == 110
    points = selectors.points_of(actor=learner.actor, agent=learner.agent, at=AT + timedelta(days=1))
    assert (points.total, points.week, points.streak_days) == (110, 110, 1)
    later = selectors.points_of(actor=learner.actor, agent=learner.agent, at=AT + timedelta(days=8))
    assert (later.total, later.week, later.streak_days) == (110, 0, 0)


def test_completing_a_course_is_told_once_with_the_score(learner, events):
    learner.read()
    services.submit_quiz(**learner.on(learner.quiz), answers=RIGHT)
    run = learner.start(learner.dialogue)
    learner.say(run, "n1", "a")
    learner.say(run, "n2", "b")
    assert [type(event) for event in events] == [LessonPassed, LessonPassed]
    learner.finish()
    assert events[2:] == [
        LessonPassed(agent_id=learner.agent.pk, lesson_id=learner.dialogue.pk, at=AT),
        CourseCompleted(
            agent_id=learner.agent.pk,
            course_id=learner.course.pk,
            version_id=learner.enrolment.version_id,
            score=100,
            at=AT,
        ),
    ]
    enrolment = Enrolment.objects.get(pk=learner.enrolment.pk)
    assert (enrolment.completed_at, enrolment.score) == (AT, 100)
    events.clear()
    learner.finish()
    assert events == []


# -- Versions ------------------------------------------------------------------------------------


def new_version(course: Course, **changed: str) -> None:
    """Publish a version in which the article reads otherwise."""
    draft = services.start_draft(actor=PLATFORM, course=course, at=AT)
    article = lessons_of(course)[0]
    services.save_lesson(
        actor=PLATFORM,
        lesson=article,
        title=article.title,
        content=article_content("Listen twice."),
        pass_percent=80,
        revision=1,
        at=AT,
    )
    services.publish_version(actor=PLATFORM, version=draft, changes="New.", revision=revision_of(draft), at=AT)


def test_an_enrolment_stays_in_its_version(learner):
    learner.read()
    new_version(learner.course)
    way = selectors.course_path(actor=learner.actor, course=learner.course)
    assert (way.version.number, way.newer.number, way.passed) == (1, 2, 1)
    assert services.enrol(actor=learner.actor, agent=learner.agent, course=learner.course, at=AT) == learner.enrolment
    other = AgentFactory()
    assert services.enrol(actor=agent_actor(other), agent=other, course=learner.course, at=AT).version.number == 2


def test_moving_to_the_newest_version_keeps_what_did_not_change_and_gives_no_points_again(learner):
    learner.finish()
    new_version(learner.course)
    moved = services.move_to_newest_version(actor=learner.actor, enrolment=learner.enrolment, at=AT)
    assert moved.version.number == 2
    assert learner.states() == ["open", "passed", "passed"]
    article = lessons_of(learner.course)[0]
    services.complete_article(actor=learner.actor, enrolment=moved, lesson=article, at=AT)
    moved.refresh_from_db()
    assert (moved.completed_at, moved.score) == (AT, 100)
    assert learner.points() == 110
    with pytest.raises(NotEnrolled):
        learner.read()
    assert services.move_to_newest_version(actor=learner.actor, enrolment=moved, at=AT) == moved


def test_a_lesson_of_a_version_one_is_not_in_is_not_there(learner):
    new_version(learner.course)
    old, new = learner.article, lessons_of(learner.course)[0]
    assert selectors.lesson_at_hand(actor=learner.actor, public_id=old.public_id).is_open
    with pytest.raises(NotFound):
        selectors.lesson_at_hand(actor=learner.actor, public_id=new.public_id)
    stranger = agent_actor(AgentFactory())
    assert not selectors.lesson_at_hand(actor=stranger, public_id=new.public_id).is_open
    with pytest.raises(NotFound):
        selectors.lesson_at_hand(actor=stranger, public_id=old.public_id)


# -- Lists ---------------------------------------------------------------------------------------


def test_the_list_shows_progress_in_constant_queries(learner, django_assert_num_queries):
    learner.read()
    with django_assert_num_queries(5):
        [card] = selectors.courses_for(actor=learner.actor)
    assert (card.state, card.lessons, card.passed, card.percent, card.next_lesson) == (
        "started",
        3,
        1,
        33,
        learner.quiz,
    )
    published_course()
    published_course(language="zh-hans")
    with django_assert_num_queries(5):
        cards = selectors.courses_for(actor=learner.actor)
    assert [card.state for card in cards] == ["started", "new", "new"]
    assert len(selectors.courses_for(actor=learner.actor, language="zh-hans")) == 1
    assert selectors.courses_for(actor=learner.actor, industry="travel") == []


def test_a_course_is_found_by_slug_in_ones_language():
    english = published_course(slug="tone", language="en")
    chinese = published_course(slug="tone", language="zh-hans")
    actor = agent_actor(AgentFactory(user__language="zh-hans"))
    assert selectors.course_by_slug(actor=actor, slug="tone") == chinese
    assert selectors.course_by_slug(actor=actor, slug="tone", language="en") == english
    assert selectors.course_path(actor=actor, course=english).translations == (chinese,)
    with pytest.raises(NotFound):
        selectors.course_by_slug(actor=actor, slug="nothing")


# -- The database refuses ------------------------------------------------------------------------


def refuses(write, match: str) -> bool:
    try:
        with transaction.atomic():
            write()
    except Exception as error:
        return match in str(error)
    return False


def test_points_are_append_only_and_once(learner):
    learner.read()
    entry = PointsEntry.objects.get()
    with pytest.raises(IntegrityError, match="points_once"), transaction.atomic():
        PointsEntry.objects.create(
            agent=learner.agent, reason=PointsReason.LESSON_PASSED, subject=entry.subject, points=10, at=AT
        )
    assert refuses(lambda: PointsEntry.objects.filter(pk=entry.pk).update(points=99), "append_only")
    assert refuses(lambda: PointsEntry.objects.filter(pk=entry.pk).delete(), "append_only")


def test_an_enrolment_is_pinned_by_the_database(learner):
    new_version(learner.course)
    newest = learner.course.versions.order_by("-number").first()
    rows = Enrolment.objects.filter(pk=learner.enrolment.pk)
    assert refuses(lambda: rows.update(version=newest), "enrolment_is_pinned")
    with pytest.raises(IntegrityError, match="enrolment_current_once"), transaction.atomic():
        Enrolment.objects.create(agent=learner.agent, course=learner.course, version=newest, started_at=AT)
    draft = draft_course().versions.get()
    assert refuses(
        lambda: Enrolment.objects.create(agent=learner.agent, course=draft.course, version=draft, started_at=AT),
        "published version",
    )


def test_progress_is_in_the_version_of_its_enrolment_and_is_not_lost(learner):
    learner.read()
    elsewhere = lessons_of(published_course())[0]
    assert refuses(
        lambda: LessonProgress.objects.create(enrolment=learner.enrolment, lesson=elsewhere, started_at=AT),
        "not in the version",
    )
    rows = LessonProgress.objects.filter(enrolment=learner.enrolment)
    assert refuses(lambda: rows.update(state=ProgressState.STARTED, passed_at=None), "")
    assert refuses(lambda: rows.update(best_score=None), "lesson_progress_passed_has_score")


def test_a_finished_run_never_changes(learner):
    learner.read()
    run = services.submit_quiz(**learner.on(learner.quiz), answers=RIGHT)
    rows = LessonRun.objects.filter(pk=run.pk)
    assert refuses(lambda: rows.update(score=1), "lesson_run_finished_for_good")
    assert refuses(lambda: rows.delete(), "lesson_run_kept")
    open_run = learner.start(learner.quiz)
    with pytest.raises(IntegrityError, match="lesson_run_open_once"), transaction.atomic():
        LessonRun.objects.create(progress=open_run.progress, number=9, seed=1, started_at=AT)
