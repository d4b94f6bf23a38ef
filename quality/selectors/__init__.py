"""Every read of quality that a page, the API or another app needs."""

from quality.selectors.boards import AgentQuality, ProgrammeQuality, agent_quality, programme_quality
from quality.selectors.conversations import Judged, judged_segments, ratings_of_conversations
from quality.selectors.escalations import (
    escalation_appeals,
    escalation_for,
    escalation_of,
    escalations_of_agent,
    is_being_judged,
    justified_escalations,
    open_appeals,
    own_escalation,
    waiting_escalations,
)
from quality.selectors.queues import appeal_for, appeals_queue, review_for, review_item_for, reviews_queue, sample_for
from quality.selectors.ratings import csats_of, rating_for, rating_of_segment, ratings_for
from quality.selectors.reviews import judged_items, qa_result_of
from quality.selectors.scorecards import latest_scorecard, scorecard_to_judge, settings_of, time_limits
from quality.selectors.transcripts import customers_eye, turns_of
from quality.selectors.windows import (
    platform_means,
    quality_window,
    quality_windows,
    rated_counts,
    satisfaction_window,
    satisfaction_windows,
)

__all__ = [
    "AgentQuality",
    "Judged",
    "ProgrammeQuality",
    "agent_quality",
    "appeal_for",
    "appeals_queue",
    "csats_of",
    "customers_eye",
    "escalation_appeals",
    "escalation_for",
    "escalation_of",
    "escalations_of_agent",
    "is_being_judged",
    "judged_items",
    "judged_segments",
    "justified_escalations",
    "latest_scorecard",
    "open_appeals",
    "own_escalation",
    "platform_means",
    "programme_quality",
    "qa_result_of",
    "quality_window",
    "quality_windows",
    "rated_counts",
    "rating_for",
    "rating_of_segment",
    "ratings_for",
    "ratings_of_conversations",
    "review_for",
    "review_item_for",
    "reviews_queue",
    "sample_for",
    "satisfaction_window",
    "satisfaction_windows",
    "scorecard_to_judge",
    "settings_of",
    "time_limits",
    "turns_of",
    "waiting_escalations",
]
