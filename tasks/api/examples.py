"""Worked examples of the API page; `tests/test_api.py` sends them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

REQUIREMENT = {
    "any": [
        {
            "all": [
                {"subject": "certificate.retail-service", "op": "exists"},
                {"subject": "skill.retail", "op": "gte", "value": 60},
            ]
        },
        {"all": [{"subject": "tier", "op": "gte", "value": "gold"}]},
    ]
}
NEW_TASK = OpenApiExample(
    "An evening peak",
    request_only=True,
    value={
        "programme": "prg_01jd3k5w1r8m0q2y7x9z4t6v5b",
        "title": "11.11 evening peak",
        "brief": "Answer shop customers about orders, delivery and returns.",
        "language": "zh-hans",
        "expected_units_per_seat": 4,
        "visibility": "see",
        "requirement": {"any": [{"all": [{"subject": "tier", "op": "gte", "value": "bronze"}]}]},
        "blocks": [
            {"starts_at": "2026-11-11T12:00:00Z", "seats": 20},
            {"starts_at": "2026-11-11T12:30:00Z", "seats": 24, "bonus_minor": 200},
        ],
    },
)
CHANGES = OpenApiExample(
    "Another title and plan",
    request_only=True,
    value={"title": "11.11 late peak", "blocks": [{"starts_at": "2026-11-11T14:00:00Z", "seats": 12}]},
)
PUBLISH = OpenApiExample("At the price that was shown", request_only=True, value={"expected_budget_minor": 139608})
CANCEL = OpenApiExample(
    "With a reason, at the pay that was shown",
    request_only=True,
    value={"reason": "The launch has moved to December.", "expected_pay_minor": 0},
)
CANCELLATION = OpenApiExample(
    "The evening before",
    response_only=True,
    value={
        "currency": "CNY",
        "blocks_called_off": 4,
        "blocks_kept": 0,
        "claims_waived": 6,
        "agents_freed": 3,
        "claims_paid": 6,
        "agents_paid": 3,
        "share_percent": 40,
        "hours": 48,
        "pay_minor": 3600,
        "returned_minor": 136008,
        "kept_minor": 0,
    },
)
RATE_CARD = OpenApiExample(
    "30.00 an hour, 2.00 a conversation",
    request_only=True,
    value={
        "programme": "prg_01jd3k5w1r8m0q2y7x9z4t6v5b",
        "floor_rate_minor": 3000,
        "unit_price_minor": {"certification": 180, "bronze": 200, "silver": 220, "gold": 240, "platinum": 260},
        "block_bonus_minor": 0,
        "escalation_minor": 100,
        "fee_bps": 2000,
    },
)
REQUIREMENT_HELP = (
    "`requirement` is groups of predicates: AND inside a group (`all`), OR between groups (`any`); `{}` asks for "
    "nothing. Subjects: `skill.<slug>` (0-100), `certificate.<slug>`, `tier`, `language`, `region`, `adherence` "
    "(0-100), `consent.<kind>`. Comparators: `lt lte gt gte eq ne exists missing in not_in`. A mistake is answered "
    "at its place, for example `requirement.any.0.all.1.value`."
)

_TASK: dict[str, Any] = {
    "id": "tsk_01jd3k5w1r8m0q2y7x9z4t6v5c",
    "programme": "prg_01jd3k5w1r8m0q2y7x9z4t6v5b",
    "kind": "peak",
    "title": "11.11 evening peak",
    "brief": "Answer shop customers about orders, delivery and returns.",
    "language": "zh-hans",
    "state": "draft",
    "requirement": NEW_TASK.value["requirement"],
    "visibility": "see",
    "expected_units_per_seat": 4,
    "max_blocks_per_agent": None,
    "claims_open_at": None,
    "rate_card": "rtc_01jd3k5w1r8m0q2y7x9z4t6v5b",
    "currency": "CNY",
    "budget_minor": 0,
    "seats": 44,
    "seats_taken": 0,
    "starts_at": "2026-11-11T12:00:00Z",
    "ends_at": "2026-11-11T13:00:00Z",
    "created_at": "2026-11-01T09:00:00Z",
    "updated_at": "2026-11-01T09:00:00Z",
    "published_at": None,
    "cancelled_at": None,
    "settled_at": None,
}
_BLOCK: dict[str, Any] = {
    "id": "blk_01jd3k5w1r8m0q2y7x9z4t6v5b",
    "starts_at": "2026-11-11T12:00:00Z",
    "ends_at": "2026-11-11T12:30:00Z",
    "seats": 20,
    "seats_taken": 0,
    "bonus_minor": 0,
    "cancelled_at": None,
}
_SECOND = {
    **_BLOCK,
    "id": "blk_01jd3k5w1r8m0q2y7x9z4t6v5c",
    "starts_at": "2026-11-11T12:30:00Z",
    "ends_at": "2026-11-11T13:00:00Z",
    "seats": 24,
    "bonus_minor": 200,
}
_LATE = {
    **_BLOCK,
    "id": "blk_01jd3k5w1r8m0q2y7x9z4t6v5d",
    "starts_at": "2026-11-11T14:00:00Z",
    "ends_at": "2026-11-11T14:30:00Z",
    "seats": 12,
}
_OPEN = {**_TASK, "state": "staffing", "budget_minor": 139608, "published_at": "2026-11-01T09:05:00Z"}
_CALLED_OFF = "2026-11-02T10:00:00Z"


def _answer(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, response_only=True, value=value)


ONE_TASK = _answer("Open for claims, a quarter taken", {**_OPEN, "seats_taken": 11})
DRAFT = _answer("The draft", {**_TASK, "blocks": [_BLOCK, _SECOND]})
CHANGED = _answer(
    "The draft as it is now",
    {
        **_TASK,
        "title": "11.11 late peak",
        "seats": 12,
        "starts_at": _LATE["starts_at"],
        "ends_at": _LATE["ends_at"],
        "updated_at": "2026-11-01T09:02:00Z",
        "blocks": [_LATE],
    },
)
PUBLISHED = _answer("Published", {**_OPEN, "blocks": [_BLOCK, _SECOND]})
CANCELLED = _answer(
    "Called off before it began",
    {
        **_OPEN,
        "state": "cancelled",
        "seats": 0,
        "cancelled_at": _CALLED_OFF,
        "blocks": [{**block, "cancelled_at": _CALLED_OFF} for block in (_BLOCK, _SECOND)],
    },
)
PRICE = _answer(
    "What publishing would reserve",
    {
        "currency": "CNY",
        "blocks": 2,
        "seats": 44,
        "floor_minor": 66000,
        "work_minor": 116340,
        "fee_minor": 23268,
        "total_minor": 139608,
    },
)
ONE_RATE_CARD = _answer(
    "The second version",
    {
        "id": "rtc_01jd3k5w1r8m0q2y7x9z4t6v5b",
        **RATE_CARD.value,
        "version": 2,
        "currency": "CNY",
        "published_at": "2026-11-01T08:55:00Z",
    },
)
_CLAIM: dict[str, Any] = {
    "id": "clm_01jd3k5w1r8m0q2y7x9z4t6v5b",
    "block": _BLOCK["id"],
    "tier": "silver",
    "state": "committed",
    "starts_at": _BLOCK["starts_at"],
    "ends_at": _BLOCK["ends_at"],
    "committed_at": "2026-11-01T09:10:00Z",
    "checked_in_at": None,
    "checked_out_at": None,
    "minutes_served": 0,
}
CLAIM_ON_A_TASK = _answer("A claim", {**_CLAIM, "agent": "agt_01jd3k5w1r8m0q2y7x9z4t6v5b", "agent_name": "Xiao Lin"})
_OWN = {
    **_CLAIM,
    "task": _TASK["id"],
    "task_title": _TASK["title"],
    "rate_card": _TASK["rate_card"],
    "hot": False,
    "released_at": None,
}
OWN_CLAIM = _answer("Yours", _OWN)
RELEASED = _answer("Given back", {**_OWN, "state": "released_free", "released_at": "2026-11-01T09:12:00Z"})
CHECKED_IN = _answer("At work", {**_OWN, "checked_in_at": "2026-11-11T11:58:00Z"})
CHECKED_OUT = _answer(
    "Left after 25 minutes",
    {**_OWN, "checked_in_at": "2026-11-11T11:58:00Z", "checked_out_at": "2026-11-11T12:25:00Z"},
)
OPEN_WORK = _answer(
    "Open work you can claim",
    {
        "id": _TASK["id"],
        "title": _TASK["title"],
        "brief": _TASK["brief"],
        "client": "Lantern Tea",
        "industry": "retail",
        "language": "zh-hans",
        "state": "staffing",
        "currency": "CNY",
        "unit_price_minor": 220,
        "floor_rate_minor": 3000,
        "eligible": True,
        "explanation": {
            "eligible": True,
            "groups": [
                [{"subject": "tier", "op": "gte", "value": "bronze", "met": True, "agent_value": "silver", "fix": None}]
            ],
        },
        "preview": False,
        "blocks": [
            {
                "id": _BLOCK["id"],
                "starts_at": _BLOCK["starts_at"],
                "ends_at": _BLOCK["ends_at"],
                "seats_left": 9,
                "bonus_minor": 0,
                "hot": False,
                "my_claim": None,
            }
        ],
    },
)
