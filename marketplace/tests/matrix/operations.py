"""Operations of the API, for people by session and for programs by key. A key acts as a manager within its scopes."""

from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.tests.matrix.notation import Address, Verb, api
from marketplace.tests.matrix.pictures import picture

READERS = "supervisor analyst"
READ = "key key_tasks_read key_tasks_write"
WRITE = "key key_tasks_write"
OTHER_SCOPES = "key_conversations_read key_money_read"
NEW_TASK = {
    "title": "Launch",
    "language": "en",
    "blocks": [{"starts_at": "2026-12-20T12:00:00Z", "seats": 2}],
}
PRICES = {"certification": 180, "bronze": 200, "silver": 220, "gold": 240, "platinum": 260}
NOT_YET = "newcomer suspended"
NOT_AGENTS = "PEOPLE -agent -other_agent -lead -suspended -newcomer KEYS"
DRAFT_READERS = "operator+1f auditor+1f"
"""What a client has not published yet is read by these of the platform's people."""
OTHER_STAFF = "STAFF -operator -operator_1f -auditor -auditor_1f"
TASK_SCOPES = "key_tasks_read key_tasks_write"


def task(world) -> dict[str, object]:  # type: ignore[no-untyped-def]
    return {**NEW_TASK, "programme": world.programme.public_id}


def card(world) -> dict[str, object]:  # type: ignore[no-untyped-def]
    return {"programme": world.programme.public_id, "floor_rate_minor": 3100, "unit_price_minor": PRICES}


def position(**values: object) -> dict[str, object]:
    return {"public_id": lambda world: world.attempt.public_id, **values}


TABLE: dict[str, Address] = {
    "api-me": api(GET=Verb("PEOPLE KEYS")),
    "api-programmes": api(GET=Verb(f"PEOPLE {READ} key_stranger", OTHER_SCOPES)),
    "api-programme": api(on="programme", GET=Verb(f"MEMBERS STAFF {READ}", OTHER_SCOPES)),
    # Posting work
    "task-list": api(
        GET=Verb(f"PEOPLE {READ} key_stranger", OTHER_SCOPES),
        POST=Verb(f"EDITORS {WRITE}", f"{READERS} key_tasks_read {OTHER_SCOPES}", task, changes=True),
    ),
    "task-detail": api(
        on="draft",
        GET=Verb(f"MEMBERS {DRAFT_READERS} {READ}", OTHER_SCOPES),
        PATCH=Verb(f"EDITORS {WRITE}", f"{READERS} key_tasks_read {OTHER_SCOPES}", {"title": "Other"}, changes=True),
    ),
    "task-claims": api(on="task", GET=Verb(f"MEMBERS STAFF {READ}", OTHER_SCOPES)),
    "task-price": api(on="draft", GET=Verb(f"MEMBERS {DRAFT_READERS} {READ}", OTHER_SCOPES)),
    "task-cancellation": api(on="published", GET=Verb(f"MEMBERS STAFF {READ}", OTHER_SCOPES)),
    "task-publish": api(
        on="draft",
        POST=Verb(f"owner manager {WRITE}", f"owner_1f {READERS} key_tasks_read {OTHER_SCOPES}", changes=True),
    ),
    "task-cancel": api(
        on="published",
        POST=Verb(f"owner manager {WRITE}", f"owner_1f {READERS} key_tasks_read {OTHER_SCOPES}", changes=True),
    ),
    "rate-card-list": api(
        GET=Verb(f"PEOPLE {READ} key_stranger", OTHER_SCOPES),
        POST=Verb(f"EDITORS {WRITE}", f"{READERS} key_tasks_read {OTHER_SCOPES}", card, changes=True),
    ),
    "rate-card-detail": api(on="rate_card", GET=Verb(f"MEMBERS STAFF {READ}", OTHER_SCOPES)),
    # Doing work
    "work-list": api(GET=Verb("ONBOARDED", "PEOPLE KEYS")),
    "work-detail": api(on="task", GET=Verb("ONBOARDED", "PEOPLE KEYS")),
    "block-claim": api(on="block", POST=Verb("ONBOARDED", f"{NOT_AGENTS} {NOT_YET}", changes=True)),
    "claim-list": api(GET=Verb("AGENTS", "PEOPLE KEYS")),
    "claim-release": api(on="claim", POST=Verb("agent", NOT_AGENTS, changes=True)),
    "claim-check-in": api(on="coming_claim", POST=Verb("agent", NOT_AGENTS, changes=True)),
    "claim-check-out": api(on="running_claim", POST=Verb("agent", NOT_AGENTS, changes=True)),
    # Learning and exams
    "api-courses": api(GET=Verb("PEOPLE KEYS")),
    "api-course": api(on="course", GET=Verb("PEOPLE KEYS")),
    "api-answer": api(on=position(position=1), PUT=Verb("agent", send={"answer": None, "flagged": True}, changes=True)),
    "api-signal": api(on="attempt", POST=Verb("agent", send={"kind": "focus_lost", "seconds": 3}, changes=True)),
    "api-reply": api(
        on={"public_id": lambda world: world.begun_practical.public_id, "turn": 1},
        PUT=Verb("agent", send={"text": "I look at once.", "sent": True}, changes=True),
    ),
    "api-certificate": api(on="certificate", GET=Verb("EVERYBODY KEYS key_revoked")),
    # What was said, and how it was judged
    "api-conversations": api(
        GET=Verb("PEOPLE key key_conversations_read key_stranger", f"{TASK_SCOPES} key_money_read")
    ),
    "api-conversation": api(
        on="conversation",
        GET=Verb(
            "MEMBERS agent reviewer+1f operator+1f auditor+1f key key_conversations_read",
            f"{TASK_SCOPES} key_money_read",
        ),
    ),
    "api-conversation-attachments": Address(
        {
            "POST": Verb(
                "agent",
                "MEMBERS reviewer+1f operator+1f auditor+1f KEYS -key_stranger",
                lambda world: {"file": SimpleUploadedFile("a.png", picture().read(), "image/png")},
                changes=True,
            )
        },
        "active_conversation",
        keys=True,
    ),
    "api-attachment": api(
        on="attachment",
        GET=Verb(
            "MEMBERS agent reviewer+1f operator+1f auditor+1f key key_conversations_read",
            f"{TASK_SCOPES} key_money_read",
        ),
    ),
    "api-balance": api(GET=Verb("CLIENTS key key_money_read key_stranger", f"{TASK_SCOPES} key_conversations_read")),
    "api-spending": api(GET=Verb("CLIENTS key key_money_read key_stranger", f"{TASK_SCOPES} key_conversations_read")),
    "api-ratings": api(GET=Verb("PEOPLE key key_conversations_read key_stranger", f"{TASK_SCOPES} key_money_read")),
}
