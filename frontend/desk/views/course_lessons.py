"""Writing one lesson, looking at its text as it will be read, and playing it before anybody else does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.clock import now
from core.errors import Conflict, DomainError, Invalid
from core.pages import add_errors
from frontend.requests import PageRequest
from training import selectors, services
from training.forms import ImageForm, LessonForm, do, read_content
from training.logic import checks, dialogue, editing
from training.logic.content import (
    MAX_MARKDOWN,
    MAX_POINTS,
    Choice,
    Content,
    Dialogue,
    Node,
    Option,
    Problem,
    Question,
    Quiz,
    from_json,
    to_json,
)
from training.logic.quiz import Answered
from training.policies import can_author
from training.states import OutcomeKind, VersionState

if TYPE_CHECKING:
    from training.models import Lesson


@require_http_methods(["GET", "POST"])
def edit(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the lesson's editor; POST saves it, with the change of shape its button asks for."""
    lesson = selectors.lesson_to_edit(actor=request.actor, public_id=public_id)
    if request.method == "GET":
        first = {"title": lesson.title, "pass_percent": lesson.pass_percent}
        form = LessonForm(kind=lesson.kind, initial=first)
        return _editor(request, lesson, form, from_json(lesson.kind, lesson.content))
    form = LessonForm(request.POST, kind=lesson.kind)
    verb, where = do(request.POST)
    typed = read_content(lesson.kind, request.POST)
    content, place = editing.apply(editing.connect(typed), verb, where)
    if not form.is_valid():
        return _editor(request, lesson, form, typed, status=422)
    try:
        services.save_lesson(
            actor=request.actor,
            lesson=lesson,
            title=form.cleaned_data["title"],
            pass_percent=form.cleaned_data["pass_percent"] or lesson.pass_percent,
            content=to_json(content),
            revision=form.cleaned_data["revision"],
            at=now(),
        )
    except (Invalid, Conflict) as error:
        add_errors(form, error)
        newest = selectors.lesson_to_edit(actor=request.actor, public_id=public_id)
        return _editor(request, newest, form, typed, error=error, status=error.status)
    messages.success(request, _("Saved."))
    return redirect(reverse("desk:course_lesson", args=[public_id]) + (f"#{place}" if place else ""))


@require_POST
def preview(request: PageRequest) -> HttpResponse:
    """POST Markdown; answers with how it will look."""
    text = request.POST.get("markdown", "")
    return render(request, "desk/courses/preview.html", {"text": text[:MAX_MARKDOWN], "cut": len(text) > MAX_MARKDOWN})


@require_GET
def play(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the lesson as a learner would have it, at `?path=a,b` of a dialogue or `?n=2` of a quiz. Records nothing."""
    lesson = selectors.lesson_to_edit(actor=request.actor, public_id=public_id)
    content = from_json(lesson.kind, lesson.content)
    context: dict[str, Any] = {"lesson": lesson, "course": lesson.level.version.course, "content": content}
    if isinstance(content, Dialogue):
        path = [key for key in request.GET.get("path", "").split(",") if key]
        try:
            context |= {"play": dialogue.replay(content, path), "path": ",".join(path)}
        except ValueError:
            context["broken"] = True
    elif isinstance(content, Quiz) and content.questions:
        n = request.GET.get("n", "0")
        index = min(int(n) if n.isdecimal() and len(n) < 4 else 0, len(content.questions) - 1)
        question, given = content.questions[index], request.GET.getlist("given")
        context |= {"question": question, "n": index, "next": (index + 1) % len(content.questions)}
        context["answered"] = Answered(question, frozenset(given)) if given else None
    return render(request, "desk/courses/play.html", context)


def _editor(
    request: PageRequest,
    lesson: Lesson,
    form: LessonForm,
    content: Content,
    *,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    problems = checks.problems(content)
    version = lesson.level.version
    can_edit = version.state == VersionState.DRAFT and can_author(request.actor)
    context = {
        "lesson": lesson,
        "version": version,
        "course": version.course,
        "form": form,
        "content": content,
        "error": error,
        "problems": problems,
        "general": [problem for problem in problems if not problem.where],
        "parts": _parts(content, problems),
        "image_form": ImageForm(),
        "can_edit": can_edit,
        "points": range(MAX_POINTS, -MAX_POINTS - 1, -1),
        "outcomes": OutcomeKind.choices,
        "new_node": editing.NEW_NODE,
    }
    template = "desk/courses/lesson.html" if can_edit else "desk/courses/lesson_fixed.html"
    return render(request, template, context, status=status)


@dataclass(frozen=True)
class Row:
    """An option or a choice, with what is wrong with it."""

    row: Option | Choice
    problems: list[Problem]


@dataclass(frozen=True)
class Part:
    """A question or a turn as the editor shows it."""

    part: Question | Node
    number: int
    rows: list[Row]
    problems: list[Problem]
    led_to_by: list[int]
    label: str


def _parts(content: Content, problems: list[Problem]) -> list[Part]:
    def at(where: str) -> list[Problem]:
        return [problem for problem in problems if problem.where == where]

    if isinstance(content, Quiz):
        return [
            Part(q, n, [Row(o, at(f"{q.key}.{o.key}")) for o in q.options], at(q.key), [], q.prompt)
            for n, q in enumerate(content.questions, start=1)
        ]
    if not isinstance(content, Dialogue):
        return []
    numbers = {node.key: n for n, node in enumerate(content.nodes, start=1)}
    sources = dialogue.led_to_by(content)
    return [
        Part(
            node,
            numbers[node.key],
            [Row(c, at(f"{node.key}.{c.key}")) for c in node.choices],
            at(node.key),
            [numbers[key] for key in sources[node.key]],
            node.outcome.title if node.outcome and not node.says else node.says,
        )
        for node in content.nodes
    ]
