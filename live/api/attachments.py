"""Doors of files: taking them in for a conversation, and giving them to those who may have them.

They belong to the language of the sockets (docs/protocol.md, "Files"), so the API's description leaves out all but the
one a client's key may call: reading a file.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
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
from live.actors import Talker
from live.api import serializers
from live.logic.files import MEDIA_TYPES
from live.logic.rules import RULES
from live.policies import address_of_file, customer_of, customer_of_file, require_origin
from live.selectors.conversations import programme_of_customer
from live.selectors.feed import FeedFile


class WidgetFileRate(Throttle):
    """Files one address may upload."""

    name = "widget-attachments"


class FileRate(Throttle):
    """Files one person may upload."""

    name = "attachments"


def _refuse_larger(request: Request) -> None:
    """A body too large by its own word is refused before its parts are read. `marketplace.bodies` bounds all bodies."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > settings.ATTACHMENT_MAX_BYTES + RULES.upload_form_bytes:
        raise services.file_too_large()


def _take(actor: Talker, conversation_id: str, file: Any) -> Response:
    conversation = selectors.conversation_by_public_id(conversation_id, actor=actor)
    row = services.upload_attachment(
        actor=actor, conversation=conversation, file=file, name=file.name or "", at=clock.now()
    )
    body = FeedFile.of(row).body(address_of_file(row.public_id, actor))
    return Response(serializers.AttachmentBody(body).data, status=201)


def _give(public_id: str, actor: Talker, request: Request) -> HttpResponse:
    """The file with headers that let a browser do nothing but show a picture or keep the rest."""
    small = request.query_params.get("size") == "small"
    file = selectors.open_attachment(public_id, actor=actor, small=small)
    with file.content as content:
        response = HttpResponse(content.read())
    text = file.media_type == "text/plain"
    response["Content-Type"] = "text/plain; charset=utf-8" if text else file.media_type
    attached = not file.media_type.startswith("image/")
    response["Content-Disposition"] = content_disposition_header(attached, file.name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@extend_schema(exclude=True)
class ConversationAttachmentsView(APIView):
    """An agent uploads a file for a conversation they own; a message sends it."""

    parser_classes = (MultiPartParser,)
    throttle_classes = (FileRate,)

    def post(self, request: Request, public_id: str) -> Response:
        _refuse_larger(request)
        form = serializers.AttachmentUpload(data=request.data)
        form.is_valid(raise_exception=True)
        return _take(actor_of(request), public_id, form.validated_data["file"])


class AttachmentView(APIView):
    """A file of a conversation."""

    @extend_schema(
        operation_id="attachment_read",
        summary="Read a file of a conversation",
        description="Addresses of files are in the messages of a conversation. A key needs the scope "
        "`conversations:read`.",
        tags=["conversations"],
        parameters=[
            OpenApiParameter("public_id", OpenApiTypes.STR, OpenApiParameter.PATH),
            OpenApiParameter("size", OpenApiTypes.STR, enum=["small"], description="A picture to read along with."),
        ],
        responses={**{(200, kind): OpenApiTypes.BINARY for kind in MEDIA_TYPES}, **refusals(ScopeNeeded, NotFound)},
        examples=[
            OpenApiExample(f"As {kind}", value="(bytes)", media_type=kind, response_only=True, status_codes=[200])
            for kind in MEDIA_TYPES
        ],
    )
    def get(self, request: Request, public_id: str) -> HttpResponse:
        return _give(public_id, actor_of(request), request)


@extend_schema(exclude=True)
class WidgetAttachmentsView(AnswersAnyPage, APIView):
    """A customer uploads a file for their conversation; a message sends it."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (MultiPartParser,)
    throttle_classes = (WidgetFileRate,)

    def post(self, request: Request) -> Response:
        _refuse_larger(request)
        form = serializers.WidgetAttachmentUpload(data=request.data)
        form.is_valid(raise_exception=True)
        customer = customer_of(form.validated_data["token"])
        require_origin(programme_of_customer(customer), request.headers.get("Origin"))
        return _take(customer, form.validated_data["conversation"], form.validated_data["file"])


@extend_schema(exclude=True)
class WidgetAttachmentView(APIView):
    """A file of a customer's conversation, by the key in the address a message gave."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request, public_id: str) -> HttpResponse:
        customer = customer_of_file(public_id, request.query_params.get("key", ""))
        return _give(public_id, customer, request)
