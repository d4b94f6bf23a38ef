"""Worked examples of the API page; `tests/test_api.py` sends them."""

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
CANCEL = OpenApiExample("With a reason", request_only=True, value={"reason": "The launch has moved to December."})
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
FULL = OpenApiExample(
    "The block is full",
    response_only=True,
    status_codes=["409"],
    value={
        "type": "about:blank",
        "status": 409,
        "code": "tasks.block_full",
        "title": "This block is full. Every seat was taken before you.",
    },
)
REQUIREMENT_HELP = (
    "`requirement` is groups of predicates: AND inside a group (`all`), OR between groups (`any`); `{}` asks for "
    "nothing. Subjects: `skill.<slug>` (0-100), `certificate.<slug>`, `tier`, `language`, `region`, `adherence` "
    "(0-100), `consent.<kind>`. Comparators: `lt lte gt gte eq ne exists missing in not_in`. A mistake is answered "
    "at its place, for example `requirement.any.0.all.1.value`."
)
