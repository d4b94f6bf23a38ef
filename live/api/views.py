"""Doors of the live API."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from accounts.api import actor_of
from core import clock
from core.api import AnswersAnyPage
from live import selectors, services
from live.api import serializers
from live.filters import ConversationFilter
from live.models import Conversation


class SessionRate(AnonRateThrottle):
    """Sessions one address may open."""

    rate = "60/min"
    scope = "widget-session"


class WidgetSessionView(AnswersAnyPage, APIView):
    """A page of a client's shop asks for a chat session, from its own origin and without cookies."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (SessionRate,)

    @extend_schema(
        summary="Open a widget session",
        description="Called by the chat widget from one of the programme's allowed origins; answers CORS.",
        tags=["widget"],
        auth=[],
        request=serializers.WidgetSessionRequest,
        responses={201: serializers.WidgetSessionAnswer},
        examples=[
            OpenApiExample(
                "First visit",
                value={"site_key": "wdg_01jd3k5w1r8m0q2y7x9z4t6v5b", "language": "zh-hans"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        form = serializers.WidgetSessionRequest(data=request.data)
        form.is_valid(raise_exception=True)
        at = clock.now()
        session = services.open_widget_session(origin=request.headers.get("Origin"), at=at, **form.validated_data)
        room = selectors.waiting_room(session.programme.pk, at=at)
        answer = {
            "token": session.token,
            "token_expires_at": session.expires_at,
            "visitor_key": session.visitor_key,
            "socket_url": settings.BASE_URL.replace("http", "ws", 1) + "/ws/widget/",
            "server_time": at,
            "customer": {"id": session.customer.public_id, "name": session.customer.display_name},
            "programme": {
                "id": session.programme.public_id,
                "name": session.programme.name,
                "greeting": session.programme.greeting,
                "colour": session.programme.colour,
                "languages": session.programme.languages,
            },
            "open": {
                "agents_available": room.agents_available,
                "waiting": room.waiting,
                "estimate_seconds": room.estimate_seconds(room.waiting + 1),
                "estimate_error_seconds": room.error_seconds,
            },
        }
        return Response(serializers.WidgetSessionAnswer(answer).data, status=201)


@extend_schema_view(
    get=extend_schema(
        summary="List conversations",
        description="Your programmes' conversations, newest first. A key needs the scope `conversations:read`.",
        tags=["conversations"],
        examples=[
            OpenApiExample(
                "One conversation",
                value={
                    "id": "cnv_01jd3k5w1r8m0q2y7x9z4t6v5b",
                    "programme": "prg_01jd3k5w1r8m0q2y7x9z4t6v5b",
                    "customer": "cus_01jd3k5w1r8m0q2y7x9z4t6v5b",
                    "channel": "chat",
                    "language": "zh-hans",
                    "state": "closed",
                    "messages": 14,
                    "started_at": "2026-11-11T12:00:00Z",
                    "waited_seconds": 12,
                    "first_replied_at": "2026-11-11T12:00:40Z",
                    "ended_at": "2026-11-11T12:08:00Z",
                },
                response_only=True,
            )
        ],
    )
)
class ConversationListView(ListAPIView[Conversation]):
    """Conversations the actor may know."""

    serializer_class = serializers.ConversationSummary
    filterset_class = ConversationFilter

    def get_queryset(self) -> QuerySet[Conversation]:
        return selectors.conversations_for(actor_of(self.request))


class ConversationView(APIView):
    """One conversation with its transcript."""

    @extend_schema(
        summary="Read one conversation",
        description="Its segments and messages, personal numbers masked.",
        tags=["conversations"],
        responses={200: serializers.ConversationDetail},
        examples=[
            OpenApiExample(
                "A message of the transcript",
                value={
                    "seq": 3,
                    "author": "agent",
                    "name": "小林",
                    "text": "Your parcel leaves today.",
                    "code": "",
                    "is_masked": False,
                    "at": "2026-11-11T12:00:40Z",
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request, public_id: str) -> Response:
        actor = actor_of(request)
        conversation = selectors.conversation_by_public_id(public_id, actor=actor)
        return Response(serializers.ConversationDetail(selectors.transcript(actor, conversation)).data)
