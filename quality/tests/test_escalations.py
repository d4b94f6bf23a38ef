"""Whether handing on was justified: who says so, what happens when nobody does, and the appeal."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.tests.factories import actors_of
from core.errors import Invalid, NotFound
from core.models import AuditEntry, EventDelivery
from live.tests.factories import AT
from quality import selectors, services
from quality.errors import AppealTooLate, NotRateable, SameReviewer
from quality.logic.rules import RULES
from quality.logic.scores import EscalationVerdict
from quality.models import EscalationReview, QaResult, Review, Sample
from quality.states import EscalationState, SampleTier, Trigger
from quality.tests.factories import JUDGED_AT, handed_on, reviewer, verdicts

pytestmark = pytest.mark.django_db
NO = EscalationVerdict(False, "The manual has it on page one.")
YES = EscalationVerdict(True, "Only the factory knows.")


def judge(verdict: EscalationVerdict | None, *, by=None, at=JUDGED_AT) -> Review:  # type: ignore[no-untyped-def]
    actor = by or reviewer()
    sample = services.take_sample(actor=actor, sample=Sample.objects.get(), at=at)
    sheet = services.scorecard_for(programme=sample.programme, at=at)
    return services.submit_review(actor=actor, sample=sample, verdicts=verdicts(sheet), escalation=verdict, at=at)


def told_pay() -> int:
    return EventDelivery.objects.filter(handler="pay.handlers:pay_justified_escalation").count()


def test_every_escalation_goes_before_a_reviewer_and_into_no_rating():
    review = handed_on()
    sample = Sample.objects.get()
    assert (sample.tier, sample.trigger, sample.segment_id) == (
        SampleTier.TRIGGERED, Trigger.ESCALATION, review.segment_id,
    )  # fmt: skip
    assert review.state == EscalationState.WAITING
    assert not QaResult.objects.exists()
    with pytest.raises(NotRateable):
        services.rate(segment=review.segment, csat=1, at=JUDGED_AT)
    services.put_escalation_to_review(segment=review.segment, at=JUDGED_AT)
    assert EscalationReview.objects.count() == 1
    assert selectors.justified_escalations(review.claim_id) == 0
    assert selectors.waiting_escalations(review.claim_id) == 1


@pytest.mark.parametrize(
    ("verdict", "fields"),
    [
        (None, {"justified", "justified_reason"}),
        (EscalationVerdict(None, "x"), {"justified"}),
        (EscalationVerdict(True, " "), {"justified_reason"}),
    ],
)
def test_a_review_of_an_escalated_segment_says_whether_and_why(verdict, fields):
    handed_on()
    with pytest.raises(Invalid) as refused:
        judge(verdict)
    assert set(refused.value.fields) == fields
    assert not Review.objects.exists()


@pytest.mark.parametrize(("verdict", "state", "paid"), [(YES, "justified", 1), (NO, "unjustified", 0)])
def test_the_reviewers_word_counts(verdict, state, paid):
    row = handed_on()
    judge(verdict)
    row.refresh_from_db()
    assert (row.state, row.reason) == (state, verdict.reason)
    assert selectors.justified_escalations(row.claim_id) == paid
    assert told_pay() == paid
    assert AuditEntry.objects.get(action="quality.judge_escalation").data == {"state": state}


def test_what_nobody_judged_in_time_counts_as_justified_and_is_reviewed_without_the_question():
    row = handed_on()
    assert services.settle_escalations(at=AT + RULES.escalation_judged_within - timedelta(seconds=1)) == 0
    late = AT + RULES.escalation_judged_within
    assert services.settle_escalations(at=late) == 1
    assert services.settle_escalations(at=late) == 0
    row.refresh_from_db()
    assert (row.state, row.judged_by) == ("justified", None)
    assert judge(None, at=late).score == 100


@pytest.mark.parametrize(("justified", "state"), [(True, "justified"), (False, "upheld")])
def test_an_appeal_is_answered_by_somebody_else_for_good(justified, state):
    row, first = handed_on(), reviewer()
    judge(NO, by=first)
    me = actors_of([row.agent])[0]
    row.refresh_from_db()
    with pytest.raises(Invalid):
        services.appeal_escalation(actor=me, review=row, reason=" ", at=JUDGED_AT)
    with pytest.raises(NotFound):
        services.appeal_escalation(actor=first, review=row, reason="Mine!", at=JUDGED_AT)
    row = services.appeal_escalation(actor=me, review=row, reason="Page one is wrong.", at=JUDGED_AT)
    with pytest.raises(NotFound):
        selectors.escalation_for(actor=first, public_id=row.public_id)
    with pytest.raises(SameReviewer):
        services.answer_escalation(actor=first, review=row, justified=True, answer="x", at=JUDGED_AT)
    second = reviewer()
    assert list(selectors.escalation_appeals(actor=second)) == [row]
    assert not selectors.escalation_appeals(actor=first).exists()
    row = services.answer_escalation(actor=second, review=row, justified=justified, answer="I looked.", at=JUDGED_AT)
    assert row.state == state
    assert told_pay() == int(justified)


def test_an_appeal_nobody_answers_goes_to_the_agent_and_seven_days_are_the_limit():
    row = handed_on()
    judge(NO)
    row.refresh_from_db()
    me = actors_of([row.agent])[0]
    with pytest.raises(AppealTooLate):
        services.appeal_escalation(actor=me, review=row, reason="Late.", at=JUDGED_AT + RULES.appeal_window)
    services.appeal_escalation(actor=me, review=row, reason="In time.", at=JUDGED_AT)
    assert services.settle_escalations(at=JUDGED_AT + RULES.answer_within) == 1
    row.refresh_from_db()
    assert row.state == "justified"


@pytest.mark.parametrize(
    "change",
    [
        {"state": EscalationState.UPHELD},  # no edge
        {"state": EscalationState.UNJUSTIFIED},  # nobody said so
    ],
)
def test_the_database_takes_no_refusal_without_a_person_and_a_reason(change):
    row = handed_on()
    with pytest.raises(DatabaseError), transaction.atomic():
        EscalationReview.objects.filter(pk=row.pk).update(**change)


def test_the_database_takes_no_answer_of_the_first_reviewer():
    row, first = handed_on(), reviewer()
    judge(NO, by=first)
    with pytest.raises(DatabaseError, match="answered_by_another"), transaction.atomic():
        EscalationReview.objects.filter(pk=row.pk).update(answered_by_id=first.user_id)
