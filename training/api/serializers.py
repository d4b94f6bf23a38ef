"""What the API of this app gives. Never the content of lessons: right answers stay on the server."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from training.selectors import CoursePath, LessonStep, LevelStep
from training.states import LANGUAGES, Industry, LessonKind


class CourseSerializer(serializers.Serializer[Any]):
    """A course in a list (made of a `CourseCard`); `state`, `passed` and `score` are the caller's own."""

    id = serializers.CharField(source="course.public_id")
    slug = serializers.CharField(source="course.slug")
    language = serializers.ChoiceField(source="course.language", choices=LANGUAGES)
    industry = serializers.ChoiceField(source="course.industry", choices=Industry.choices)
    title = serializers.CharField(source="course.title")
    summary = serializers.CharField(source="course.summary")
    version = serializers.IntegerField(source="version.number")
    lessons = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["new", "started", "completed"])
    passed = serializers.IntegerField()
    score = serializers.IntegerField(source="enrolment.score", default=None, allow_null=True)


class LessonSerializer(serializers.Serializer[LessonStep]):
    """A lesson on the path."""

    id = serializers.CharField(source="lesson.public_id")
    kind = serializers.ChoiceField(source="lesson.kind", choices=LessonKind.choices)
    title = serializers.CharField(source="lesson.title")
    state = serializers.ChoiceField(choices=["passed", "started", "open", "locked"])
    best_score = serializers.IntegerField(allow_null=True)
    points = serializers.IntegerField()


class LevelSerializer(serializers.Serializer[LevelStep]):
    """A level; it opens when the one before is passed."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    is_open = serializers.BooleanField()
    is_passed = serializers.BooleanField()
    lessons = LessonSerializer(many=True)


class CoursePathSerializer(serializers.Serializer[CoursePath]):
    """A course as a path; `newer_version` is one published since the caller began."""

    id = serializers.CharField(source="course.public_id")
    slug = serializers.CharField(source="course.slug")
    language = serializers.ChoiceField(source="course.language", choices=LANGUAGES)
    industry = serializers.ChoiceField(source="course.industry", choices=Industry.choices)
    title = serializers.CharField(source="course.title")
    summary = serializers.CharField(source="course.summary")
    version = serializers.IntegerField(source="version.number")
    newer_version = serializers.IntegerField(source="newer.number", default=None, allow_null=True)
    started_at = serializers.DateTimeField(source="enrolment.started_at", default=None, allow_null=True)
    completed_at = serializers.DateTimeField(source="enrolment.completed_at", default=None, allow_null=True)
    score = serializers.IntegerField(source="enrolment.score", default=None, allow_null=True)
    levels = LevelSerializer(many=True)
