"""How the parts of conversations were judged, for those who may read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.actors import Actor
from live.selectors import Transcript, segments_for
from quality.models import QaResult, Rating


@dataclass(frozen=True)
class Judged:
    """What a customer and smart QA said of one segment; None where they said nothing."""

    rating: Rating | None
    result: QaResult | None


def ratings_of_conversations(actor: Actor, conversation_ids: Iterable[int]) -> dict[int, Rating]:
    """The last rating of each of these conversations the actor may know (one query)."""
    segments = segments_for(actor).order_by().filter(conversation_id__in=list(conversation_ids))
    rows = Rating.objects.filter(segment__in=segments.values("pk")).select_related("segment").order_by("at", "pk")
    return {rating.segment.conversation_id: rating for rating in rows}


def judged_segments(actor: Actor, transcript: Transcript) -> dict[str, Judged]:
    """By public id of the segment; the reader may read the transcript already (three queries)."""
    segments = segments_for(actor).order_by().filter(conversation=transcript.conversation).values("pk")
    ratings = {r.segment.public_id: r for r in Rating.objects.filter(segment__in=segments).select_related("segment")}
    results = {
        r.segment.public_id: r
        for r in QaResult.objects.filter(segment__in=segments).select_related("segment").prefetch_related("hits")
    }
    ids = (segment.public_id for segment in transcript.segments)
    return {public_id: Judged(ratings.get(public_id), results.get(public_id)) for public_id in ids}
