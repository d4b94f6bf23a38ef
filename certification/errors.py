"""Refusals of this app; each has a stable code that API and player read."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, NotAllowed


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
