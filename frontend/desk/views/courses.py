"""Courses at the desk: which there are, how a course presents itself, its versions, its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.clock import now
from core.errors import Conflict, Invalid
from core.pages import add_errors
from frontend.requests import PageRequest
from training import selectors, services
from training.forms import CourseDetailsForm, CourseFilterForm, ImageForm, NewCourseForm
from training.policies import can_author, require_author

if TYPE_CHECKING:
    from training.models import Course


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET every course with its versions and learners."""
    form = CourseFilterForm(request.GET)
    rows = selectors.authored_courses(actor=request.actor, **form.chosen())
    context = {"form": form, "rows": rows, "can_author": can_author(request.actor)}
    return render(request, "desk/courses/index.html", context)


@require_http_methods(["GET", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """GET the form of a new course; POST makes it and opens its draft."""
    require_author(request.actor)
    form = NewCourseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            course = services.create_course(actor=request.actor, at=now(), **form.cleaned_data)
        except Invalid as error:
            add_errors(form, error)
        else:
            draft = services.start_draft(actor=request.actor, course=course, at=now())
            return redirect("desk:course_version", public_id=draft.public_id)
    return render(request, "desk/courses/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def show(request: PageRequest, public_id: str) -> HttpResponse:
    """GET a course; POST changes what lists say of it, unless somebody else has meanwhile."""
    row = selectors.authored_course(actor=request.actor, public_id=public_id)
    status = 200
    first = {name: getattr(row.course, name) for name in ("title", "industry", "summary")}
    form = CourseDetailsForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST":
        status = 422
        seen = request.POST.get("revision", "")
        if form.is_valid():
            known = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
            try:
                services.update_course(actor=request.actor, course=row.course, revision=known, **form.cleaned_data)
            except Conflict as error:
                add_errors(form, error)
                status = error.status
            else:
                messages.success(request, _("Saved."))
                return redirect("desk:course", public_id=public_id)
    context = {
        "row": row,
        "course": row.course,
        "form": form,
        "revision": row.course.revision,
        "versions": selectors.version_history(actor=request.actor, course=row.course),
        "can_author": can_author(request.actor),
    }
    return render(request, "desk/courses/show.html", context, status=status)


@require_POST
def start_draft(request: PageRequest, public_id: str) -> HttpResponse:
    """POST to open the course's draft, made of the newest version when there is none."""
    course = selectors.authored_course(actor=request.actor, public_id=public_id).course
    draft = services.start_draft(actor=request.actor, course=course, at=now())
    return redirect("desk:course_version", public_id=draft.public_id)


@require_http_methods(["GET", "POST"])
def pictures(request: PageRequest, public_id: str) -> HttpResponse:
    """GET the pictures of a course as a fragment; POST uploads one and answers with the same."""
    course = selectors.authored_course(actor=request.actor, public_id=public_id).course
    form = ImageForm(request.POST, request.FILES) if request.method == "POST" else ImageForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            services.upload_image(actor=request.actor, course=course, file=file, name=file.name, at=now())
        except Invalid as error:
            add_errors(form, error)
        else:
            form = ImageForm()
    return _pictures(request, course, form)


def _pictures(request: PageRequest, course: Course, form: ImageForm) -> HttpResponse:
    images = selectors.images_of(actor=request.actor, course=course)
    context = {"course": course, "images": images, "image_form": form}
    return render(request, "desk/courses/pictures.html", context, status=422 if form.errors else 200)
