"""Verify a certificate (anybody); save answers, replies and signals (the exam player's own session)."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import actor_of
from certification import selectors, services
from certification.api.serializers import (
    AnswerSerializer,
    CertificateSerializer,
    ReplySavedSerializer,
    ReplySerializer,
    SavedSerializer,
    SignalSerializer,
)
from certification.errors import BadAnswer, DeadlinePassed, NotInProgress
from certification.states import SignalKind
from core import clock
from core.api.schema import refusals

CRT = "crt_01kb3v6m2n8x4q7r9t5w1y0z3c"
ATT = "att_01kb3v6m2n8x4q7r9t5w1y0z3c"


class CertificateView(APIView):
    """Public verification."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="certificates_verify",
        summary="Verify a certificate",
        description="Open to anybody who has its id. `holds` is true while it is valid at this moment.",
        responses=CertificateSerializer,
        tags=["certificates"],
        examples=[
            OpenApiExample(
                "Valid",
                response_only=True,
                value={
                    "id": CRT,
                    "state": "valid",
                    "holds": True,
                    "service_name": "Xiao Lin",
                    "standard": "after-sales",
                    "standard_version": 1,
                    "standard_name": "After-sales service",
                    "issued_at": "2026-11-01T09:00:00Z",
                    "valid_until": "2027-11-01T09:00:00Z",
                    "revoked_at": None,
                    "revoked_reason": "",
                    "renewed_by": None,
                },
            )
        ],
    )
    def get(self, request: Request, public_id: str) -> Response:
        """What anybody may learn of a certificate."""
        found = selectors.verify_certificate(public_id, clock.now())
        return Response(CertificateSerializer(found).data)


class AnswerView(APIView):
    """Autosave of one answer."""

    @extend_schema(
        operation_id="attempts_save_answer",
        summary="Save one answer of one's own attempt",
        description="409 `certification.deadline_passed` from the deadline on, by the server's clock.",
        request=AnswerSerializer,
        responses={200: SavedSerializer, **refusals(DeadlinePassed, NotInProgress, BadAnswer)},
        tags=["exams"],
        examples=[
            OpenApiExample("Single choice", request_only=True, value={"answer": "3f2a91bc", "device": "d-81c2"}),
            OpenApiExample(
                "Saved",
                response_only=True,
                value={
                    "position": 1,
                    "answered": True,
                    "flagged": False,
                    "saved_at": "2026-11-01T09:05:00Z",
                    "deadline_at": "2026-11-01T09:30:00Z",
                },
            ),
        ],
    )
    def put(self, request: Request, public_id: str, position: int) -> Response:
        """Keep the answer; the last one kept counts."""
        sent = AnswerSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actor, at = actor_of(request), clock.now()
        attempt = selectors.own_attempt(actor, public_id)
        row = services.save_answer(
            actor=actor,
            at=at,
            attempt=attempt,
            position=position,
            answer=sent.validated_data["answer"],
            is_flagged=sent.validated_data.get("flagged"),
            device=sent.validated_data.get("device", ""),
            was_offline=sent.validated_data["was_offline"],
        )
        saved = {
            "position": position,
            "answered": row.answer is not None,
            "flagged": row.is_flagged,
            "saved_at": at,
            "deadline_at": attempt.deadline_at,
        }
        return Response(SavedSerializer(saved).data)


class SignalView(APIView):
    """Integrity signals."""

    @extend_schema(
        operation_id="attempts_record_signal",
        summary="Report something noticed during one's own attempt",
        description="It is shown to a certifier and fails nobody by itself.",
        request=SignalSerializer,
        responses={204: None, **refusals(NotInProgress)},
        tags=["exams"],
        examples=[OpenApiExample("Left the page", request_only=True, value={"kind": "focus_lost", "seconds": 12})],
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Note the signal."""
        sent = SignalSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actor = actor_of(request)
        services.record_signal(
            actor=actor,
            at=clock.now(),
            attempt=selectors.own_attempt(actor, public_id),
            kind=SignalKind(sent.validated_data["kind"]),
            position=sent.validated_data.get("position"),
            seconds=sent.validated_data.get("seconds"),
        )
        return Response(status=204)


class ReplyView(APIView):
    """Replies of the practical part."""

    @extend_schema(
        operation_id="practicals_save_reply",
        summary="Save or send a reply in one's own practical part",
        description="`sent` makes it final and brings the customer's next turn.",
        request=ReplySerializer,
        responses={200: ReplySavedSerializer, **refusals(DeadlinePassed, NotInProgress, BadAnswer)},
        tags=["exams"],
        examples=[
            OpenApiExample("Draft", request_only=True, value={"text": "I am sorry to hear that.", "sent": False}),
            OpenApiExample(
                "Saved", response_only=True, value={"turn": 1, "sent": False, "saved_at": "2026-11-01T09:05:00Z"}
            ),
        ],
    )
    def put(self, request: Request, public_id: str, turn: int) -> Response:
        """Keep the reply."""
        sent = ReplySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actor, at = actor_of(request), clock.now()
        reply = services.save_reply(
            actor=actor,
            at=at,
            practical=selectors.practical_by_public_id(actor, public_id),
            turn=turn,
            text=sent.validated_data["text"],
            is_sent=sent.validated_data["sent"],
        )
        return Response(ReplySavedSerializer({"turn": turn, "sent": reply.is_sent, "saved_at": reply.saved_at}).data)
