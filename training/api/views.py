"""Read courses and one's own progress; for people and API keys."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import actor_of
from core.errors import Invalid
from training import selectors
from training.api.serializers import CoursePathSerializer, CourseSerializer
from training.forms import CourseFilterForm
from training.models import Course
from training.states import LANGUAGES, Industry

CRS = "crs_01kb3v6m2n8x4q7r9t5w1y0z3c"
_COURSE = {
    "id": CRS,
    "slug": "customer-service-foundation",
    "language": "en",
    "industry": "general",
    "title": "Foundation of customer service",
    "summary": "How to understand what a customer needs and answer clearly.",
    "version": 1,
}


class CourseListView(GenericAPIView[Course]):
    """The catalogue."""

    serializer_class = CourseSerializer
    filter_backends = ()

    @extend_schema(
        operation_id="courses_list",
        summary="List published courses",
        description="Newest first. For an agent each course carries their own state, lessons passed and score.",
        parameters=[
            OpenApiParameter("q", str, description="Words in title or summary."),
            OpenApiParameter("industry", str, enum=Industry.values),
            OpenApiParameter("language", str, enum=[code for code, _name in LANGUAGES]),
        ],
        responses=CourseSerializer(many=True),
        tags=["courses"],
        examples=[
            OpenApiExample(
                "One under way",
                response_only=True,
                value={**_COURSE, "lessons": 6, "state": "started", "passed": 2, "score": None},
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """One page of courses."""
        form = CourseFilterForm(request.query_params)
        if not form.is_valid():
            raise Invalid(fields={name: [str(text) for text in texts] for name, texts in form.errors.items()})
        actor = actor_of(request)
        page = self.paginate_queryset(selectors.published_courses(actor=actor, **form.chosen()))
        rows = selectors.cards(actor=actor, courses=page or [])
        return self.get_paginated_response(CourseSerializer(rows, many=True).data)


class CourseView(APIView):
    """One course."""

    @extend_schema(
        operation_id="courses_retrieve",
        summary="Show a course as a path of levels and lessons",
        description="404 for a course that is not published. The content of lessons is not part of the answer.",
        responses=CoursePathSerializer,
        tags=["courses"],
        examples=[
            OpenApiExample(
                "Under way",
                response_only=True,
                value={
                    **_COURSE,
                    "newer_version": None,
                    "started_at": "2026-11-01T09:00:00Z",
                    "completed_at": None,
                    "score": None,
                    "levels": [
                        {
                            "number": 1,
                            "title": "The person who writes to you",
                            "is_open": True,
                            "is_passed": False,
                            "lessons": [
                                {
                                    "id": "lsn_01kb3v6m2n8x4q7r9t5w1y0z3c",
                                    "kind": "article",
                                    "title": "What customers really come for",
                                    "state": "open",
                                    "best_score": None,
                                    "points": 10,
                                }
                            ],
                        }
                    ],
                },
            )
        ],
    )
    def get(self, request: Request, public_id: str) -> Response:
        """The path, with the caller's progress."""
        actor = actor_of(request)
        course = selectors.course_by_public_id(actor=actor, public_id=public_id)
        return Response(CoursePathSerializer(selectors.course_path(actor=actor, course=course)).data)
