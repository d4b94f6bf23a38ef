"""A client's money by API: parse, one selector call, answer."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import actor_of
from accounts.errors import ScopeNeeded
from accounts.selectors import organisations_for
from core.api.schema import refusals
from core.errors import Invalid, NotFound
from pay import selectors
from pay.api.serializers import BalanceSerializer, SpendingSerializer
from pay.forms import PeriodForm
from pay.policies import require_see_spending

if TYPE_CHECKING:
    from accounts.models import Organisation

ORGANISATION = OpenApiParameter(
    "organisation",
    OpenApiTypes.STR,
    description="Public id of the organisation; needed only by people who act for several.",
)
REFUSED = refusals(ScopeNeeded, NotFound)


def _organisation(request: Request) -> Organisation:
    """The one named, else the only one; a key has exactly one."""
    actor = actor_of(request)
    own = organisations_for(actor).filter(pk__in=list(actor.clients))
    named = request.query_params.get("organisation")
    found = list((own.filter(public_id=named) if named else own)[:2])
    if len(found) > 1:
        raise Invalid(fields={"organisation": _("Name the organisation: you act for several.")})
    if not found:
        raise NotFound
    require_see_spending(actor, found[0])
    return found[0]


class BalanceView(APIView):
    """Where your money stands."""

    @extend_schema(
        operation_id="balance_read",
        summary="Read the balance: free, reserved, owed, spent",
        parameters=[ORGANISATION],
        responses={200: BalanceSerializer, **REFUSED},
        examples=[
            OpenApiExample(
                "A client in the middle of a peak",
                response_only=True,
                value={
                    "organisation": "org_01jd3k5w1r8m0q2y7x9z4t6v5b",
                    "currency": "CNY",
                    "funds_minor": 1250000,
                    "reserved_minor": 402000,
                    "debt_minor": 0,
                    "spent_minor": 866400,
                },
            )
        ],
    )
    def get(self, request: Request) -> Response:
        organisation = _organisation(request)
        balance = selectors.client_balance(actor=actor_of(request), organisation=organisation)
        return Response(BalanceSerializer(balance).data)


class SpendingView(APIView):
    """What was spent on what."""

    @extend_schema(
        operation_id="spending_list",
        summary="Read spending by programme and task",
        parameters=[
            ORGANISATION,
            OpenApiParameter("since", OpenApiTypes.DATE, description="First day of the work, in your time zone."),
            OpenApiParameter("until", OpenApiTypes.DATE, description="Last day of the work, included."),
        ],
        responses={200: SpendingSerializer(many=True), **REFUSED},
        examples=[
            OpenApiExample(
                "One programme, one task",
                response_only=True,
                value={
                    "programme": "prg_01jd3k5w1r8m0q2y7x9z4t6v5b",
                    "name": "Lantern flagship store",
                    "currency": "CNY",
                    "earned_minor": 62100,
                    "fee_minor": 12420,
                    "total_minor": 74520,
                    "tasks": [
                        {
                            "task": "tsk_01jd3k5w1r8m0q2y7x9z4t6v5c",
                            "title": "11.11 evening peak",
                            "blocks": 40,
                            "minutes": 1184,
                            "earned_minor": 62100,
                            "fee_minor": 12420,
                            "total_minor": 74520,
                            "reserved_minor": 8200,
                        }
                    ],
                },
            )
        ],
    )
    def get(self, request: Request) -> Response:
        organisation = _organisation(request)
        form = PeriodForm(request.query_params)
        if not form.is_valid():
            raise Invalid(fields={name: [str(text) for text in texts] for name, texts in form.errors.items()})
        zone = ZoneInfo(organisation.time_zone)
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
        rows = selectors.spending(
            actor=actor_of(request),
            organisation=organisation,
            since=datetime.combine(since, time(), zone) if since else None,
            until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
        )
        return Response(SpendingSerializer(rows, many=True).data)
