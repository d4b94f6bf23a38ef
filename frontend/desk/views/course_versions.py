"""One version of a course: the shape of a draft, and publishing it. Published ones are shown and never change."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.clock import now
from core.errors import Conflict, Invalid
from core.pages import add_errors
from frontend.requests import PageRequest
from training import selectors, services
from training.forms import ChangedDraftForm, LevelForm, MoveForm, NewLessonForm, PublishForm
from training.policies import can_author
from training.states import LessonKind, VersionState

Change = Callable[[dict[str, Any]], Any]


@require_GET
def show(request: PageRequest, public_id: str) -> HttpResponse:
    """GET levels and lessons; of a draft with everything to change them."""
    return _page(request, public_id)


@require_POST
def add_level(request: PageRequest, public_id: str) -> HttpResponse:
    """POST a level to the end."""
    version = selectors.version_tree(actor=request.actor, public_id=public_id)
    return _change(
        request,
        public_id,
        LevelForm(request.POST),
        lambda fields: services.add_level(actor=request.actor, version=version, **fields),
        where="new-level",
    )


@require_POST
def rename_level(request: PageRequest, public_id: str) -> HttpResponse:
    """POST another title."""
    level = selectors.level_to_edit(actor=request.actor, public_id=public_id)
    return _change(
        request,
        level.version.public_id,
        LevelForm(request.POST),
        lambda fields: services.rename_level(actor=request.actor, level=level, **fields),
        where=f"rename-{public_id}",
    )


@require_POST
def move_level(request: PageRequest, public_id: str) -> HttpResponse:
    """POST up or down."""
    level = selectors.level_to_edit(actor=request.actor, public_id=public_id)
    return _change(
        request,
        level.version.public_id,
        MoveForm(request.POST),
        lambda fields: services.move_level(actor=request.actor, level=level, **fields) or level,
    )


@require_POST
def remove_level(request: PageRequest, public_id: str) -> HttpResponse:
    """POST away, with its lessons."""
    level = selectors.level_to_edit(actor=request.actor, public_id=public_id)
    return _change(
        request,
        level.version.public_id,
        ChangedDraftForm(request.POST),
        lambda fields: services.remove_level(actor=request.actor, level=level, **fields),
        done=_("The level is removed."),
    )


@require_POST
def add_lesson(request: PageRequest, public_id: str) -> HttpResponse:
    """POST a lesson to the end of a level."""
    level = selectors.level_to_edit(actor=request.actor, public_id=public_id)
    return _change(
        request,
        level.version.public_id,
        NewLessonForm(request.POST),
        lambda fields: services.add_lesson(actor=request.actor, level=level, at=now(), **fields),
        where=f"add-{public_id}",
    )


@require_POST
def move_lesson(request: PageRequest, public_id: str) -> HttpResponse:
    """POST up or down, past the edge into the next level."""
    lesson = selectors.lesson_to_edit(actor=request.actor, public_id=public_id)
    return _change(
        request,
        lesson.level.version.public_id,
        MoveForm(request.POST),
        lambda fields: services.move_lesson(actor=request.actor, lesson=lesson, **fields) or lesson,
    )


@require_POST
def remove_lesson(request: PageRequest, public_id: str) -> HttpResponse:
    """POST away."""
    lesson = selectors.lesson_to_edit(actor=request.actor, public_id=public_id)
    return _change(
        request,
        lesson.level.version.public_id,
        ChangedDraftForm(request.POST),
        lambda fields: services.remove_lesson(actor=request.actor, lesson=lesson, **fields),
        done=_("The lesson is removed."),
    )


@require_POST
def publish(request: PageRequest, public_id: str) -> HttpResponse:
    """POST the draft out to learners."""
    version = selectors.version_tree(actor=request.actor, public_id=public_id)
    return _change(
        request,
        public_id,
        PublishForm(request.POST),
        lambda fields: services.publish_version(actor=request.actor, version=version, at=now(), **fields),
        where="publish",
        done=_("Published. New learners get this version from now on."),
    )


@require_POST
def discard(request: PageRequest, public_id: str) -> HttpResponse:
    """POST the draft away."""
    version = selectors.version_tree(actor=request.actor, public_id=public_id)
    form = ChangedDraftForm(request.POST)
    if not form.is_valid():
        return _page(request, public_id, form=form, status=422)
    try:
        services.discard_draft(actor=request.actor, version=version, **form.cleaned_data)
    except Conflict as error:
        add_errors(form, error)
        return _page(request, public_id, form=form, status=error.status)
    messages.success(request, _("The draft is discarded."))
    return redirect("desk:course", public_id=version.course.public_id)


def _change(
    request: PageRequest, version_id: str, form: forms.BaseForm, change: Change, *, where: str = "", done: str = ""
) -> HttpResponse:
    """Do it and go back to the place concerned; or show the page as it is now, with what was typed and why not."""
    status = 422
    if form.is_valid():
        try:
            changed = change(form.cleaned_data)
        except (Invalid, Conflict) as error:
            add_errors(form, error)
            status = error.status
        else:
            if done:
                messages.success(request, done)
            anchor = f"#{changed.public_id}" if changed is not None and where != "publish" else ""
            return redirect(reverse("desk:course_version", args=[version_id]) + anchor)
    return _page(request, version_id, form=form, where=where, status=status)


def _page(
    request: PageRequest, public_id: str, *, form: forms.BaseForm | None = None, where: str = "", status: int = 200
) -> HttpResponse:
    version = selectors.version_tree(actor=request.actor, public_id=public_id)
    levels = selectors.outline(version)
    context = {
        "version": version,
        "course": version.course,
        "levels": levels,
        "lesson_count": sum(len(level.lessons) for level in levels),
        "unfinished": [row for level in levels for row in level.lessons if row.problems],
        "form": form,
        "where": where,
        "publish_form": form if where == "publish" else PublishForm(),
        "kinds": LessonKind.choices,
        "can_edit": version.state == VersionState.DRAFT and can_author(request.actor),
        "can_author": can_author(request.actor),
    }
    return render(request, "desk/courses/version.html", context, status=status)
