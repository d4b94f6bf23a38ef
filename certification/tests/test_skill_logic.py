"""The skill score formula, by hand and by properties."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from certification.logic.skills import WEIGHTS, decayed, skill_score
from certification.states import SkillInput

T, C, S, P = SkillInput.TRAINING, SkillInput.CERTIFICATION, SkillInput.SATISFACTION, SkillInput.PERFORMANCE
values = st.lists(st.integers(0, 100), max_size=70)
results = st.fixed_dictionaries({}, optional=dict.fromkeys(SkillInput, values))


def test_weights_sum_to_a_hundred():
    assert sum(WEIGHTS.values()) == 100


def test_score_nothing_known_is_zero():
    assert skill_score({}).score == 0


def test_score_training_alone_stops_at_forty():
    assert skill_score({T: [95]}).score == 40


def test_score_certification_alone_is_its_value():
    assert skill_score({C: [84]}).score == 84


def test_score_by_hand():
    # shares: 15, 35, 25 x 30/50 = 15, 25 x 5/25 = 5; sum 70
    # (15 x 90 + 35 x 80 + 15 x 100 + 5 x 60) / 70 = 5950 / 70 = 85
    result = skill_score({T: [90], C: [80], S: [100] * 30, P: [60] * 5})
    assert result.score == 85
    assert [i.share for i in result.inputs] == [Fraction(15, 70), Fraction(35, 70), Fraction(15, 70), Fraction(5, 70)]


def test_score_is_rounded_down():
    # shares 15 and 35: (15 x 81 + 35 x 80) / 50 = 80.3
    assert skill_score({T: [81], C: [80]}).score == 80
    assert skill_score({T: [80], C: [81]}).score == 80


def test_score_counts_the_newest_certification_and_fifty_ratings():
    assert skill_score({C: [90, 10]}).score == 90
    assert skill_score({S: [100] * 50 + [0] * 20, C: [100]}).score == 100


def test_one_bad_rating_moves_little():
    assert skill_score({C: [80]}).score - skill_score({C: [80], S: [0]}).score <= 3


def test_decay_begins_after_ninety_days_and_stops_at_half():
    assert [decayed(80, days) for days in (0, 90, 96, 97, 104, 10_000)] == [80, 80, 80, 79, 78, 40]


@given(results, st.integers(0, 2000))
def test_score_stays_between_the_extremes_of_its_inputs(given_results, idle):
    result = skill_score(given_results, idle_days=idle)
    present = [v for values in given_results.values() for v in values]
    assert 0 <= result.score <= result.before_decay <= 100
    if present:
        assert result.before_decay <= max(present)
        assert sum(i.share for i in result.inputs) == 1


@given(results, st.sampled_from(list(SkillInput)), st.integers(0, 100))
def test_score_never_falls_when_a_result_is_better(given_results, kind, value):
    worse = {**given_results, kind: [value, *given_results.get(kind, [])]}
    better = {**given_results, kind: [min(100, value + 10), *given_results.get(kind, [])]}
    assert skill_score(better).score >= skill_score(worse).score
