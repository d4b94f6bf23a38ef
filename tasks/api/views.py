"""Posting work by API: parse, one service or selector call, answer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import actor_of
from accounts.errors import RoleNeeded, ScopeNeeded, SecondFactorNeeded
from accounts.selectors import programme_by_public_id
from core import clock
from core.api.schema import refusals
from core.errors import NotFound
from core.idempotency import MAX_LENGTH, KeyInvalid, KeyUsed
from tasks import errors, selectors, services
from tasks.api import examples
from tasks.api.serializers import (
    CancellationSerializer,
    CancelSerializer,
    NewRateCardSerializer,
    NewTaskSerializer,
    PriceSerializer,
    PublishSerializer,
    RateCardSerializer,
    TaskClaimSerializer,
    TaskDetailSerializer,
    TaskSerializer,
    TaskTermsSerializer,
)
from tasks.filters import RateCardFilter, TaskFilter
from tasks.logic.rules import RULES
from tasks.models import RateCard, Task

KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH},
    OpenApiParameter.HEADER,
    description="A key of your choice: the same request under the same key is done once; another request under it is "
    "answered with `core.idempotency_key_used`.",
)
READ = refusals(ScopeNeeded)
ONCE = (KeyUsed, KeyInvalid)
POST = (RoleNeeded, ScopeNeeded, NotFound)
SPEND = (*POST, SecondFactorNeeded, *ONCE)


def _read(serializer: Any, request: Request, **options: Any) -> dict[str, Any]:
    parsed = serializer(data=request.data, **options)
    parsed.is_valid(raise_exception=True)
    data: dict[str, Any] = parsed.validated_data
    return data


class TaskViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Task]):
    """Tasks of your organisation."""

    serializer_class = TaskSerializer
    filterset_class = TaskFilter
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = "[a-z0-9_]{1,40}"

    def get_queryset(self) -> QuerySet[Task]:
        return selectors.tasks_for(actor_of(self.request))

    def _task(self) -> Task:
        return selectors.task_by_public_id(self.kwargs["id"], actor=actor_of(self.request))

    def _answer(self, task: Task, status: int = 200) -> Response:
        fresh = selectors.task_by_public_id(task.public_id, actor=actor_of(self.request))
        return Response(TaskDetailSerializer(fresh).data, status=status)

    @extend_schema(
        summary="List tasks, newest first",
        responses={200: TaskSerializer(many=True), **READ},
        examples=[examples.ONE_TASK],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Read a task with its blocks",
        responses={200: TaskDetailSerializer, **READ},
        examples=[examples.PUBLISHED],
    )
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(TaskDetailSerializer(self._task()).data)

    @extend_schema(
        summary="Start a draft",
        description=examples.REQUIREMENT_HELP,
        parameters=[KEY],
        request=NewTaskSerializer,
        responses={201: TaskDetailSerializer, **refusals(*POST, *ONCE)},
        examples=[examples.NEW_TASK, examples.DRAFT],
    )
    def create(self, request: Request) -> Response:
        actor, data = actor_of(request), _read(NewTaskSerializer, request)
        programme = programme_by_public_id(data.pop("programme"), actor=actor)
        key = request.headers.get("Idempotency-Key")
        task = services.create_task(actor=actor, at=clock.now(), programme=programme, idempotency_key=key, **data)
        return self._answer(task, 201)

    @extend_schema(
        summary="Change a draft",
        description="Only drafts are changed. `blocks` replaces the whole plan. " + examples.REQUIREMENT_HELP,
        request=TaskTermsSerializer,
        responses={200: TaskDetailSerializer, **refusals(*POST, errors.NotDraft)},
        examples=[examples.CHANGES, examples.CHANGED],
    )
    def partial_update(self, request: Request, id: str) -> Response:
        task = self._task()
        data = _read(TaskTermsSerializer, request)
        return self._answer(services.update_draft(actor=actor_of(request), at=clock.now(), task=task, **data))

    @extend_schema(
        operation_id="tasks_publish",
        summary="Publish: reserve the budget and open the task",
        description="Refused with `ledger.insufficient_funds` when your funds are smaller than the budget.",
        parameters=[KEY],
        request=PublishSerializer,
        responses={
            200: TaskDetailSerializer,
            **refusals(*SPEND, errors.NotDraft, errors.PriceChanged, errors.NotEnoughFunds, errors.InvalidDraft),
        },
        examples=[examples.PUBLISH, examples.PUBLISHED],
    )
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, id: str) -> Response:
        task = self._task()
        data = _read(PublishSerializer, request)
        key = request.headers.get("Idempotency-Key")
        services.publish_task(actor=actor_of(request), at=clock.now(), task=task, idempotency_key=key, **data)
        return self._answer(task)

    @extend_schema(
        operation_id="tasks_cancel",
        summary="Cancel: call off what has not started and return the money",
        description=f"Agents whose block starts within {RULES.late_cancel_hours} hours are paid "
        f"{int(RULES.late_cancel_share * 100)}% of its floor from the reserve; "
        "`cancellation` says how many and how much.",
        parameters=[KEY],
        request=CancelSerializer,
        responses={200: TaskDetailSerializer, **refusals(*SPEND, errors.NotCancellable, errors.CancelCostChanged)},
        examples=[examples.CANCEL, examples.CANCELLED],
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: str) -> Response:
        task = self._task()
        data = _read(CancelSerializer, request)
        key = request.headers.get("Idempotency-Key")
        services.cancel_task(actor=actor_of(request), at=clock.now(), task=task, idempotency_key=key, **data)
        return self._answer(task)

    @extend_schema(
        operation_id="tasks_cancellation",
        summary="Preview a cancellation: who is freed, what agents are paid, what comes back",
        responses={200: CancellationSerializer, **READ},
        examples=[examples.CANCELLATION],
    )
    @action(detail=True, methods=["get"])
    def cancellation(self, request: Request, id: str) -> Response:
        told = selectors.cancel_consequence(self._task(), actor=actor_of(request), at=clock.now())
        return Response(CancellationSerializer(told).data)

    @extend_schema(
        operation_id="tasks_price",
        summary="Price a task as it stands",
        responses={200: PriceSerializer, **READ},
        examples=[examples.PRICE],
    )
    @action(detail=True, methods=["get"])
    def price(self, request: Request, id: str) -> Response:
        return Response(PriceSerializer(selectors.preview_price(self._task())).data)

    @extend_schema(
        operation_id="tasks_claims",
        summary="List the claims on a task, newest first",
        responses={200: TaskClaimSerializer(many=True), **READ},
        filters=False,
        examples=[examples.CLAIM_ON_A_TASK],
    )
    @action(detail=True, methods=["get"], filterset_class=None)
    def claims(self, request: Request, id: str) -> Response:
        rows: Any = selectors.claims_of_task(self._task(), actor=actor_of(request))
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(TaskClaimSerializer(page, many=True).data)


class RateCardViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[RateCard]):
    """Rate cards of your programmes: a change is a new version."""

    serializer_class = RateCardSerializer
    filterset_class = RateCardFilter
    lookup_url_kwarg = "id"
    lookup_value_regex = "[a-z0-9_]{1,40}"

    def get_queryset(self) -> QuerySet[RateCard]:
        return selectors.rate_cards_for(actor_of(self.request))

    @extend_schema(
        summary="List rate cards, newest first",
        responses={200: RateCardSerializer(many=True), **READ},
        examples=[examples.ONE_RATE_CARD],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Read a rate card", responses={200: RateCardSerializer, **READ}, examples=[examples.ONE_RATE_CARD]
    )
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(RateCardSerializer(selectors.rate_card_by_public_id(id, actor=actor_of(request))).data)

    @extend_schema(
        summary="Publish the next version of a programme's rate card",
        request=NewRateCardSerializer,
        responses={201: RateCardSerializer, **refusals(*POST)},
        examples=[examples.RATE_CARD, examples.ONE_RATE_CARD],
    )
    def create(self, request: Request) -> Response:
        actor, data = actor_of(request), _read(NewRateCardSerializer, request)
        programme = programme_by_public_id(data.pop("programme"), actor=actor)
        card = services.publish_rate_card(actor=actor, at=clock.now(), programme=programme, **data)
        return Response(RateCardSerializer(card).data, status=201)
