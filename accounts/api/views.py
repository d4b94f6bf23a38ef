"""Who am I, and which programmes are there."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts import policies, selectors
from accounts.api import actor_of
from accounts.api.serializers import MeSerializer, ProgrammeSerializer
from accounts.errors import ScopeNeeded
from accounts.models import Programme
from accounts.states import Scope
from core.api.schema import refusals

PROGRAMME = {
    "id": "prg_01kb3v6m2n8x4q7r9t5w1y0z3c",
    "organisation": "org_01kb3v6m2n8x4q7r9t5w1y0z3c",
    "name": "Lantern Tea shop",
    "industry": "food",
    "languages": ["zh-hans", "en"],
    "currency": "CNY",
    "time_zone": "Asia/Shanghai",
    "greeting": "Hello, how can we help?",
    "colour": "#0f766e",
    "site_key": "wdg_01kb3v6m2n8x4q7r9t5w1y0z3c",
    "allowed_origins": ["https://shop.example"],
    "created_at": "2026-11-01T09:00:00Z",
}
ME = {
    "kind": "api_key",
    "id": "key_01kb3v6m2n8x4q7r9t5w1y0z3c",
    "name": "Shop backend",
    "language": "en",
    "time_zone": "UTC",
    "organisations": [{"organisation": "org_01kb3v6m2n8x4q7r9t5w1y0z3c", "name": "Lantern Tea", "role": "manager"}],
    "platform_roles": [],
    "scopes": ["tasks:read", "tasks:write"],
}


class MeView(APIView):
    """The person or API key behind the request."""

    @extend_schema(
        operation_id="me_retrieve",
        summary="Who am I",
        description="The person or API key that is asking, the organisations it acts for, and what it may do.",
        responses=MeSerializer,
        tags=["me"],
        examples=[OpenApiExample("An API key", response_only=True, value=ME)],
    )
    def get(self, request: Request) -> Response:
        """Answer with the actor."""
        actor = actor_of(request)
        own = selectors.organisations_for(actor).filter(pk__in=list(actor.clients))
        data: dict[str, object] = {
            "kind": "api_key" if actor.api_key_id else "person",
            "id": actor.audit_name,
            "name": actor.name,
            "language": actor.language,
            "time_zone": actor.time_zone,
            "organisations": [
                {"organisation": one.public_id, "name": one.name, "role": actor.clients[one.pk]} for one in own
            ],
            "platform_roles": sorted(actor.staff_roles),
            "scopes": sorted(actor.scopes),
        }
        return Response(MeSerializer(data).data)


class _Programmes(generics.GenericAPIView[Programme]):
    """Programmes of the organisations one acts for; a key needs `tasks:read` or `tasks:write`."""

    serializer_class: type[BaseSerializer[Programme]] = ProgrammeSerializer
    filterset_fields = ()
    lookup_field = "public_id"
    lookup_url_kwarg = "id"

    def get_queryset(self) -> QuerySet[Programme]:
        actor = actor_of(self.request)
        policies.require_scope(actor, Scope.TASKS_READ, Scope.TASKS_WRITE)
        return selectors.programmes_for(actor)


class ProgrammeListView(_Programmes, generics.ListAPIView[Programme]):
    """All of them, newest first, by pages."""

    @extend_schema(
        operation_id="programmes_list",
        summary="List programmes",
        description="Programmes of the organisations you act for, newest first, in cursor pages.",
        responses={200: ProgrammeSerializer(many=True), **refusals(ScopeNeeded)},
        tags=["programmes"],
        examples=[OpenApiExample("One programme", response_only=True, value=PROGRAMME)],
    )
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """List them."""
        return self.list(request, *args, **kwargs)


class ProgrammeView(_Programmes, generics.RetrieveAPIView[Programme]):
    """One of them."""

    @extend_schema(
        operation_id="programmes_retrieve",
        summary="Read a programme",
        description="One programme of an organisation you act for; 404 for every other.",
        responses={200: ProgrammeSerializer, **refusals(ScopeNeeded)},
        tags=["programmes"],
        examples=[OpenApiExample("A programme", response_only=True, value=PROGRAMME)],
    )
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Read it."""
        return self.retrieve(request, *args, **kwargs)
