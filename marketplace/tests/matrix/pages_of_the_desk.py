"""The desk. Each queue belongs to a role; certification and money also ask for a second factor."""

from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.tests.matrix.notation import Address, act, form, page
from marketplace.tests.matrix.pictures import picture

OTHERS = "STAFF -reviewer -reviewer_1f"
NOT_TRAINERS = "STAFF -trainer -trainer_1f"
BOOKS = "finance operator auditor"


def revision(name: str, **fields: object):  # type: ignore[no-untyped-def]
    """The revision the page shows, and what is typed beside it."""

    def send(world) -> dict[str, object]:  # type: ignore[no-untyped-def]
        thing = getattr(world, name)
        thing.refresh_from_db()
        return {"revision": thing.revision, **fields}

    return send


TABLE: dict[str, Address] = {
    "desk:home": page("STAFF"),
    # Reviews and appeals
    "desk:reviews": page("reviewer+1f", OTHERS),
    "desk:review": form(
        "reviewer",
        f"{OTHERS} reviewer_1f",
        read="reviewer+1f",
        reading=OTHERS,
        on="sample",
        send=lambda world: world.verdicts(),
    ),
    "desk:review_next": act("reviewer", f"{OTHERS} reviewer_1f"),
    "desk:review_take": act("reviewer", f"{OTHERS} reviewer_1f", on="sample"),
    "desk:review_give_back": act("reviewer", f"{OTHERS} reviewer_1f", on="taken_sample"),
    "desk:appeals": page("reviewer+1f", OTHERS),
    "desk:appeal": form(
        "reviewer", f"{OTHERS} reviewer_1f", on="appeal", send={"points": 0, "answer": "The points stand."}
    ),
    "desk:escalation": form(
        "reviewer",
        f"{OTHERS} reviewer_1f",
        on="appealed_escalation",
        send={"justified": "no", "answer": "Page one has it."},
    ),
    # Courses
    "desk:courses": page("STAFF"),
    "desk:course_new": form(
        "trainer+1f",
        NOT_TRAINERS,
        send={"title": "Calm words", "language": "en", "industry": "general", "summary": "How to stay calm."},
    ),
    "desk:course_preview": act("STAFF", send={"markdown": "**calm**"}, changes=False),
    "desk:course": form(
        "trainer+1f",
        NOT_TRAINERS,
        read="STAFF",
        on="drafted",
        send=revision("drafted", title="Other words", industry="general", summary="How to stay calm."),
    ),
    "desk:course_draft": act("trainer+1f", NOT_TRAINERS, on="course"),
    "desk:course_pictures": form(
        "trainer+1f",
        NOT_TRAINERS,
        read="STAFF",
        on="drafted",
        send=lambda world: {"file": SimpleUploadedFile("a.png", picture().read(), "image/png")},
    ),
    "desk:course_version": page("STAFF", on="version"),
    "desk:course_publish": act(
        "trainer+1f", NOT_TRAINERS, on="version", send=revision("version", changes="First version.")
    ),
    "desk:course_discard": act("trainer+1f", NOT_TRAINERS, on="version", send=revision("version")),
    "desk:course_level_add": act("trainer+1f", NOT_TRAINERS, on="version", send=revision("version", title="More")),
    "desk:course_level_rename": act("trainer+1f", NOT_TRAINERS, on="level", send=revision("version", title="Start")),
    "desk:course_level_move": act("trainer+1f", NOT_TRAINERS, on="level", send=revision("version", by="1")),
    "desk:course_level_remove": act("trainer+1f", NOT_TRAINERS, on="level", send=revision("version")),
    "desk:course_lesson_add": act(
        "trainer+1f", NOT_TRAINERS, on="level", send=revision("version", kind="article", title="Breathe")
    ),
    "desk:course_lesson": form(
        "trainer+1f",
        NOT_TRAINERS,
        read="STAFF",
        on="drafted_article",
        send=revision("drafted_article", title="Hear", pass_percent=80, markdown="Let them finish.", do="save"),
    ),
    "desk:course_lesson_play": page("STAFF", on="drafted_quiz"),
    "desk:course_lesson_move": act("trainer+1f", NOT_TRAINERS, on="drafted_quiz", send=revision("version", by="1")),
    "desk:course_lesson_remove": act("trainer+1f", NOT_TRAINERS, on="drafted_quiz", send=revision("version")),
    # Money
    "desk:payouts": page("finance auditor", "STAFF"),
    "desk:payout": page("finance auditor", "STAFF", on="payout"),
    "desk:payouts_run": act("finance", "STAFF", send={"key": "week"}),
    "desk:payouts_send": act("finance", "STAFF"),
    "desk:payouts_file": page("finance", "STAFF", on="batch"),
    "desk:payout_approve": act("finance", "STAFF", on="payout"),
    "desk:payout_confirm": act("finance", "STAFF", on="sent_payout"),
    "desk:payout_fail": act("finance", "STAFF", on="sent_payout", send={"reason": "Account closed."}),
    "desk:transfers": form(
        "finance",
        "STAFF",
        read="finance auditor",
        reading="STAFF",
        send=lambda world: {
            "key": "t",
            "organisation": world.organisation.public_id,
            "amount": "12",
            "currency": "CNY",
            "reference": "ICBC 1",
        },
    ),
    "desk:transfer_approve": act("finance", "STAFF", on="transfer"),
    "desk:transfer_refuse": act("finance", "STAFF", on="transfer", send={"reason": "Typing error."}),
    "desk:books": page(BOOKS, "finance_1f operator_1f auditor_1f"),
    "desk:books_entries": page(BOOKS, "finance_1f operator_1f auditor_1f"),
    "desk:books_entry": page(BOOKS, "finance_1f operator_1f auditor_1f", on="entry"),
    "desk:books_verify": act(BOOKS, "finance_1f operator_1f auditor_1f", changes=False),
}
