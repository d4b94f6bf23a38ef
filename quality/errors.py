"""Refusals of this app, with stable codes."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotAllowed
from core.refusals import refuse


class AlreadyRated(Conflict):
    code = "quality.already_rated"
    message = _("You have already rated this conversation. Thank you.")


class NotRateable(Conflict):
    code = "quality.not_rateable"
    message = _("This conversation cannot be rated yet: nobody has served it to its end.")


class RatingTooLate(Conflict):
    code = "quality.rating_too_late"
    message = _("The time for rating this conversation is over.")


class AlreadyReviewed(Conflict):
    code = "quality.already_reviewed"
    message = _("Somebody else has judged this conversation in the meantime.")


class TakenByAnother(Conflict):
    code = "quality.taken_by_another"
    message = _("Another reviewer has this conversation open. Take the next one.")


class AppealTooLate(Conflict):
    code = "quality.appeal_too_late"
    message = _("The time for appealing this review is over.")


class AlreadyAppealed(Conflict):
    code = "quality.already_appealed"
    message = _("You have already appealed this item. Each item can be appealed once.")


class NotYourTeam(NotAllowed):
    code = "quality.own_team"
    message = _("You cannot judge your own work or your own team's.")


class SameReviewer(NotAllowed):
    code = "quality.same_reviewer"
    message = _("An appeal is answered by somebody other than the first reviewer.")


refuse(
    {
        "quality_rating_segment_id_key": AlreadyRated,
        "quality_review_segment_id_key": AlreadyReviewed,
        "quality_review_sample_id_key": AlreadyReviewed,
        "quality_appeal_review_item_id_key": AlreadyAppealed,
    }
)
