"""What training refuses, and how it says so."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from core.refusals import refuse


class DraftChanged(Conflict):
    """Somebody else saved first; `detail` says who, and the revision that stands now."""

    code = "training.draft_changed"
    message = _("Somebody else has saved this since you opened it. Your text is kept below; nothing was overwritten.")


class AlreadyPublished(Conflict):
    code = "training.already_published"
    message = _("This version is published and can no longer change. Start a new draft instead.")


class NotReady(Invalid):
    """A draft that cannot be published yet; `detail["problems"]` lists lesson, place and message."""

    code = "training.not_ready"
    message = _("The draft cannot be published yet. See what is missing below.")


class SlugTaken(Invalid):
    code = "training.slug_taken"


class NotEnrolled(Conflict):
    code = "training.not_enrolled"
    message = _("Start the course first.")


class NothingToLearn(Conflict):
    code = "training.not_published"
    message = _("This course is not published yet.")


class LevelLocked(Conflict):
    code = "training.level_locked"
    message = _("This level opens once every lesson of the level before it is passed.")


class WrongKind(Invalid):
    code = "training.wrong_kind"
    message = _("This lesson is of another kind.")


class StepGone(Conflict):
    """The answer is for a step that is already behind (another tab or device was faster)."""

    code = "training.step_gone"
    message = _("You have already gone on from here, perhaps on another device. This is where you are now.")


class BadImage(Invalid):
    code = "training.bad_image"


refuse(
    {
        "course_slug_once": lambda: SlugTaken(
            fields={"slug": _("There is a course of this name in this language already.")}
        ),
        "lesson_run_open_once": StepGone,
        "lesson_run_number_once": StepGone,
    }
)
