"""One person judging one segment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.policies import person_id
from certification.states import SkillInput
from core import audit, events
from core.errors import Invalid, Text
from core.states import move
from quality.events import ReviewSubmitted
from quality.logic.scores import EscalationVerdict, ItemScore, Verdict, review_score
from quality.models import Review, ReviewItem, Sample, Scorecard
from quality.services.escalations import _errors_of, _judge, _waiting_escalation
from quality.services.evidence import add_evidence
from quality.services.samples import take_sample
from quality.services.scorecards import scorecard_for
from quality.states import SAMPLES, SampleState, Trigger


def submit_review(
    *,
    actor: Actor,
    sample: Sample,
    verdicts: Mapping[int, Verdict],
    comment: str = "",
    escalation: EscalationVerdict | None = None,
    scorecard: Scorecard | None = None,
    at: datetime,
) -> Review:
    """Judge a sampled segment on the programme's latest scorecard, or the version the review was begun on; `verdicts`
    by scorecard item id.

    A hold that ran out is renewed, unless somebody else has taken the item since.

    An escalated segment also needs `escalation`: was handing it on justified, and why. Raises `Invalid` (fields
    `item_<id>`, `justified`, `justified_reason`) for what is missing, points outside the item's range, or
    points taken without a note; `AlreadyReviewed`, `TakenByAnother`, `NotYourTeam`. Side effects:
    performance evidence on the agent's skills (of an end for abuse none), an audit entry; publishes `ReviewSubmitted`.
    """
    with transaction.atomic():
        sample = take_sample(actor=actor, sample=sample, at=at)
        scorecard = scorecard or scorecard_for(programme=sample.programme, at=at)
        handed_on = _waiting_escalation(sample.segment)
        scores = _checked(scorecard, verdicts, _errors_of(handed_on, escalation))
        review = Review.objects.create(
            sample=sample,
            segment=sample.segment,
            agent=sample.agent,
            claim=sample.segment.claim,
            scorecard=scorecard,
            reviewer_id=person_id(actor),
            score=review_score(scores),
            comment=comment,
            at=at,
        )
        ReviewItem.objects.bulk_create(
            ReviewItem(review=review, item_id=item_id, **vars(verdict)) for item_id, verdict in verdicts.items()
        )
        if handed_on is not None and escalation is not None:
            _judge(handed_on, escalation, actor=actor, at=at)
        move(sample, SampleState.REVIEWED, table=SAMPLES, at=at, actor=actor)
        if sample.trigger != Trigger.ABUSE:
            add_evidence(
                agent=review.agent,
                programme=sample.programme,
                input=SkillInput.PERFORMANCE,
                value=review.score,
                source=f"review:{review.public_id}",
                at=at,
            )
        audit.record(
            stream="quality",
            action="quality.submit_review",
            subject=review.public_id,
            actor=actor,
            at=at,
            data={"score": review.score, "tier": sample.tier, "probability": str(sample.probability)},
        )
        events.publish(ReviewSubmitted(review_id=review.pk, agent_id=review.agent_id, claim_id=review.claim_id, at=at))
    return review


def _checked(
    scorecard: Scorecard, verdicts: Mapping[int, Verdict], errors: dict[str, Text | list[Text]]
) -> list[ItemScore]:
    scores = []
    items = list(scorecard.items.all())
    for item in items:
        verdict = verdicts.get(item.pk)
        if verdict is None:
            errors[f"item_{item.pk}"] = _("Give points for this item.")
        elif not 0 <= verdict.points <= item.max_points:
            errors[f"item_{item.pk}"] = _("Between 0 and %(max)d.") % {"max": item.max_points}
        elif verdict.points < item.max_points and not verdict.note.strip():
            errors[f"item_{item.pk}"] = _("Say in a note why points are taken; the agent reads it.")
        else:
            scores.append(ItemScore(verdict.points, item.max_points, item.is_fatal))
    if unknown := verdicts.keys() - {item.pk for item in items}:
        errors["items"] = _("The scorecard has changed since you opened it (%(n)d items).") % {"n": len(unknown)}
    if errors:
        raise Invalid(fields=errors)
    return scores
