"""Ratings, scorecards, smart QA results, reviews and appeals."""

from quality.models.escalations import EscalationReview
from quality.models.judging import Appeal, Review, ReviewItem, Sample
from quality.models.ratings import Rating
from quality.models.scorecards import QaHit, QaResult, QaRule, Scorecard, ScorecardItem

__all__ = [
    "Appeal",
    "EscalationReview",
    "QaHit",
    "QaResult",
    "QaRule",
    "Rating",
    "Review",
    "ReviewItem",
    "Sample",
    "Scorecard",
    "ScorecardItem",
]
