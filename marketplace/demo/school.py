"""Learning and certification in the demo world: courses, exams and the people who take them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from certification import services as certification
from certification.models import Attempt, Question, Standard
from certification.states import QuestionKind
from marketplace.demo import people
from marketplace.demo.courses import all_courses
from marketplace.demo.exams import open_exams
from training import selectors as courses
from training import services as training
from training.models import Lesson
from training.states import LessonKind

if TYPE_CHECKING:
    from marketplace.demo.cast import Cast


class School:
    """Publishes what there is to learn and takes agents through it."""

    def __init__(self, cast: Cast, random: Random) -> None:
        self.cast = cast
        self.random = random
        self.standards: dict[str, Standard] = {}

    def open(self, at: datetime) -> None:
        """A trainer publishes the courses; a certifier sets up tags, questions, exams and standards."""
        for content in all_courses():
            training.publish_course_content(actor=self.cast.actor("trainer"), content=content, at=at)
        certifier = self.cast.actor("certifier")
        for slug, kind, name_en, name_zh in TAGS:
            certification.create_tag(actor=certifier, at=at, slug=slug, kind=kind, name_en=name_en, name_zh=name_zh)
        self.standards = open_exams(actor=certifier, at=at + timedelta(hours=4))

    def teach(self, person: people.Agent, at: datetime) -> None:
        """Take one agent as far as their stage says."""
        if person.stage in ("new", "waiting", "refused"):
            return
        self._study("customer-service-foundation", person, at, partly=person.stage == "learning")
        if person.stage == "learning":
            return
        self._sit("foundation", person, at + timedelta(days=1))
        if person.key in EXPERIENCED:
            self._study("ecommerce-after-sales", person, at + timedelta(days=2))
            self._sit("after-sales", person, at + timedelta(days=3))

    def _study(self, slug: str, person: people.Agent, at: datetime, *, partly: bool = False) -> None:
        actor, agent = self.cast.actor(person.key), self.cast.agent(person.key)
        course = courses.course_by_slug(actor=actor, slug=slug, language=person.language)
        enrolment = training.enrol(actor=actor, agent=agent, course=course, at=at)
        lessons = Lesson.objects.filter(level__version=enrolment.version).order_by("level__position", "position")
        taken = list(lessons)[: 3 if partly else None]
        for n, lesson in enumerate(taken):
            moment = at + timedelta(minutes=15 * n)
            if lesson.kind == LessonKind.ARTICLE:
                training.complete_article(actor=actor, enrolment=enrolment, lesson=lesson, at=moment)
            elif lesson.kind == LessonKind.QUIZ:
                training.submit_quiz(
                    actor=actor, enrolment=enrolment, lesson=lesson, answers=_right_answers(lesson.content), at=moment
                )
            else:
                self._talk(actor, enrolment, lesson, moment)

    def _sit(self, slug: str, person: people.Agent, at: datetime) -> None:
        """Sit the exam and its practical part; for those who work, a certifier marks it and issues the certificate."""
        actor, agent, standard = self.cast.actor(person.key), self.cast.agent(person.key), self.standards[slug]
        if standard.exam is None:
            raise LookupError(f"{slug} has no exam")
        attempt = certification.start_attempt(
            actor=actor, at=at, agent=agent, exam=standard.exam, language=person.language
        )
        for n, row in enumerate(attempt.questions.select_related("question").order_by("position")):
            if self.random.random() > 0.75 + person.skill / 4:
                continue
            certification.save_answer(
                actor=actor,
                at=at + timedelta(seconds=40 * (n + 1)),
                attempt=attempt,
                position=row.position,
                answer=_right_answer(row.question, person.language),
            )
        attempt = certification.submit_attempt(actor=actor, at=at + timedelta(minutes=16), attempt=attempt)
        practical = certification.start_practical(
            actor=actor, at=at + timedelta(minutes=20), practical=attempt.practical
        )
        for turn in range(1, len(practical.scenario.turns) + 1):
            certification.save_reply(
                actor=actor,
                at=at + timedelta(minutes=20 + turn),
                practical=practical,
                turn=turn,
                text=REPLIES[person.language][(turn - 1) % 3],
                is_sent=True,
            )
        practical = certification.submit_practical(actor=actor, at=at + timedelta(minutes=32), practical=practical)
        if person.stage == "working":
            self._certify(person, slug, practical, at + timedelta(hours=6))

    def _certify(self, person: people.Agent, slug: str, practical: Any, at: datetime) -> None:
        certifier = self.cast.actor("certifier")
        free = practical.attempt.questions.select_related("question").filter(points=None)
        if free:
            certification.mark_written(
                actor=certifier,
                at=at,
                attempt=practical.attempt,
                marks={row.position: Decimal(row.question.points) for row in free},
                comments={},
            )
        scores = {c["key"]: c["points"] - self.random.choice((0, 0, 1)) for c in practical.scenario.rubric}
        certification.mark_practical(actor=certifier, at=at + timedelta(minutes=8), practical=practical, scores=scores)
        certification.issue_certificate(
            actor=certifier,
            at=at + timedelta(minutes=15),
            agent=self.cast.agent(person.key),
            standard=self.standards[slug],
            attempt=Attempt.objects.get(pk=practical.attempt_id),
        )

    def _talk(self, actor: Any, enrolment: Any, lesson: Lesson, at: datetime) -> None:
        """Play a simulated dialogue along its best choices."""
        run = training.start_run(actor=actor, enrolment=enrolment, lesson=lesson, at=at)
        nodes = {node["key"]: node for node in lesson.content["nodes"]}
        node = lesson.content["nodes"][0]
        while node.get("choices"):
            best = max(node["choices"], key=lambda choice: choice["points"])
            training.advance_dialogue(
                actor=actor,
                enrolment=enrolment,
                lesson=lesson,
                run_id=run.public_id,
                node=node["key"],
                choice=best["key"],
                at=at + timedelta(minutes=2),
            )
            node = nodes[best["next"]]


def _right_answers(content: dict[str, Any]) -> dict[str, list[str]]:
    return {q["key"]: [o["key"] for o in q["options"] if o["is_correct"]] for q in content["questions"]}


def _right_answer(question: Question, language: str) -> Any:
    """The answer the key asks for; free texts get a sensible sentence."""
    spec: dict[str, Any] = question.spec
    match question.kind:
        case QuestionKind.SINGLE:
            return spec["right"][0]
        case QuestionKind.MULTIPLE | QuestionKind.TRUE_FALSE:
            return spec["right"]
        case QuestionKind.NUMERIC:
            return spec["value"]
        case QuestionKind.SHORT:
            return spec["accept"][0].replace("*", "")
        case QuestionKind.ORDERING:
            return [item["id"] for item in spec["items"]]
        case QuestionKind.MATCHING:
            return spec["pairs"]
        case _:
            return REPLIES[language][0]


EXPERIENCED = frozenset({"lin", "chen", "wang", "zhao", "xu", "liu"})
"""Who also holds the after-sales certificate."""

REPLIES = {
    "zh-hans": (
        "您好，非常抱歉给您添麻烦了。我先核对一下订单，请您稍等一分钟。",
        "查到了，包裹目前在中转站，预计明天下午送达。如果明晚还没收到，我会为您申请补发，不需要您再联系我们。",
        "感谢您的耐心。今天六点前我会把结果发短信给您，还有其他可以帮您的吗？",
    ),
    "en": (
        "Hello, I am sorry about this. Let me check your order; it takes about a minute.",
        "Found it: the parcel is at the depot and comes tomorrow afternoon. If it does not, I send a new one without you asking.",
        "Thank you for your patience. You get a text from me before six today. Is there anything else I can do?",
    ),
}

TAGS = (
    ("retail", "industry", "Retail", "零售"),
    ("food", "industry", "Food and meals", "食品与餐饮"),
    ("chat", "channel", "Chat", "在线聊天"),
)
