"""An agent asks to be judged again; somebody else answers, blind."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from core import audit, events, refusals
from core.errors import Invalid
from core.states import move
from quality.errors import AppealTooLate
from quality.events import AppealDecided, AppealOpened, ScoreChanged
from quality.logic.rules import RULES
from quality.logic.scores import ItemScore, review_score
from quality.models import Appeal, Review, ReviewItem
from quality.policies import require_can_appeal, require_can_decide
from quality.states import APPEALS, AppealState


def appeal_item(*, actor: Actor, item: ReviewItem, reason: str, at: datetime) -> Appeal:
    """Open an appeal against one item of one's own review; it is answered within 72 hours.

    Raises `Invalid` without a reason, `AppealTooLate` after 7 days, `AlreadyAppealed`. Side effects:
    an audit entry; publishes `AppealOpened`.
    """
    require_can_appeal(actor, item)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why you see it differently; the second reviewer reads it.")})
    if at >= item.review.appealable_until:
        raise AppealTooLate
    with transaction.atomic():
        with refusals.translated():
            appeal = Appeal.objects.create(
                review_item_id=item.pk,  # the item keeps the appeal it has, should this one be refused
                agent=item.review.agent,
                reason=reason.strip(),
                opened_at=at,
                due_at=at + RULES.answer_within,
            )
        audit.record(stream="quality", action="quality.appeal_item", subject=appeal.public_id, actor=actor, at=at)
        claim_id = item.review.claim_id
        events.publish(AppealOpened(appeal_id=appeal.pk, agent_id=appeal.agent_id, claim_id=claim_id, at=at))
    return appeal


def withdraw_appeal(*, actor: Actor, appeal: Appeal, at: datetime) -> None:
    """Take an open appeal back; the item cannot be appealed again."""
    require_can_appeal(actor, appeal.review_item)
    with transaction.atomic():
        move(appeal, AppealState.WITHDRAWN, table=APPEALS, at=at, actor=actor)


def decide_appeal(*, actor: Actor, appeal: Appeal, points: int, answer: str, at: datetime) -> Appeal:
    """Judge the item anew, without having seen the first points; `answer` tells the agent why.

    Other points than the first change the review's score. Side effects: an audit entry; publishes
    `AppealDecided`, and `ScoreChanged` when the review's score changed, on which pay prices anew.
    """
    require_can_decide(actor, appeal)
    item = appeal.review_item
    errors = {}
    if not 0 <= points <= item.item.max_points:
        errors["points"] = _("Between 0 and %(max)d.") % {"max": item.item.max_points}
    if not answer.strip():
        errors["answer"] = _("Tell the agent why; they read this.")
    if errors:
        raise Invalid(fields=errors)
    changed = points != item.points
    with transaction.atomic():
        review = Review.objects.select_for_update(no_key=True, of=("self",)).get(pk=item.review_id)
        move(
            appeal,
            AppealState.CHANGED if changed else AppealState.UPHELD,
            table=APPEALS,
            at=at,
            actor=actor,
            changes={"decided_by_id": actor.user_id, "decided_at": at, "points": points, "answer": answer.strip()},
        )
        before, review.score = review.score, review_score(effective_items(review=review))
        review.save(update_fields=["score"])
        audit.record(
            stream="quality",
            action="quality.decide_appeal",
            subject=appeal.public_id,
            actor=actor,
            at=at,
            data={"changed": changed, "score_before": before, "score_after": review.score},
        )
        events.publish(AppealDecided(appeal_id=appeal.pk, agent_id=appeal.agent_id, changed=changed, at=at))
        if review.score != before:
            events.publish(
                ScoreChanged(
                    agent_id=review.agent_id, claim_id=review.claim_id, review_id=review.pk, rating_id=None, at=at
                )
            )
    return appeal


def effective_items(*, review: Review) -> list[ItemScore]:
    """The review's items with the points that hold now: a changed appeal's, else the first reviewer's."""
    rows = review.items.select_related("item", "appeal")
    return [ItemScore(row.effective_points, row.item.max_points, row.item.is_fatal) for row in rows]
