"""The client area. Every member reads; owners and managers write; owners need a second factor where money moves."""

from typing import Any

from marketplace.tests.matrix.notation import Address, act, form, page
from quality.logic.smart_qa import TIMED
from quality.states import Rule

READERS = "supervisor analyst"
STEP = {"public_id": lambda world: world.draft.public_id, "step": "what"}
WHAT = {"title": "Late peak", "brief": "", "language": "en", "expected_units_per_seat": 4}
PRICES = {f"price_{tier}": "2.50" for tier in ("certification", "bronze", "silver", "gold", "platinum")}
SCORECARD = {
    "form-TOTAL_FORMS": 1,
    "form-INITIAL_FORMS": 0,
    "form-0-title_en": "All",
    "form-0-title_zh": "全部",
    "form-0-max_points": 100,
    **{f"rule-{rule}-deduction": 10 for rule in Rule},
    **{f"rule-{rule}-seconds": 180 for rule in TIMED},
}

ANALYST = {"public_id": lambda world: world.roles.users["analyst"].public_id}
ORGANISATION = {"name": "Lantern Tea", "alias": "A tea shop", "industry": "retail", "time_zone": "Asia/Shanghai"}
PHRASE = {"language": "en", "shortcut": "late", "text": "It leaves today, {customer}."}
PROGRAMME = {
    "name": "Winter shop",
    "industry": "retail",
    "languages": ["en"],
    "time_zone": "Asia/Shanghai",
    "colour": "#0f766e",
    "allowed_origins": "https://shop.example",
}
CANCEL = {"reason": "Moved.", "expected_pay_minor": 0}


def as_priced(world: Any) -> dict[str, Any]:
    """The draft has the terms, and so the price, of the task that is published."""
    return {"expected_budget_minor": world.published.budget_minor, "idempotency_key": "k"}


TABLE: dict[str, Address] = {
    "client:home": page("CLIENTS"),
    "client:choose_organisation": act(
        "MEMBERS", send=lambda world: {"organisation": world.organisation.public_id}, changes=False
    ),
    # Work
    "client:tasks": page("CLIENTS"),
    "client:task_new": form(
        "EDITORS",
        f"stranger {READERS}",
        read="EDITORS stranger",
        reading=READERS,
        send=lambda world: {"programme": world.programme.public_id, "title": "Launch"},
    ),
    "client:task": page("MEMBERS", on="task"),
    "client:task_fill": page("MEMBERS", on="task"),
    "client:task_edit": form("EDITORS", READERS, on=STEP, send=WHAT),
    "client:task_keep": act("EDITORS", READERS, on=STEP, send={"title": "half ty"}),
    "client:task_drop_typed": act("EDITORS", READERS, on=STEP),
    "client:task_rows": act("EDITORS", READERS, on="draft", changes=False),
    "client:task_price": act("EDITORS", READERS, on="draft", changes=False),
    "client:task_publish": act("owner manager", f"owner_1f {READERS}", on="draft", send=as_priced),
    "client:task_cancel": act("owner manager", f"owner_1f {READERS}", on="published", send=CANCEL),
    "client:rate_cards": page("CLIENTS"),
    "client:rate_card_new": form("EDITORS", READERS, on="programme", send={"floor_rate": "31", **PRICES}),
    # Settings: owners and managers enter, members and agreements are the owner's
    "client:settings": form(
        "owner owner_1f stranger",
        f"manager {READERS}",
        read="EDITORS stranger",
        reading=READERS,
        send=ORGANISATION,
    ),
    "client:members": form(
        "owner owner_1f stranger",
        f"manager {READERS}",
        read="EDITORS stranger",
        reading=READERS,
        send={"email": "new@example.com", "role": "analyst"},
    ),
    "client:member_role": act("owner owner_1f", f"manager {READERS}", on=ANALYST, send={"role": "supervisor"}),
    "client:member_remove": act("owner owner_1f analyst", "manager supervisor", on=ANALYST),
    "client:invitation_revoke": act("owner owner_1f", f"manager {READERS}", on="mailed_invitation"),
    "client:programmes": page("EDITORS stranger", READERS),
    "client:programme_new": form("EDITORS stranger", READERS, send=PROGRAMME),
    "client:programme": form("EDITORS", READERS, on="programme", send=PROGRAMME),
    "client:experts": form(
        "EDITORS", READERS, on="programme", send=lambda world: {"skill": world.tag.slug, "score": 70, "seconds": 90}
    ),
    "client:service_numbers": form("EDITORS", READERS, on="programme", send={"chats_at_once": 4, "reply_seconds": 90}),
    "client:phrases": form("EDITORS", READERS, on="programme", send=PHRASE),
    "client:guide": form("EDITORS", READERS, on="programme", send={"guide": "## Returns"}),
    "client:phrase": form("EDITORS", on="phrase", send=PHRASE),
    "client:phrase_archive": act("EDITORS", on="phrase"),
    "client:keys": form(
        "owner manager stranger", f"owner_1f {READERS}", send={"name": "Shop backend", "scopes": ["tasks:read"]}
    ),
    "client:key_revoke": act("EDITORS", READERS, on="api_key"),
    "client:agreements": form(
        "owner stranger",
        f"owner_1f manager {READERS}",
        read="EDITORS stranger",
        reading=READERS,
        send={"kind": "client_nda", "title_en": "Our secrets", "body_en": "Keep what you learn to yourself."},
    ),
    # Conversations
    "client:live": page("CLIENTS"),
    "client:live_conversation": page("MEMBERS", on="conversation"),
    # Quality
    "client:quality": page("CLIENTS"),
    "client:rating_mark": act("EDITORS supervisor", "analyst", on="rating", send={"reason": "stock"}),
    "client:scorecard": form("EDITORS", READERS, on="programme", send=SCORECARD),
    # Money
    "client:money": page("CLIENTS"),
    "client:money_entries": page("CLIENTS"),
    "client:money_entry": page("MEMBERS", on="entry"),
    "client:money_task": page("MEMBERS", on="task"),
    "client:deposit_new": form(
        "owner manager stranger", f"owner_1f {READERS}", send={"key": "new", "amount": "500.00"}
    ),
    "client:deposit": page("MEMBERS", on="deposit"),
    "client:deposit_confirm": act("owner manager", f"owner_1f {READERS}", on="deposit"),
    "client:deposit_cancel": act("owner manager", f"owner_1f {READERS}", on="deposit"),
}
