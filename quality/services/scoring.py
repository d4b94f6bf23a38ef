"""Smart QA over one closed segment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from core import events
from quality.events import ConversationScored
from quality.logic.smart_qa import Outcome, RuleSetting, evaluate
from quality.models import QaHit, QaResult, Scorecard
from quality.selectors.scorecards import settings_of
from quality.selectors.transcripts import turns_of
from quality.services.samples import sample_by_chance, sample_triggered
from quality.services.scorecards import scorecard_for
from quality.states import Rule, Trigger

if TYPE_CHECKING:
    from live.models import Segment


def score_segment(*, segment: Segment, at: datetime) -> QaResult:
    """Score an ended segment of an agent by its programme's scorecard; scoring again returns the first result.

    Each hit points at its message. A fatal hit sends the segment to human review, otherwise chance
    decides (more likely the lower the score). Publishes `ConversationScored`.
    """
    if segment.ended_at is None:
        raise ValueError("only a segment that has ended is scored")
    with transaction.atomic():
        existing = QaResult.objects.filter(segment=segment).first()
        if existing:
            return existing
        scorecard = scorecard_for(programme=segment.conversation.programme, at=at)
        settings = rule_settings(scorecard=scorecard, segment=segment)
        outcome = evaluate(turns_of(segment), settings)
        result = QaResult.objects.create(
            segment=segment, agent=segment.agent, scorecard=scorecard, score=outcome.score, at=at
        )
        QaHit.objects.bulk_create(
            QaHit(result=result, rule=hit.rule, message_seq=hit.seq, found=hit.found[:200]) for hit in outcome.hits
        )
        if _has_fatal(outcome, settings):
            sample_triggered(segment=segment, trigger=Trigger.FATAL, at=at)
        else:
            sample_by_chance(segment=segment, qa_score=outcome.score, at=at)
        events.publish(ConversationScored(result_id=result.pk, agent_id=result.agent_id, at=at))
    return result


def rule_settings(*, scorecard: Scorecard, segment: Segment) -> list[RuleSetting]:
    """The scorecard's rules, with the first-response clock started when the agent took over."""
    since = {"since": segment.started_at}
    return [
        replace(rule, params={**rule.params, **since}) if rule.rule == Rule.FIRST_RESPONSE else rule
        for rule in settings_of(scorecard=scorecard)
    ]


def _has_fatal(outcome: Outcome, settings: list[RuleSetting]) -> bool:
    fatal = {s.rule for s in settings if s.fatal}
    return any(hit.rule in fatal for hit in outcome.hits)
