"""Doors of the live API."""

from __future__ import annotations

from django.conf import settings
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
from live import selectors, services
from live.api import serializers
from live.errors import OriginRefused
from live.filters import ConversationFilter
from live.models import Conversation

SUMMARY = {
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
}


class SessionRate(Throttle):
    """Sessions one address may open."""

    name = "widget-session"


class WidgetSessionView(AnswersAnyPage, APIView):
    """A page of a client's shop asks for a chat session, from its own origin and without cookies."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (SessionRate,)

    @extend_schema(
        operation_id="widget_open_session",
        summary="Open a widget session",
        description="Called by the chat widget from one of the programme's allowed origins; answers CORS.",
        tags=["widget"],
        auth=[],
        request=serializers.WidgetSessionRequest,
        responses={201: serializers.WidgetSessionAnswer, **refusals(OriginRefused, NotFound)},
        examples=[
            OpenApiExample(
                "First visit",
                value={"site_key": "wdg_01jd3k5w1r8m0q2y7x9z4t6v5b", "language": "zh-hans"},
                request_only=True,
            ),
            OpenApiExample(
                "Nobody waits",
                response_only=True,
                value={
                    "token": "eyJ2Ijoi...:1vJk2b:Jc0x",
                    "token_expires_at": "2026-11-12T12:00:00Z",
                    "visitor_key": "4cVfGz0mXq9tB2",
                    "socket_url": "wss://www.example.com/ws/widget/",
                    "server_time": "2026-11-11T12:00:00Z",
                    "file_max_bytes": 10485760,
                    "customer": {"id": "cus_01jd3k5w1r8m0q2y7x9z4t6v5b", "name": ""},
                    "programme": {
                        "id": "prg_01jd3k5w1r8m0q2y7x9z4t6v5b",
                        "name": "Lantern flagship store",
                        "greeting": "Hello, how can we help?",
                        "colour": "#0f766e",
                        "languages": ["zh-hans", "en"],
                    },
                    "open": {
                        "agents_available": 3,
                        "waiting": 0,
                        "estimate_seconds": 10,
                        "estimate_error_seconds": 4,
                    },
                },
            ),
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
            "file_max_bytes": settings.ATTACHMENT_MAX_BYTES,
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
        responses={200: serializers.ConversationSummary(many=True), **refusals(ScopeNeeded)},
        tags=["conversations"],
        examples=[OpenApiExample("One conversation", value=SUMMARY, response_only=True)],
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
        responses={200: serializers.ConversationDetail, **refusals(ScopeNeeded)},
        examples=[
            OpenApiExample(
                "Served and closed",
                value={
                    "conversation": {**SUMMARY, "messages": 2},
                    "segments": [
                        {
                            "id": "seg_01jd3k5w1r8m0q2y7x9z4t6v5b",
                            "agent": "小林",
                            "from_seq": 2,
                            "to_seq": 2,
                            "started_at": "2026-11-11T12:00:12Z",
                            "ended_at": "2026-11-11T12:08:00Z",
                            "ended_how": "agent",
                            "wrap_up_code": "resolved",
                        }
                    ],
                    "messages": [
                        {
                            "seq": 1,
                            "author": "customer",
                            "name": "",
                            "text": "Where is my parcel?",
                            "code": "",
                            "is_masked": False,
                            "at": "2026-11-11T12:00:00Z",
                            "attachment": None,
                        },
                        {
                            "seq": 2,
                            "author": "agent",
                            "name": "小林",
                            "text": "Your parcel leaves today.",
                            "code": "",
                            "is_masked": False,
                            "at": "2026-11-11T12:00:40Z",
                            "attachment": None,
                        },
                    ],
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request, public_id: str) -> Response:
        actor = actor_of(request)
        conversation = selectors.conversation_by_public_id(public_id, actor=actor)
        return Response(serializers.ConversationDetail(selectors.transcript(actor, conversation)).data)
