"""Doors of the quality API."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import actor_of
from accounts.errors import ScopeNeeded
from core import clock
from core.api.pages import AnswersAnyPage
from core.api.schema import refusals
from core.api.throttles import Throttle
from core.errors import NotFound
from live.errors import TokenExpired, TokenInvalid
from live.policies import customer_of
from live.selectors import segment_by_public_id
from quality import selectors, services
from quality.api import serializers
from quality.errors import AlreadyRated, NotRateable, RatingTooLate
from quality.models import Rating


class RatingRate(Throttle):
    """Ratings one address may send."""

    name = "widget-rating"


class WidgetRatingView(AnswersAnyPage, APIView):
    """A customer says how satisfied they are with the conversation that has just ended."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (RatingRate,)

    @extend_schema(
        operation_id="widget_rate",
        summary="Rate a conversation",
        description="Called by the chat widget with its session's token; each segment is rated once.",
        tags=["widget"],
        auth=[],
        request=serializers.RatingRequest,
        responses={
            204: None,
            **refusals(TokenInvalid, TokenExpired, NotFound, AlreadyRated, NotRateable, RatingTooLate),
        },
        examples=[
            OpenApiExample(
                "Satisfied",
                value={"token": "…", "segment": "seg_01jd3k5w1r8m0q2y7x9z4t6v5b", "csat": 5, "comment": "Quick!"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        form = serializers.RatingRequest(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        segment = segment_by_public_id(data["segment"], actor=customer_of(data["token"]))
        services.rate(segment=segment, csat=data["csat"], comment=data["comment"], at=clock.now())
        return Response(status=204)


@extend_schema_view(
    get=extend_schema(
        summary="List ratings",
        description="Ratings of your programmes, newest first. A key needs the scope `conversations:read`.",
        responses={200: serializers.RatingSummary(many=True), **refusals(ScopeNeeded)},
        tags=["quality"],
        examples=[
            OpenApiExample(
                "Satisfied",
                value={
                    "id": "rat_01jd3k5w1r8m0q2y7x9z4t6v5b",
                    "programme": "prg_01jd3k5w1r8m0q2y7x9z4t6v5b",
                    "conversation": "cnv_01jd3k5w1r8m0q2y7x9z4t6v5b",
                    "segment": "seg_01jd3k5w1r8m0q2y7x9z4t6v5b",
                    "csat": 5,
                    "comment": "Quick!",
                    "uncontrollable_reason": "",
                    "at": "2026-11-11T12:09:00Z",
                },
                response_only=True,
            )
        ],
    )
)
class RatingListView(ListAPIView[Rating]):
    """A client's ratings; an API key needs `conversations:read`."""

    serializer_class = serializers.RatingSummary

    def get_queryset(self) -> QuerySet[Rating]:
        return selectors.ratings_for(actor=actor_of(self.request))
