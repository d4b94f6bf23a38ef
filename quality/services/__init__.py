"""Every write of quality: ratings, smart QA, samples, reviews, appeals, scorecards, tiers."""

from quality.services.appeals import appeal_item, decide_appeal, withdraw_appeal
from quality.services.escalations import (
    answer_escalation,
    appeal_escalation,
    put_escalation_to_review,
    settle_escalations,
)
from quality.services.ratings import mark_uncontrollable, rate
from quality.services.reviews import submit_review
from quality.services.samples import give_back, release_forgotten, sample_triggered, take_next, take_sample
from quality.services.scorecards import publish_scorecard, scorecard_for
from quality.services.scoring import score_segment
from quality.services.tiers import recompute_tiers

__all__ = [
    "answer_escalation",
    "appeal_escalation",
    "appeal_item",
    "decide_appeal",
    "give_back",
    "mark_uncontrollable",
    "publish_scorecard",
    "put_escalation_to_review",
    "rate",
    "recompute_tiers",
    "release_forgotten",
    "sample_triggered",
    "score_segment",
    "scorecard_for",
    "settle_escalations",
    "submit_review",
    "take_next",
    "take_sample",
    "withdraw_appeal",
]
