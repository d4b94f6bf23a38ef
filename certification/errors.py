"""Refusals of this app; each has a stable code that API and player read."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, NotAllowed
from core.refusals import refuse


class ExamClosed(Conflict):
    code = "certification.exam_closed"
    message = _("This exam is not open now.")


class RequirementsUnmet(NotAllowed):
    code = "certification.requirements_unmet"
    message = _("Something is still needed before this exam. Its page says what.")


class NoAttemptsLeft(Conflict):
    code = "certification.no_attempts_left"
    message = _("You have used every attempt at this exam.")


class RetryTooEarly(Conflict):
    code = "certification.retry_too_early"
    message = _("The next attempt is not open yet. Its page says when.")


class AlreadyPassed(Conflict):
    code = "certification.already_passed"
    message = _("You have passed this exam; the certificate can be renewed when it nears its end.")


class DeadlinePassed(Conflict):
    code = "certification.deadline_passed"
    message = _("Time is up. What you had saved before the end is kept.")


class NotInProgress(Conflict):
    code = "certification.not_in_progress"
    message = _("This attempt takes no more answers.")


class BadAnswer(Invalid):
    code = "certification.bad_answer"
    message = _("This answer cannot be read. Choose or type it again.")


class NotEnoughQuestions(Conflict):
    code = "certification.not_enough_questions"
    message = _("A section draws more questions than its pool holds in this language.")


class OwnWork(NotAllowed):
    code = "certification.own_work"
    message = _("This is your own work; somebody else has to decide.")


class AlreadyMarked(Conflict):
    code = "certification.already_marked"
    message = _("You have marked this already; the second marker has to be somebody else.")


class NotWaiting(Conflict):
    code = "certification.not_waiting"
    message = _("This is no longer waiting to be marked.")


class NotIssuable(Conflict):
    code = "certification.not_issuable"
    message = _("This person has not passed the exam of this standard.")


class IssuedMeanwhile(Conflict):
    code = "certification.issued_meanwhile"
    message = _("Somebody has just issued this certificate to this person. Look at it before you issue another.")


refuse(
    {
        "attempt_one_at_a_time": NotInProgress,
        "attempt_number_once": NotInProgress,
        "attempt_within_allowed": NoAttemptsLeft,
        "certificate_one_valid": IssuedMeanwhile,
        "certificate_once_per_attempt": IssuedMeanwhile,
        "practical_marked_by_two_people": AlreadyMarked,
        "practical_mark_number_once": NotWaiting,
        "certification_exam_slug_key": lambda: Invalid(
            fields={"slug": _("There is an exam of this short name already.")}
        ),
        "certification_pool_name_key": lambda: Invalid(fields={"name": _("There is a pool of this name already.")}),
        "certification_scenario_slug_key": lambda: Invalid(
            fields={"slug": _("There is a scenario of this short name already.")}
        ),
        "certification_skilltag_slug_key": lambda: Invalid(
            fields={"slug": _("There is a tag of this short name already.")}
        ),
        "standard_version_once": lambda: Invalid(fields={"slug": _("There is a standard of this short name already.")}),
        "section_position_once": Conflict,
    }
)
