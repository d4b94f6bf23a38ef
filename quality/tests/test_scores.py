"""Review scores, windows, sampling and tiers: exact values and properties."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.states import Tier
from quality.logic.sampling import RANDOM_SHARE, choose, probability
from quality.logic.scores import ItemScore, Window, review_score, satisfaction_window, weighted_window
from quality.logic.tiers import TierInputs, shrunk, tier_of
from quality.states import SampleTier


def test_review_score_is_the_sum_of_points():
    assert review_score([ItemScore(20, 20), ItemScore(15, 30), ItemScore(50, 50, fatal=True)]) == 85


def test_review_score_is_zero_after_a_fatal_failure():
    assert review_score([ItemScore(50, 50), ItemScore(0, 50, fatal=True)]) == 0


def test_window_weighs_a_review_by_how_likely_it_was():
    window = weighted_window([(40, Fraction(1)), (90, Fraction(1, 10))])
    assert window == Window(2, Fraction(40 + 900, 11))


def test_empty_windows_have_no_mean():
    assert weighted_window([]) == satisfaction_window([]) == Window(0, None)


def test_satisfied_means_four_or_five():
    assert satisfaction_window([5, 4, 3, 1]) == Window(4, Fraction(1, 2))


@given(st.lists(st.tuples(st.integers(0, 100), st.fractions(Fraction(1, 10), 1)), min_size=1, max_size=50))
def test_window_mean_lies_between_the_scores(samples):
    mean = weighted_window(samples).mean
    assert min(s for s, _ in samples) <= mean <= max(s for s, _ in samples)


@pytest.mark.parametrize(("score", "expected"), [(100, "0.10"), (95, "0.10"), (60, "0.40"), (0, "1")])
def test_inclusion_probability_rises_with_risk(score, expected):
    assert probability(score) == Decimal(expected)


def test_draws_come_as_often_as_they_say():
    drawn = [c for n in range(5000) if (c := choose(f"seg_{n}", 60))]
    assert 1850 < len(drawn) < 2150
    assert {c.probability for c in drawn} == {Decimal("0.4")}
    assert 420 < sum(c.tier == SampleTier.RANDOM for c in drawn) < 580


def test_draw_can_be_repeated():
    assert choose("seg_1", 20) == choose("seg_1", 20)
    assert Decimal("0.10") == RANDOM_SHARE


def inputs(satisfaction="1", quality=100, adherence="1", n=50, rated=200):
    return TierInputs(Window(n, Fraction(satisfaction)), Window(n, Fraction(quality)), Fraction(adherence), rated)


def tier(given_inputs):
    return tier_of(given_inputs, prior_satisfaction=Fraction(85, 100), prior_quality=Fraction(80)).tier


def test_shrinking_pulls_a_small_sample_to_the_platform_mean():
    assert shrunk(Window(20, Fraction(1)), Fraction(80, 100)) == Fraction(90, 100)
    assert shrunk(Window(0, None), Fraction(80, 100)) == Fraction(80, 100)


def test_best_agent_is_platinum_and_newcomer_stays_bronze():
    assert tier(inputs()) == Tier.PLATINUM
    assert tier(inputs(rated=29)) == Tier.BRONZE


def test_tier_is_never_rounded_up():
    # shrunk adherence is not shrunk: 94.99% misses the 95% of Gold
    assert tier(inputs(adherence="0.9499")) == Tier.SILVER
    assert tier(inputs(adherence="0.95")) == Tier.GOLD


def test_outcome_names_what_the_next_tier_still_asks_for():
    outcome = tier_of(inputs(quality=70), prior_satisfaction=Fraction(85, 100), prior_quality=Fraction(80))
    assert (outcome.tier, outcome.missing) == (Tier.BRONZE, ("quality",))
