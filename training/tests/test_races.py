"""One agent on many devices at once: one enrolment, one step, points once; one draft, one publication."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.actors import PLATFORM
from accounts.tests.factories import AgentFactory, agent_actor
from core.errors import DomainError
from training import services
from training.models import CourseVersion, Enrolment, LessonRun, PointsEntry
from training.tests.factories import AT, lessons_of, published_course, revision_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
THREADS = 8


def together(work: Callable[[int], object]) -> list[str]:
    """Run `work(n)` in threads that start at once; return `done` or the code of the refusal for each."""
    barrier = Barrier(THREADS)

    def run(n: int) -> str:
        barrier.wait()
        try:
            work(n)
        except DomainError as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_an_agent_on_eight_devices():
    course, agent = published_course(), AgentFactory()
    actor = agent_actor(agent)
    article, _quiz, dialogue = lessons_of(course)

    said = together(lambda n: services.enrol(actor=actor, agent=agent, course=course, at=AT))
    assert said == ["done"] * THREADS
    enrolment = Enrolment.objects.get()

    mine = {"actor": actor, "enrolment": enrolment, "at": AT}
    together(lambda n: services.complete_article(**mine, lesson=article))
    assert PointsEntry.objects.count() == 1

    together(lambda n: services.start_run(**mine, lesson=dialogue))
    run = LessonRun.objects.get()

    said = together(
        lambda n: services.advance_dialogue(
            **mine, lesson=dialogue, run_id=run.public_id, node="n1", choice="ab"[n % 2]
        )
    )
    run.refresh_from_db()
    assert len(run.steps) == 1
    assert sorted(said) == ["done"] * 4 + ["training.step_gone"] * 4


def test_eight_trainers_on_one_draft():
    course = published_course()
    together(lambda n: services.start_draft(actor=PLATFORM, course=course, at=AT))
    draft = CourseVersion.objects.get(course=course, number=2)
    seen = revision_of(draft)

    said = together(lambda n: services.add_level(actor=PLATFORM, version=draft, title=f"Level {n}", revision=seen))
    assert sorted(said) == ["done"] + ["training.draft_changed"] * 7
    assert draft.levels.count() == 3

    level = draft.levels.get(title__startswith="Level")
    services.remove_level(actor=PLATFORM, level=level, revision=revision_of(draft))
    seen = revision_of(draft)
    said = together(
        lambda n: (
            services.publish_version(actor=PLATFORM, version=draft, changes="x", revision=seen, at=AT)
            if n % 2
            else services.add_level(actor=PLATFORM, version=draft, title="Late", revision=seen)
        )
    )
    assert said.count("done") == 1
