"""Reads of exams as an agent meets them: what there is, what is needed, when one may begin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import translation

from accounts.actors import PLATFORM, Actor
from certification.logic import sitting
from certification.models import Attempt, Certificate, Exam, ExtraTime, Practical, SkillEvidence, Standard
from certification.states import AttemptState, CertificateState, ExamState, PracticalState, SkillInput
from core.errors import NotFound
from training.selectors import published_courses


@dataclass(frozen=True)
class Need:
    """Something that has to be there before an exam: a certificate or a course, by slug.

    `ref` is the public id of the course, or of the standard, that meets it.
    """

    kind: str
    slug: str
    title: str
    met: bool
    ref: str = ""


@dataclass(frozen=True)
class ExamView:
    """One exam as one agent meets it."""

    exam: Exam
    standards: list[Standard]
    needs: list[Need]
    availability: sitting.Availability
    attempts: list[Attempt]
    certificates: list[Certificate]
    questions: int
    extra_seconds: int
    retry_delay: timedelta | None

    @property
    def unmet(self) -> list[Need]:
        return [n for n in self.needs if not n.met]

    @property
    def may_begin(self) -> bool:
        return not self.unmet and (self.availability.may_begin or self.ready is not None)

    @property
    def current(self) -> Attempt | None:
        """The attempt that is in progress."""
        return next((a for a in self.attempts if a.state == AttemptState.IN_PROGRESS), None)

    @property
    def ready(self) -> Attempt | None:
        """An attempt a certifier granted, not begun."""
        return next((a for a in self.attempts if a.state == AttemptState.READY), None)

    @property
    def practical(self) -> Practical | None:
        """The practical part that waits for the agent."""
        waiting = (PracticalState.READY, PracticalState.IN_PROGRESS)
        parts = [a.practical for a in self.attempts if hasattr(a, "practical")]
        return next((p for p in parts if p.state in waiting), None)

    @property
    def time_limit_seconds(self) -> int:
        return self.exam.time_limit_seconds + self.extra_seconds


def exam_by_public_id(actor: Actor, public_id: str) -> Exam:
    """An exam: any for its authors and certifiers, one that was ever open for agents; else `NotFound`."""
    exam = Exam.objects.select_related("scenario").filter(public_id=public_id).first()
    if exam is None or not (actor.is_staff() or (actor.agent_id and exam.state != ExamState.DRAFT)):
        raise NotFound
    return exam


def exams_for(actor: Actor, at: datetime) -> list[ExamView]:
    """Every open exam, and those this agent has sat, as this agent meets them; nine queries at most."""
    if actor.agent_id is None:
        return []
    sat = Attempt.objects.filter(agent_id=actor.agent_id).values("exam_id")
    rows = Exam.objects.filter(state=ExamState.OPEN) | Exam.objects.filter(pk__in=sat)
    return _views(actor, actor.agent_id, rows.select_related("scenario").order_by("slug"), at)


def exam_view(actor: Actor, exam: Exam, at: datetime, *, agent_id: int | None = None) -> ExamView:
    """One exam as this agent meets it (`agent_id`: as that agent does, for the platform)."""
    chosen = agent_id if agent_id is not None else actor.agent_id
    if chosen is None or (chosen != actor.agent_id and not actor.is_staff()):
        raise NotFound
    return _views(actor, chosen, Exam.objects.filter(pk=exam.pk).select_related("scenario"), at)[0]


def _views(actor: Actor, agent_id: int, exams: QuerySet[Exam], at: datetime) -> list[ExamView]:
    rows = list(exams.prefetch_related("sections"))
    newest = {s.slug: s for s in _standards().filter(exam__in=rows).order_by("version")}
    standards: dict[int | None, list[Standard]] = defaultdict(list)
    for standard in newest.values():
        standards[standard.exam_id].append(standard)
    attempts: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in (
        Attempt.objects.filter(agent_id=agent_id, exam__in=rows).select_related("practical").order_by("number")
    ):
        attempts[attempt.exam_id].append(attempt)
    held = list(Certificate.objects.filter(agent_id=agent_id).select_related("standard"))
    extra = dict(ExtraTime.objects.filter(agent_id=agent_id, exam__in=rows).values_list("exam_id", "extra_seconds"))
    done = courses_done(agent_id)
    courses = _courses(actor, {s.course_slug for s in newest.values() if s.course_slug})
    return [
        _view(exam, standards[exam.pk], attempts[exam.pk], held, extra.get(exam.pk, 0), done, courses, at)
        for exam in rows
    ]


def _courses(actor: Actor, slugs: set[str]) -> dict[str, tuple[str, str]]:
    """Title and public id of each published course, in the reader's language where there is one."""
    rows = list(published_courses(actor=PLATFORM).filter(slug__in=slugs)) if slugs else []
    here = translation.get_language() or actor.language
    rows.sort(key=lambda course: course.language == here)
    return {course.slug: (course.title, course.public_id) for course in rows}


def _standards() -> QuerySet[Standard]:
    return Standard.objects.select_related("skill_tag", "programme").prefetch_related("requires")


def _view(
    exam: Exam,
    standards: list[Standard],
    attempts: list[Attempt],
    held: Sequence[Certificate],
    extra: int,
    done: frozenset[str],
    courses: Mapping[str, tuple[str, str]],
    at: datetime,
) -> ExamView:
    valid = {c.slug: c for c in held if c.state == CertificateState.VALID and c.valid_until > at}
    own = [valid[s.slug] for s in standards if s.slug in valid]
    return ExamView(
        exam=exam,
        standards=standards,
        needs=_needs(standards, valid.keys(), done, courses),
        availability=sitting.availability(
            terms_of(exam),
            sat_attempts(attempts),
            at=at,
            renewal_opens_at=_renewal(standards, own, attempts, held),
        ),
        attempts=attempts[::-1],
        certificates=own,
        questions=sum(s.draw for s in exam.sections.all()),
        extra_seconds=extra,
        retry_delay=None if exam.retry_delay_seconds is None else timedelta(seconds=exam.retry_delay_seconds),
    )


def _needs(
    standards: Iterable[Standard],
    held: Iterable[str],
    done: frozenset[str],
    courses: Mapping[str, tuple[str, str]],
) -> list[Need]:
    valid, needs = set(held), {}
    for standard in standards:
        if standard.course_slug:
            slug = standard.course_slug
            title, ref = courses.get(slug, (slug, ""))
            needs["course", slug] = Need("course", slug, title, slug in done, ref)
        for other in standard.requires.all():
            needs["certificate", other.slug] = Need(
                "certificate", other.slug, other.name, other.slug in valid, other.public_id
            )
    return list(needs.values())


def _renewal(
    standards: list[Standard], own: list[Certificate], attempts: list[Attempt], held: Sequence[Certificate]
) -> datetime | None:
    """When a holder may sit the exam again; a pass not yet turned into a certificate opens nothing."""
    passed = [a for a in attempts if a.state == AttemptState.PASSED]
    if not passed or not standards:
        return None
    if own:
        return min(c.valid_until - timedelta(days=c.standard.renewable_days) for c in own)
    ended = [c for c in held if c.attempt_id == passed[-1].pk and c.state != CertificateState.REVOKED]
    return ended[0].valid_until if ended else None


def terms_of(exam: Exam) -> sitting.Terms:
    """The part of the blueprint `logic.sitting` judges by."""
    return sitting.Terms(exam.state, exam.opens_at, exam.closes_at, exam.attempts_allowed, exam.retry_delay_seconds)


def sat_attempts(attempts: Iterable[Attempt]) -> list[sitting.Sat]:
    """Attempts in their order, as `logic.sitting` counts them."""
    return [sitting.Sat(a.state, a.finished_at) for a in attempts]


def courses_done(agent_id: int) -> frozenset[str]:
    """Slugs of the courses whose completion this app has heard of (evidence sources `course:<slug>:…`)."""
    sources = SkillEvidence.objects.filter(agent_id=agent_id, input=SkillInput.TRAINING, source__startswith="course:")
    return frozenset(s.split(":")[1] for s in sources.values_list("source", flat=True))
