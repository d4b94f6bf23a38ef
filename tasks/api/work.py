"""Finding, claiming and working blocks by API, for agents."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import PLATFORM
from accounts.api import actor_of
from accounts.errors import NotAnAgent, NotOnboarded, Suspended
from accounts.states import Industry, ServiceLanguage
from core import clock
from core.api.pages import RankedPages
from core.api.schema import refusals
from tasks import errors, selectors, services
from tasks.api import examples
from tasks.api.serializers import OfferedTaskSerializer, OwnClaimSerializer
from tasks.api.views import KEY, ONCE
from tasks.forms import WorkFilterForm
from tasks.models import Claim

AGENTS = (NotAnAgent, NotOnboarded, Suspended)
IN = (errors.NotCommitted, errors.CheckInTooEarly, errors.CheckInTooLate, errors.AlreadyCheckedOut)
OUT = (errors.NotCommitted, errors.NotCheckedIn, errors.BlockNotStarted, errors.AlreadyCheckedOut)


class WorkViewSet(viewsets.ViewSet):
    """Open work, with the reasons for or against you."""

    pagination_class = RankedPages
    lookup_value_regex = "[a-z0-9_]{1,40}"

    @extend_schema(
        summary="List open work",
        parameters=[
            OpenApiParameter("industry", OpenApiTypes.STR, enum=Industry.values),
            OpenApiParameter("language", OpenApiTypes.STR, enum=ServiceLanguage.values),
            OpenApiParameter("day", OpenApiTypes.DATE),
            OpenApiParameter("eligible_only", OpenApiTypes.BOOL),
        ],
        responses={200: OfferedTaskSerializer(many=True), **refusals(*AGENTS)},
        examples=[examples.OPEN_WORK],
    )
    def list(self, request: Request) -> Response:
        form = WorkFilterForm(request.query_params)
        work = selectors.open_tasks(actor_of(request), at=clock.now(), filters=form.wanted())
        pages = self.pagination_class()
        page = pages.paginate_queryset(work, request, view=self)
        return pages.get_paginated_response(OfferedTaskSerializer(page, many=True).data)

    @extend_schema(
        summary="Read one task with its coming blocks",
        responses={200: OfferedTaskSerializer, **refusals(*AGENTS)},
        examples=[examples.OPEN_WORK],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(OfferedTaskSerializer(selectors.open_task(pk, actor=actor_of(request), at=clock.now())).data)


class BlockViewSet(viewsets.ViewSet):
    """Blocks to claim."""

    lookup_value_regex = "[a-z0-9_]{1,40}"

    @extend_schema(
        operation_id="blocks_claim",
        summary="Claim a seat",
        description="The `detail` of `tasks.not_eligible` is the explanation: each predicate, met or not, and what "
        "would meet it.",
        parameters=[KEY],
        request=None,
        responses={
            201: OwnClaimSerializer,
            **refusals(
                *AGENTS,
                *ONCE,
                errors.NotEligible,
                errors.BlockFull,
                errors.Overlap,
                errors.BlockStarted,
                errors.BlockCalledOff,
                errors.NotOpen,
                errors.PersonCap,
                errors.DailyCap,
                errors.CommitBudgetSpent,
            ),
        },
        examples=[examples.OWN_CLAIM],
    )
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: str) -> Response:
        actor, at = actor_of(request), clock.now()
        block = selectors.block_for_agent(pk, actor=actor, at=at)
        key = request.headers.get("Idempotency-Key")
        agent = getattr(request.user, "agent", None)
        if agent is None:
            raise NotAnAgent
        claim = services.claim_block(actor=actor, at=at, block=block, agent=agent, idempotency_key=key)
        return Response(OwnClaimSerializer(claim).data, status=201)


class ClaimViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Claim]):
    """Your claims."""

    serializer_class = OwnClaimSerializer
    lookup_url_kwarg = "id"
    lookup_value_regex = "[a-z0-9_]{1,40}"
    filterset_class = None

    def get_queryset(self) -> QuerySet[Claim]:
        actor = PLATFORM if getattr(self, "swagger_fake_view", False) else actor_of(self.request)
        return selectors.claims_for(actor)

    def _act(self, request: Request, service: Any) -> Response:
        actor = actor_of(request)
        claim = selectors.own_claim(self.kwargs["id"], actor=actor)
        return Response(OwnClaimSerializer(service(actor=actor, at=clock.now(), claim=claim)).data)

    @extend_schema(
        summary="List your claims, newest first",
        responses={200: OwnClaimSerializer(many=True), **refusals(NotAnAgent)},
        examples=[examples.OWN_CLAIM],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(
        operation_id="claims_release",
        summary="Release a claim",
        request=None,
        responses={200: OwnClaimSerializer, **refusals(NotAnAgent, errors.NotCommitted, errors.AlreadyStarted)},
        examples=[examples.RELEASED],
    )
    @action(detail=True, methods=["post"])
    def release(self, request: Request, id: str) -> Response:
        return self._act(request, services.release_claim)

    @extend_schema(
        operation_id="claims_check_in",
        summary="Check in",
        description="Eligibility is asked again. The `detail` of `tasks.no_longer_eligible` is the explanation, and "
        "`detail.counts` says whether the block counts as missed; `tasks.certificate_lost` takes it off your calendar.",
        request=None,
        responses={
            200: OwnClaimSerializer,
            **refusals(*AGENTS, *IN, errors.NoLongerEligible, errors.CertificateLost),
        },
        examples=[examples.CHECKED_IN],
    )
    @action(detail=True, methods=["post"], url_path="check-in")
    def check_in(self, request: Request, id: str) -> Response:
        return self._act(request, services.check_in)

    @extend_schema(
        operation_id="claims_check_out",
        summary="Check out",
        request=None,
        responses={
            200: OwnClaimSerializer,
            **refusals(NotAnAgent, *OUT),
        },
        examples=[examples.CHECKED_OUT],
    )
    @action(detail=True, methods=["post"], url_path="check-out")
    def check_out(self, request: Request, id: str) -> Response:
        return self._act(request, services.check_out)
