"""Every write of quality: ratings, smart QA, samples, reviews, appeals, scorecards, tiers."""

from quality.services.appeals import appeal_item, decide_appeal, withdraw_appeal
from quality.services.ratings import mark_uncontrollable, rate
from quality.services.reviews import submit_review
from quality.services.samples import give_back, release_forgotten, sample_triggered, take_next, take_sample
from quality.services.scorecards import publish_scorecard, scorecard_for, settings_of
from quality.services.scoring import score_segment
from quality.services.tiers import recompute_tiers

__all__ = [
    "appeal_item",
    "decide_appeal",
    "give_back",
    "mark_uncontrollable",
    "publish_scorecard",
    "rate",
    "recompute_tiers",
    "release_forgotten",
    "sample_triggered",
    "score_segment",
    "scorecard_for",
    "settings_of",
    "submit_review",
    "take_next",
    "take_sample",
    "withdraw_appeal",
]
