"""Handing out what waits for a reviewer, and what is put before one in every case."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.actors import PLATFORM
from accounts.errors import SecondFactorNeeded
from accounts.states import StaffRole
from accounts.tests.factories import staff_actor
from core import clock
from core.events import deliver_due
from live import services as live
from live.logic.rules import RULES
from live.tests.factories import AT, active, floor
from quality import selectors, services
from quality.errors import NotRateable, RatingTooLate
from quality.logic.scores import ItemSpec
from quality.models import QaResult, Rating, Sample, Scorecard
from quality.services.samples import sample_triggered
from quality.states import SampleState, SampleTier, Trigger
from quality.tests.factories import JUDGED_AT, rated, reviewed, reviewer, sampled, served, verdicts

pytestmark = pytest.mark.django_db


def abused():  # type: ignore[no-untyped-def]
    """A segment its agent ended for abuse."""
    made = floor()
    talk = active(made)
    live.end_for_abuse(actor=made.actors[0], conversation=talk, epoch=talk.epoch, note="Threats.", at=AT)
    return talk.segments.select_related("conversation__programme", "agent", "claim").get()


def test_what_was_ended_for_abuse_goes_before_a_reviewer_and_into_no_rating():
    segment = abused()
    deliver_due(at=clock.now())
    sample = Sample.objects.get(segment=segment)
    assert (sample.tier, sample.trigger, sample.probability) == (SampleTier.TRIGGERED, Trigger.ABUSE, 1)
    assert list(selectors.reviews_queue(actor=reviewer())) == [sample]
    assert not QaResult.objects.exists()
    with pytest.raises(NotRateable):
        services.rate(segment=segment, csat=1, at=JUDGED_AT)


def test_a_review_of_an_end_for_abuse_moves_neither_pay_nor_the_platforms_mean():
    segment, before = abused(), selectors.platform_means(at=JUDGED_AT)
    review = reviewed(sample_triggered(segment=segment, trigger=Trigger.ABUSE, at=JUDGED_AT), lost=10)
    assert review.score < 100
    assert selectors.quality_window(review.agent_id, at=JUDGED_AT).n == 0
    assert selectors.platform_means(at=JUDGED_AT) == before


def test_a_rating_is_taken_for_as_long_as_it_says_and_no_longer():
    segment = served()
    over = segment.talk_ended_at + timedelta(seconds=RULES.rate_within_seconds)
    with pytest.raises(RatingTooLate):
        services.rate(segment=segment, csat=5, at=over)
    assert not Rating.objects.exists()
    assert rated(segment, at=over - timedelta(seconds=1)).csat == 5


def test_the_next_is_what_nobody_holds_then_ones_own_then_nothing():
    first, second = reviewer(), reviewer()
    samples = [sampled(), sampled()]
    assert services.take_next(actor=first, at=JUDGED_AT) == samples[0]
    assert services.take_next(actor=second, at=JUDGED_AT) == samples[1]
    assert services.take_next(actor=first, at=JUDGED_AT) == samples[0]
    assert services.take_next(actor=reviewer(), at=JUDGED_AT) is None
    assert services.take_next(actor=first, at=JUDGED_AT, tier=SampleTier.RANDOM) is None


def test_what_is_held_too_long_goes_back_by_itself():
    first, second, sample = reviewer(), reviewer(), sampled()
    services.take_next(actor=first, at=JUDGED_AT)
    late = JUDGED_AT + timedelta(minutes=30, seconds=1)
    assert services.release_forgotten(at=late) == 1
    assert services.take_next(actor=second, at=late) == sample


@pytest.mark.parametrize("verb", ["take", "next", "submit", "give_back"])
def test_reviewers_judge_with_a_second_factor_only(verb):
    one_factor, sample = staff_actor(StaffRole.REVIEWER, mfa=False), sampled()
    sheet = services.scorecard_for(programme=sample.programme, at=JUDGED_AT)
    calls = {
        "take": lambda: services.take_sample(actor=one_factor, sample=sample, at=JUDGED_AT),
        "next": lambda: services.take_next(actor=one_factor, at=JUDGED_AT),
        "submit": lambda: services.submit_review(
            actor=one_factor, sample=sample, verdicts=verdicts(sheet), at=JUDGED_AT
        ),
        "give_back": lambda: services.give_back(actor=one_factor, sample=sample, at=JUDGED_AT),
    }
    with pytest.raises(SecondFactorNeeded):
        calls[verb]()
    sample.refresh_from_db()
    assert sample.state == SampleState.WAITING


def test_one_who_took_points_with_one_factor_cannot_answer_appeals_either():
    review = reviewed()
    appeal = services.appeal_item(actor=_agent_of(review), item=review.items.first(), reason="I did ask.", at=JUDGED_AT)
    with pytest.raises(SecondFactorNeeded):
        services.decide_appeal(
            actor=staff_actor(StaffRole.REVIEWER, mfa=False), appeal=appeal, points=0, answer="No.", at=JUDGED_AT
        )


def _agent_of(review):  # type: ignore[no-untyped-def]
    from accounts.tests.factories import actors_of

    return actors_of([review.agent])[0]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_reviewers_who_press_at_once_get_different_items():
    made = floor()
    samples = {sampled(served(made)).pk for _ in range(4)}
    people, start, taken = [reviewer() for _ in range(6)], Barrier(6), []

    def press(actor):  # type: ignore[no-untyped-def]
        start.wait()
        try:
            if sample := services.take_next(actor=actor, at=JUDGED_AT):
                taken.append(sample.pk)
        finally:
            connection.close()

    threads = [Thread(target=press, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(samples)


def test_a_version_that_was_over_before_the_conversation_was_drawn_is_not_judged_on():
    sample = sampled()

    def publish(minutes: int) -> Scorecard:
        at, items = sample.at + timedelta(minutes=minutes), [ItemSpec("All", "全部", 100)]
        return services.publish_scorecard(actor=PLATFORM, programme=sample.programme, items=items, at=at)

    over, then, _between, latest = [publish(minutes) for minutes in (-20, -10, 10, 20)]
    judged_on = {
        version.version: selectors.scorecard_to_judge(sample=sample, opened=version.public_id)
        for version in (over, then, latest)
    }
    assert judged_on == {1: latest, 2: then, 4: latest}
