"""The desk's part that admits people and certifies them: identity, people, organisations, exams, certificates."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from certification.selectors import export_pool
from certification.states import QuestionKind
from certification.tests.factories import LINES
from marketplace.tests.matrix.notation import Address, Verb, act, form, page

AUTHORS = "trainer certifier"
READERS = "trainer+1f certifier+1f auditor+1f"
NOT_AUTHORS = "trainer_1f certifier_1f auditor+1f"
"""Who reads exams and questions and may not write them; the rest of the desk does not know of them."""
OWNERS = {"name": "Lantern Tea", "alias": "A tea shop", "industry": "retail", "time_zone": "Asia/Shanghai"}
QUESTION = {
    "do": "save",
    "kind": "single",
    "language": "en",
    "stem": "How long may one return?",
    "lines": LINES[QuestionKind.SINGLE],
    "points": 2,
    "difficulty": 3,
}
SCENARIO = {
    "slug": "late-parcel",
    "title_en": "A late parcel",
    "title_zh": "快递迟到",
    "brief_en": "You are the shop.",
    "brief_zh": "你是店铺客服。",
    "turns_en": "Where is it?",
    "turns_zh": "到哪了？",
    "rubric": "10 | Tone | 语气",
    "pass_mark": 60,
    "time_limit_minutes": 20,
}


def _exam(world: Any) -> dict[str, Any]:
    return {
        "slug": "new-exam",
        "title_en": "New exam",
        "title_zh": "新考试",
        "languages": ["en"],
        "time_limit_minutes": 20,
        "pass_mark": 70,
        "overdue": "autosubmit",
        "section-TOTAL_FORMS": 1,
        "section-INITIAL_FORMS": 0,
        "section-0-title_en": "One",
        "section-0-title_zh": "一",
        "section-0-pool": world.pool.public_id,
        "section-0-draw": 1,
    }


def _standard(world: Any) -> dict[str, Any]:
    return {
        "slug": "kind-service",
        "name_en": "Kind service",
        "name_zh": "用心服务",
        "criteria_en": "Answers kindly.",
        "criteria_zh": "用心答复。",
        "skill_tag": world.tag.public_id,
        "valid_days": 365,
        "renewable_days": 60,
    }


def _questions(world: Any) -> dict[str, Any]:
    rows = [{**row, "stem": "Is it so?"} for row in export_pool(world.roles.actor("trainer"), world.pool)]
    text = json.dumps({"questions": rows})
    return {"file": SimpleUploadedFile("pool.json", text.encode(), "application/json")}


def to_agent(**fields: Any) -> Any:
    return lambda world: {"agent": world.roles.agents["other_agent"].public_id, **fields}


IDENTITY: dict[str, Address] = {
    "desk:identity": page("certifier+1f operator+1f", "STAFF"),
    "desk:identity_check": form(
        "certifier",
        "certifier_1f operator operator_1f",
        read="certifier operator",
        reading="certifier_1f operator_1f",
        on="identity_check",
        send={"reason": "The picture is blurred."},
    ),
    "desk:identity_approve": act("certifier", "certifier_1f operator+1f", on="identity_check"),
    "desk:identity_undo": act("certifier", "certifier_1f operator+1f", on="decided_check"),
}
PEOPLE: dict[str, Address] = {
    "desk:people": page("operator+1f auditor+1f", "STAFF"),
    "desk:person": form(
        "operator",
        "STAFF",
        read="operator+1f auditor+1f",
        reading="STAFF",
        on="person",
        send={"reason": "Complaints are looked into."},
    ),
    "desk:person_reinstate": act("operator", "STAFF", on="suspended_person"),
    "desk:person_role_give": act("operator", "STAFF", on="person", send={"role": "reviewer"}),
    "desk:person_role_take": act("operator", "STAFF", on="staff_person", send={"role": "trainer"}),
    "desk:organisations": page("operator+1f auditor+1f finance+1f", "STAFF"),
    "desk:organisation_new": form(
        "operator+1f", "STAFF", send={**OWNERS, "owner_email": "first@example.com", "currency": "CNY"}
    ),
    "desk:organisation": form(
        "operator+1f",
        on="organisation",
        send={"email": "new@example.com", "role": "analyst"},
    ),
    "desk:agreements": form(
        "operator",
        "STAFF",
        read="operator+1f auditor+1f",
        reading="STAFF",
        send={"kind": "nda", "title_en": "Confidentiality", "body_en": "Keep what you learn to yourself."},
    ),
    "desk:teams": form("operator+1f", "STAFF", send={"name": "Harbour team", "region": "Zhejiang"}),
}
EXAMS: dict[str, Address] = {
    "desk:questions": form(AUTHORS, NOT_AUTHORS, read=READERS, send={"name": "Refunds"}),
    "desk:pool": page(READERS, on="pool"),
    "desk:question_new": form(AUTHORS, NOT_AUTHORS, read=READERS, on="pool", send=QUESTION),
    "desk:pool_export": page(READERS, on="pool"),
    "desk:pool_import": form(AUTHORS, NOT_AUTHORS, read=READERS, on="pool", send=_questions),
    "desk:question": form(AUTHORS, NOT_AUTHORS, read=READERS, on="question", send=QUESTION),
    "desk:question_retire": act(AUTHORS, NOT_AUTHORS, on="question"),
    "desk:exams": page(READERS),
    "desk:exam_new": form(AUTHORS, NOT_AUTHORS, read=READERS, send=_exam),
    "desk:exam": page(READERS, on="exam"),
    "desk:exam_edit": form(AUTHORS, NOT_AUTHORS, read=READERS, on="exam", send=_exam),
    "desk:exam_state": act(AUTHORS, NOT_AUTHORS, on="exam", send={"do": "retire"}),
    "desk:exam_extra_time": act(
        "certifier",
        f"trainer {NOT_AUTHORS}",
        on="exam",
        send=to_agent(extra_minutes=10, reason="Dyslexia, with a letter."),
    ),
    "desk:exam_grant": act(
        "certifier", f"trainer {NOT_AUTHORS}", on="exam", send=to_agent(reason="The power was out.")
    ),
    "desk:scenario_new": form(AUTHORS, NOT_AUTHORS, read=READERS, send=SCENARIO),
    "desk:scenario": form(AUTHORS, NOT_AUTHORS, read=READERS, on="scenario", send=SCENARIO),
}
CERTIFYING: dict[str, Address] = {
    "desk:marking": page("certifier", "STAFF"),
    "desk:marking_written": form("certifier", "STAFF", on="written", send={"points_1": 1}),
    "desk:marking_practical": form(
        "certifier", "STAFF", on="handed_in", send={"score_tone": 9, "score_solution": 9, "comment": "Warm."}
    ),
    "desk:integrity": page("certifier+1f auditor+1f", "STAFF"),
    "desk:integrity_item": page("certifier+1f auditor+1f", "STAFF", on="attempt"),
    "desk:integrity_decide": act(
        "certifier", "certifier_1f auditor+1f", on="attempt", send={"do": "void", "reason": "Somebody else sat it."}
    ),
    "desk:certificates": page("certifier+1f auditor+1f", "STAFF"),
    "desk:certificate": form(
        "certifier",
        "STAFF",
        read="certifier+1f auditor+1f",
        reading="STAFF",
        on="certificate",
        send={"reason": "Somebody else sat it."},
    ),
    "desk:certificate_issue": Address(
        {
            "GET": Verb("certifier", "STAFF"),
            "POST": Verb(
                "certifier",
                "STAFF",
                lambda world: {"do": "issue", "attempts": [world.issuable.public_id]},
                changes=True,
            ),
        },
        "issuable_standard",
    ),
    "desk:standard_new": form(AUTHORS, NOT_AUTHORS, read=READERS, send=_standard),
    "desk:standard": form(AUTHORS, NOT_AUTHORS, read=READERS, on="standard", send=_standard),
}
TABLE: dict[str, Address] = {**IDENTITY, **PEOPLE, **EXAMS, **CERTIFYING}
