"""Posting work by API: parse, one service or selector call, answer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import actor_of
from accounts.selectors import programme_by_public_id
from core import clock
from core.api import problems
from tasks import selectors, services
from tasks.api import examples
from tasks.api.serializers import (
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
from tasks.models import RateCard, Task

KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="A key of your choice: the same request under the same key is done once; another request under it is "
    "answered with `core.idempotency_key_used`.",
)
READ = problems(401, 403, 404)
LIST = problems(401, 403, 404, 422)
WRITE = problems(400, 401, 403, 404, 409, 415, 422)


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

    @extend_schema(summary="List tasks, newest first", responses={200: TaskSerializer(many=True), **LIST})
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Read a task with its blocks",
        responses={200: TaskDetailSerializer, **READ},
    )
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(TaskDetailSerializer(self._task()).data)

    @extend_schema(
        summary="Start a draft",
        description=examples.REQUIREMENT_HELP,
        parameters=[KEY],
        request=NewTaskSerializer,
        responses={201: TaskDetailSerializer, **WRITE},
        examples=[examples.NEW_TASK],
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
        responses={200: TaskDetailSerializer, **WRITE},
        examples=[examples.CHANGES],
    )
    def partial_update(self, request: Request, id: str) -> Response:
        task = self._task()
        data = _read(TaskTermsSerializer, request)
        return self._answer(services.update_draft(actor=actor_of(request), at=clock.now(), task=task, **data))

    @extend_schema(
        summary="Publish: reserve the budget and open the task",
        description="Refused with `ledger.insufficient_funds` when your funds are smaller than the budget.",
        parameters=[KEY],
        request=PublishSerializer,
        responses={200: TaskDetailSerializer, **WRITE},
        examples=[examples.PUBLISH],
    )
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, id: str) -> Response:
        task = self._task()
        data = _read(PublishSerializer, request)
        key = request.headers.get("Idempotency-Key")
        services.publish_task(actor=actor_of(request), at=clock.now(), task=task, idempotency_key=key, **data)
        return self._answer(task)

    @extend_schema(
        summary="Cancel: call off what has not started and return the money",
        parameters=[KEY],
        request=CancelSerializer,
        responses={200: TaskDetailSerializer, **WRITE},
        examples=[examples.CANCEL],
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: str) -> Response:
        task = self._task()
        data = _read(CancelSerializer, request)
        key = request.headers.get("Idempotency-Key")
        services.cancel_task(actor=actor_of(request), at=clock.now(), task=task, idempotency_key=key, **data)
        return self._answer(task)

    @extend_schema(summary="Price a task as it stands", responses={200: PriceSerializer, **READ})
    @action(detail=True, methods=["get"])
    def price(self, request: Request, id: str) -> Response:
        return Response(PriceSerializer(selectors.preview_price(self._task())).data)

    @extend_schema(
        summary="List the claims on a task, newest first",
        responses={200: TaskClaimSerializer(many=True), **READ},
        filters=False,
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

    @extend_schema(summary="List rate cards, newest first", responses={200: RateCardSerializer(many=True), **LIST})
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a rate card", responses={200: RateCardSerializer, **READ})
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(RateCardSerializer(selectors.rate_card_by_public_id(id, actor=actor_of(request))).data)

    @extend_schema(
        summary="Publish the next version of a programme's rate card",
        request=NewRateCardSerializer,
        responses={201: RateCardSerializer, **WRITE},
        examples=[examples.RATE_CARD],
    )
    def create(self, request: Request) -> Response:
        actor, data = actor_of(request), _read(NewRateCardSerializer, request)
        programme = programme_by_public_id(data.pop("programme"), actor=actor)
        card = services.publish_rate_card(actor=actor, at=clock.now(), programme=programme, **data)
        return Response(RateCardSerializer(card).data, status=201)
