"""The agent area. Nothing but onboarding and one's money is open before onboarding or while suspended."""

from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.tests.matrix.notation import Address, act, form, page
from marketplace.tests.matrix.pictures import picture

NOT_YET = "newcomer suspended"
IDENTITY = {"legal_name": "林小", "document_kind": "id_card"}
"""Right, but for the pictures, which nobody here has sent: sending is refused at the field."""
PHRASE = {"language": "en", "shortcut": "mine", "text": "See you soon, {customer}."}
MONTH = {"year": 2026, "month": 11, "currency": "CNY"}

TABLE: dict[str, Address] = {
    "agent:home": page("AGENTS"),
    # The way in, and oneself
    "agent:onboarding": page("AGENTS"),
    "agent:onboarding_profile": form(
        "AGENTS", send={"nickname": "Xiao Lin", "languages": ["en"], "region": "Zhejiang"}
    ),
    "agent:onboarding_identity": form("AGENTS -AGENTS", "AGENTS", read="AGENTS", send=IDENTITY),
    "agent:onboarding_upload": act(
        "newcomer",
        "AGENTS",
        send=lambda world: {
            "side": "front",
            "file": SimpleUploadedFile("a.png", picture(640, 480).read(), "image/png"),
        },
    ),
    "agent:onboarding_agreements": page("AGENTS"),
    "agent:onboarding_agreement": form("AGENTS", on="text", send={"agree": "on"}),
    "agent:onboarding_equipment": form("AGENTS", send={"browser": "Chromium 140", "round_trip_ms": 40}),
    "agent:me": page("AGENTS"),
    "agent:teams": page("AGENTS"),
    "agent:team": page("AGENTS", on="other_team"),
    "agent:team_join": act("other_agent", "AGENTS", on="other_team"),
    "agent:team_leave": act("agent lead"),
    # Work
    "agent:find_work": page("ONBOARDED suspended", "newcomer"),  # who is suspended reads why
    "agent:task": page("ONBOARDED", NOT_YET, on="task"),
    "agent:task_blocks": page("ONBOARDED", NOT_YET, on="task"),
    "agent:claim": act("ONBOARDED", NOT_YET, on="block"),
    "agent:release": act("agent", on="claim"),
    "agent:check_in": act("agent", on="coming_claim"),
    "agent:check_out": act("agent", on="running_claim"),
    "agent:blocks": page("AGENTS"),
    "agent:calendar_feed": act("ONBOARDED", NOT_YET),
    "agent:calendar_feed_close": act("AGENTS", changes="agent"),
    "agent:workspace": page("ONBOARDED", NOT_YET),
    "agent:workspace_phrases": page("agent", NOT_YET, on="active_conversation"),
    "agent:workspace_customer": page("agent", NOT_YET, on="active_conversation"),
    "agent:workspace_earlier": page(
        "agent",
        NOT_YET,
        on={
            "public_id": lambda world: world.active_conversation.public_id,
            "earlier_id": lambda world: world.earlier_conversation.public_id,
        },
    ),
    "agent:phrases": form("ONBOARDED", NOT_YET, send=PHRASE),
    "agent:phrase": form("agent", NOT_YET, on="own_phrase", send=PHRASE),
    "agent:phrase_archive": act("agent", NOT_YET, on="own_phrase"),
    # Learning
    "agent:learn": page("AGENTS"),  # before onboarding one may look; lessons are locked
    "agent:course": page("AGENTS", on="course"),
    "agent:course_begin": act("ONBOARDED", NOT_YET, on="new_course"),
    "agent:course_newest": act("agent", "AGENTS", on="old_course"),
    "agent:lesson": page("AGENTS", on="article"),
    "agent:lesson_read": act("agent", "AGENTS", on="unread"),
    "agent:lesson_start": act("agent", "AGENTS", on="fresh_quiz"),
    "agent:lesson_answer": act(
        "agent",
        "AGENTS",
        on="quiz",
        send=lambda world: {"run": world.quiz_run.public_id, "question": "q1", "given": ["a"]},
    ),
    "agent:lesson_choose": act(
        "agent",
        "AGENTS",
        on="dialogue",
        send=lambda world: {"run": world.dialogue_run.public_id, "node": "n1", "choice": "a"},
    ),
    # Exams and skills
    "agent:exams": page("AGENTS"),
    "agent:exam": page("AGENTS", on="exam"),
    "agent:exam_start": act("ONBOARDED", NOT_YET, on="exam"),
    "agent:attempt": page("agent", on="attempt"),
    "agent:attempt_submit": act("agent", on="attempt"),
    "agent:attempt_result": page("agent", on="passed_attempt"),
    "agent:practical": page("agent", on="practical"),
    "agent:practical_start": act("agent", on="practical"),
    "agent:practical_submit": act("agent", on="replied_practical"),
    "agent:skills": page("AGENTS"),
    "agent:certificate_download": page("agent", on="certificate"),
    # Quality
    "agent:quality": page("AGENTS"),
    "agent:review": page("agent", on="review"),
    "agent:escalation": form("agent", on="refused_escalation", send={"reason": "Page one is wrong."}),
    "agent:appeal": form("agent", on="review_item", send={"reason": "The customer had been answered."}),
    "agent:appeal_withdraw": act("agent", "AGENTS", on="appeal"),
    # Money: also while suspended
    "agent:earnings": page("AGENTS"),
    "agent:earning": page("agent", on="earning"),
    "agent:earning_again": page("agent", on="earning", query={"minutes": 30, "units": 4, "escalations": 0}),
    "agent:payouts": page("AGENTS"),
    "agent:payout_ask": act("agent", "AGENTS", send={"key": "k", "currency": "CNY"}),
    "agent:payout_account": act("AGENTS", send={"holder": "王小明", "bank": "CMB", "number": "6225880212345678"}),
    "agent:payout": page("agent", on="payout"),
    "agent:statements": page("AGENTS"),
    "agent:statement": page("AGENTS", on=MONTH),
    "agent:statement_file": page("AGENTS", on=MONTH),
}
