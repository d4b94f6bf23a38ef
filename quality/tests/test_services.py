"""Ratings, smart QA, samples, reviews and appeals, down to the constraints that hold them."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actors import PLATFORM
from accounts.states import ClientRole
from accounts.tests.factories import OrganisationFactory, actors_of, client_actor
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry, EventDelivery
from live.tests.factories import AT, active, floor
from quality import selectors, services
from quality.errors import (
    AlreadyAppealed,
    AlreadyRated,
    AlreadyReviewed,
    AppealTooLate,
    NotRateable,
    NotYourTeam,
    SameReviewer,
    TakenByAnother,
)
from quality.logic.scores import ItemSpec, Verdict, Window
from quality.logic.smart_qa import RuleSetting
from quality.models import Appeal, QaResult, Rating, Review, ReviewItem, Sample
from quality.services.samples import sample_by_chance, sample_triggered
from quality.states import AppealState, Rule, SampleState, SampleTier, Trigger, UncontrollableReason
from quality.tests.factories import JUDGED_AT, rated, reviewed, reviewer, sampled, served, verdicts

pytestmark = pytest.mark.django_db
LATER = JUDGED_AT + timedelta(hours=2)


def test_rating_is_stored_once_and_masked():
    segment = served()
    rating = services.rate(segment=segment, csat=4, comment="Call me on 13800138000", at=JUDGED_AT)
    assert (rating.csat, rating.agent_id, rating.claim_id) == (4, segment.agent_id, segment.claim_id)
    assert "13800138000" not in rating.comment
    with pytest.raises(AlreadyRated):
        services.rate(segment=segment, csat=1, at=LATER)
    assert Rating.objects.get().csat == 4


@pytest.mark.parametrize("csat", [0, 6, -1])
def test_rating_outside_the_scale_is_refused_by_service_and_database(csat):
    segment = served()
    with pytest.raises(Invalid):
        services.rate(segment=segment, csat=csat, at=JUDGED_AT)
    rating = rated(segment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.filter(pk=rating.pk).update(csat=csat)


def test_conversation_under_way_cannot_be_rated():
    segment = active(floor()).segments.get()
    with pytest.raises(NotRateable):
        services.rate(segment=segment, csat=5, at=JUDGED_AT)


def test_bad_rating_sends_the_segment_to_review_for_certain():
    rating = rated(csat=2)
    sample = Sample.objects.get(segment_id=rating.segment_id)
    assert (sample.tier, sample.probability, sample.trigger) == (SampleTier.TRIGGERED, Decimal(1), "rating")


def test_trigger_after_the_draw_makes_the_probability_one():
    segment = served()
    drawn = sample_by_chance(segment=segment, qa_score=0, at=JUDGED_AT)
    assert drawn is not None
    sample_triggered(segment=segment, trigger=Trigger.RATING, at=LATER)
    drawn.refresh_from_db()
    assert (drawn.tier, drawn.probability) == (SampleTier.TRIGGERED, Decimal(1))


def test_uncontrollable_rating_leaves_the_agents_window_and_stays_in_the_clients_numbers():
    rating = rated(csat=1)
    manager = client_actor(rating.programme.organisation, ClientRole.SUPERVISOR)
    assert selectors.satisfaction_window(rating.agent_id, at=LATER) == Window(1, Fraction(0))
    services.mark_uncontrollable(actor=manager, rating=rating, reason=UncontrollableReason.STOCK, at=LATER)
    assert selectors.satisfaction_window(rating.agent_id, at=LATER) == Window(0, None)
    board = selectors.programme_quality(
        actor=manager, programme=rating.programme, since=AT, until=LATER + timedelta(days=1)
    )
    assert (board.served, board.rated, board.satisfied) == (1, 1, 0)
    again = LATER + timedelta(hours=1)
    first = services.mark_uncontrollable(actor=manager, rating=rating, reason=UncontrollableReason.STOCK, at=again)
    assert first.marked_at == LATER


def test_another_client_learns_nothing_of_a_rating():
    rating = rated()
    stranger = client_actor(OrganisationFactory(), ClientRole.OWNER)
    with pytest.raises(NotFound):
        services.mark_uncontrollable(actor=stranger, rating=rating, reason=UncontrollableReason.STOCK, at=LATER)
    with pytest.raises(NotFound):
        selectors.rating_for(actor=stranger, public_id=rating.public_id)


def test_smart_qa_scores_a_segment_once_and_points_at_messages():
    segment = served()
    first = services.score_segment(segment=segment, at=JUDGED_AT)
    again = services.score_segment(segment=segment, at=LATER)
    assert first == again
    # "It leaves today.": no greeting, no goodbye
    assert first.score == 90
    replied = segment.conversation.messages.get(author="agent").seq
    assert [(hit.rule, hit.message_seq) for hit in first.hits.all()] == [("closing", replied), ("greeting", replied)]


def test_closing_a_conversation_records_the_scoring_for_a_worker():
    served()
    assert EventDelivery.objects.filter(handler="quality.handlers:judge_closed_segment").count() == 1


def test_scorecard_must_add_up_to_100():
    segment = served()
    programme = segment.conversation.programme
    owner = client_actor(programme.organisation, ClientRole.OWNER)
    with pytest.raises(Invalid) as refused:
        services.publish_scorecard(actor=owner, at=AT, programme=programme, items=[])
    assert "items" in refused.value.fields


def test_a_new_scorecard_keeps_the_rules_of_smart_qa_unless_it_brings_its_own():
    programme = served().conversation.programme
    publish = partial(services.publish_scorecard, actor=PLATFORM, at=AT, programme=programme)
    all_points = [ItemSpec("All", "全部", 100)]
    own = [RuleSetting(Rule.FORBIDDEN_WORDS, 30, params={"words": ["cheap"]})]
    publish(items=all_points, rules=own)
    assert selectors.settings_of(scorecard=publish(items=all_points)) == own
    for wrong in ([*own, *own], [RuleSetting("shouting", 10)], [RuleSetting(Rule.PROMISE, 101)]):
        with pytest.raises(Invalid) as refused:
            publish(items=all_points, rules=wrong)
        assert "rules" in refused.value.fields


def test_review_takes_points_with_a_note_and_is_audited():
    review = reviewed(lost=10)
    assert review.score == 90
    assert Sample.objects.get().state == SampleState.REVIEWED
    assert AuditEntry.objects.filter(action="quality.submit_review", subject=review.public_id).count() == 1


def test_review_says_at_which_item_it_is_wrong():
    actor, sample = reviewer(), sampled()
    sample = services.take_sample(actor=actor, sample=sample, at=JUDGED_AT)
    sheet = services.scorecard_for(programme=sample.programme, at=JUDGED_AT)
    first, second, *rest = sheet.items.all()
    given = {first.pk: Verdict(first.max_points + 1), second.pk: Verdict(0)}
    with pytest.raises(Invalid) as refused:
        services.submit_review(actor=actor, sample=sample, verdicts=given, at=JUDGED_AT)
    assert set(refused.value.fields) == {f"item_{item.pk}" for item in [first, second, *rest]}
    assert Review.objects.count() == 0


def test_item_one_reviewer_holds_is_refused_to_another_until_it_is_forgotten():
    sample, first, second = sampled(), reviewer(), reviewer()
    services.take_sample(actor=first, sample=sample, at=JUDGED_AT)
    with pytest.raises(TakenByAnother):
        services.take_sample(actor=second, sample=sample, at=JUDGED_AT + timedelta(minutes=29))
    assert services.release_forgotten(at=JUDGED_AT + timedelta(minutes=31)) == 1
    assert services.take_sample(actor=second, sample=sample, at=LATER).taken_by_id == second.user_id


def test_a_hold_that_ran_out_is_renewed_with_the_review_or_not_at_all():
    sample, first, second = sampled(), reviewer(), reviewer()
    services.take_sample(actor=first, sample=sample, at=JUDGED_AT)
    services.release_forgotten(at=LATER)
    given = verdicts(services.scorecard_for(programme=sample.programme, at=LATER))
    with pytest.raises(Invalid):
        services.submit_review(actor=first, sample=sample, verdicts={}, at=LATER)
    assert Sample.objects.get().state == SampleState.WAITING
    services.take_sample(actor=second, sample=sample, at=LATER)
    with pytest.raises(TakenByAnother):
        services.submit_review(actor=first, sample=sample, verdicts=given, at=LATER)
    services.give_back(actor=second, sample=sample, at=LATER)
    assert services.submit_review(actor=first, sample=sample, verdicts=given, at=LATER).score == 100


def test_reviewer_judges_nobody_of_their_own_team(agent_in_team_of_reviewer):
    sample, actor = agent_in_team_of_reviewer
    with pytest.raises(NotYourTeam):
        services.take_sample(actor=actor, sample=sample, at=JUDGED_AT)
    assert list(selectors.reviews_queue(actor=actor)) == []
    with pytest.raises(NotFound):
        selectors.sample_for(actor=actor, public_id=sample.public_id)


@pytest.fixture
def agent_in_team_of_reviewer():
    from dataclasses import replace

    from accounts.models import Team, TeamMembership

    sample = sampled()
    team = Team.objects.create(name="Harbour")
    TeamMembership.objects.create(team=team, agent=sample.agent)
    return sample, replace(reviewer(), team_id=team.pk)


def test_second_review_of_one_segment_is_refused():
    review = reviewed()
    with pytest.raises(AlreadyReviewed):
        services.take_sample(actor=reviewer(), sample=review.sample, at=LATER)


def appealed(review: Review | None = None, at=LATER) -> Appeal:
    review = review or reviewed()
    item = review.items.order_by("item__position").first()
    actor = actors_of([review.agent])[0]
    return services.appeal_item(actor=actor, item=item, reason="I asked twice.", at=at)


def test_changed_appeal_raises_the_score_and_tells_pay():
    appeal = appealed()
    services.decide_appeal(
        actor=reviewer(), appeal=appeal, points=appeal.review_item.item.max_points, answer="You did.", at=LATER
    )
    review = Review.objects.get()
    assert (review.score, Appeal.objects.get().state) == (100, AppealState.CHANGED)
    assert ReviewItem.objects.get(pk=appeal.review_item_id).points == 10


def test_appeal_with_the_same_points_is_upheld():
    appeal = appealed()
    services.decide_appeal(
        actor=reviewer(), appeal=appeal, points=appeal.review_item.points, answer="Seen again.", at=LATER
    )
    assert (Review.objects.get().score, Appeal.objects.get().state) == (90, AppealState.UPHELD)


def test_appeal_is_answered_by_somebody_else_in_service_and_database():
    first = reviewer()
    appeal = appealed(reviewed(by=first))
    with pytest.raises(SameReviewer):
        services.decide_appeal(actor=first, appeal=appeal, points=20, answer="Mine.", at=LATER)
    with pytest.raises(IntegrityError, match="somebody else"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(decided_by_id=first.user_id)


def test_appeal_is_open_for_seven_days_and_once():
    review = reviewed()
    appealed(review, at=JUDGED_AT + timedelta(days=7) - timedelta(seconds=1))
    with pytest.raises(AlreadyAppealed):
        appealed(review)
    with pytest.raises(AppealTooLate):
        appealed(reviewed(), at=JUDGED_AT + timedelta(days=7))


def test_only_the_judged_agent_may_appeal():
    review, other = reviewed(), served()
    with pytest.raises(NotFound):
        services.appeal_item(actor=actors_of([other.agent])[0], item=review.items.first(), reason="Not mine.", at=LATER)


def test_decided_appeal_cannot_be_decided_again():
    appeal = appealed()
    services.decide_appeal(actor=reviewer(), appeal=appeal, points=20, answer="You did.", at=LATER)
    with pytest.raises(Exception, match="state_conflict"):
        services.decide_appeal(actor=reviewer(), appeal=appeal, points=0, answer="No.", at=LATER)
    assert Review.objects.get().score == 100


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("points", "UPDATE quality_reviewitem SET points = 20"),
        ("scorecard", "UPDATE quality_scorecard SET version = 9"),
        ("scorecard item", "UPDATE quality_scorecarditem SET max_points = 1"),
        ("rule", "DELETE FROM quality_qarule"),
        ("appeal state", "UPDATE quality_appeal SET state = 'withdrawn'; UPDATE quality_appeal SET state = 'open'"),
        ("sample state", "UPDATE quality_sample SET state = 'waiting'"),
    ],
)
def test_database_refuses_to_rewrite(what, statement):
    appealed()
    with pytest.raises(Exception, match=r"[Cc]annot|Invalid"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_window_counts_the_last_fifty_and_nothing_after_the_moment():
    review = reviewed(lost=20)
    assert selectors.quality_window(review.agent_id, at=LATER) == Window(1, Fraction(80))
    assert selectors.quality_window(review.agent_id, at=JUDGED_AT - timedelta(seconds=1)) == Window(0, None)


@pytest.mark.slow
def test_windows_of_many_agents_take_one_query(django_assert_num_queries):
    ids = [rated().agent_id for _ in range(3)]
    with django_assert_num_queries(1):
        selectors.satisfaction_windows(ids, at=LATER)
    with django_assert_num_queries(1):
        selectors.quality_windows(ids, at=LATER)


def test_somebody_without_the_role_cannot_review():
    sample = sampled()
    with pytest.raises(NotAllowed):
        services.take_sample(actor=client_actor(sample.programme.organisation), sample=sample, at=JUDGED_AT)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_end_with_one_review():
    sample = sampled()
    sheet = services.scorecard_for(programme=sample.programme, at=JUDGED_AT)
    given = verdicts(sheet)
    barrier, results = Barrier(2), []

    def judge(actor):
        try:
            barrier.wait(timeout=10)
            services.take_sample(actor=actor, sample=sample, at=JUDGED_AT)
            results.append(services.submit_review(actor=actor, sample=sample, verdicts=given, at=JUDGED_AT).score)
        except (TakenByAnother, AlreadyReviewed) as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=judge, args=(reviewer(),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert results.count(100) == 1
    assert Review.objects.count() == 1
    assert QaResult.objects.count() == 0
