"""What follows from events of this and lower apps."""

from core.events import after
from live import selectors as live
from live.events import SegmentClosed
from live.states import EndedHow
from quality import services

JUDGED_ENDS = (EndedHow.AGENT, EndedHow.CUSTOMER, EndedHow.CUSTOMER_LEFT)
"""What was cut off, taken away or ended for abuse says nothing about how the agent works."""


@after(SegmentClosed)
def score_closed_segment(event: SegmentClosed) -> None:
    """Smart QA runs on every segment an agent has ended, within seconds of its end."""
    segment = live.segment_by_id(event.segment_id)
    if segment.ended_how in JUDGED_ENDS:
        services.score_segment(segment=segment, at=event.at)
