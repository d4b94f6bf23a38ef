"""What follows from events of this and lower apps."""

from core.events import after
from live import selectors as live
from live.events import SegmentClosed
from live.states import EndedHow
from quality import services
from quality.states import Trigger

JUDGED_ENDS = (EndedHow.AGENT, EndedHow.CUSTOMER, EndedHow.CUSTOMER_LEFT)
"""What was cut off, taken away or ended for abuse says nothing about how the agent works."""


REVIEWED_ENDS = {EndedHow.ABUSE: Trigger.ABUSE}
"""Ends a person looks at in every case."""


@after(SegmentClosed)
def judge_closed_segment(event: SegmentClosed) -> None:
    """Smart QA runs on what an agent has ended, within seconds of its end; some ends go before a person instead."""
    segment = live.segment_by_id(event.segment_id)
    if segment.ended_how in JUDGED_ENDS:
        services.score_segment(segment=segment, at=event.at)
    elif segment.ended_how == EndedHow.ESCALATED:
        services.put_escalation_to_review(segment=segment, at=event.at)
    elif trigger := REVIEWED_ENDS.get(EndedHow(segment.ended_how)):
        services.sample_triggered(segment=segment, trigger=trigger, at=event.at)
