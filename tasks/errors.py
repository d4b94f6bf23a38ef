"""Why the tasks app refuses. Codes are stable; messages say what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, NotAllowed
from core.refusals import refuse


class InvalidRequirement(Invalid):
    """A requirement that is not written in the predicate language; `fields` points at each place."""

    code = "tasks.invalid_requirement"
    message = _("The requirement has mistakes. Each is marked below.")


class InvalidDraft(Invalid):
    """The draft cannot be published as it is."""

    code = "tasks.draft_incomplete"
    message = _("This task is not ready to publish. What is missing is marked below.")


class NotDraft(Conflict):
    """Only drafts are edited."""

    code = "tasks.not_draft"
    message = _("This task is published and its terms are fixed. Post a new task, or cancel this one.")


class NotCancellable(Conflict):
    """The task is over."""

    code = "tasks.not_cancellable"
    message = _("This task is over and cannot be cancelled.")


class DraftChanged(Conflict):
    """Somebody else saved the draft in between."""

    code = "tasks.draft_changed"
    message = _("Somebody else changed this draft while you were editing. Look at their version, then save again.")


class BlockFull(Conflict):
    """Every seat is taken."""

    code = "tasks.block_full"
    message = _("This block is full. Every seat was taken before you.")


class Overlap(Conflict):
    """The agent already holds a block at that time."""

    code = "tasks.overlap"
    message = _("You already hold a block at this time. Release that one first, or pick another time.")


class NotEligible(NotAllowed):
    """The agent does not meet the requirement; `detail` holds the explanation."""

    code = "tasks.not_eligible"
    message = _(
        "You do not meet this task's requirement yet. What is missing, and how to get it, is listed on the task."
    )


class NoLongerEligible(NotAllowed):
    """The agent met the requirement when they claimed and does not now; `detail` holds the explanation.

    `detail["counts"]` says whether the claim counts against adherence if it stays so.
    """

    code = "tasks.no_longer_eligible"
    message = _(
        "You no longer meet this task's requirement. Mend what is missing and come back before the block ends; "
        "until then it counts as missed."
    )


class CertificateLost(NoLongerEligible):
    """The same, through a certificate revoked since the claim; the claim is waived."""

    code = "tasks.certificate_lost"
    message = _(
        "The certificate this block rested on was revoked after you claimed it. The block is taken off your calendar "
        "and does not count against your adherence."
    )


class BlockStarted(Conflict):
    """A block can be claimed until it starts."""

    code = "tasks.block_started"
    message = _("This block has already started. Pick a later one.")


class BlockCalledOff(Conflict):
    """The client called the block off."""

    code = "tasks.block_called_off"
    message = _("The client called this block off.")


class NotOpen(Conflict):
    """Claims are not open, or no longer."""

    code = "tasks.not_open"
    message = _("This task is not open for claims.")


class CommitBudgetSpent(Conflict):
    """The agent holds as many coming blocks as their adherence allows."""

    code = "tasks.commit_budget"
    message = _("You hold as many coming blocks as your adherence allows. Work or release one first.")


class PersonCap(Conflict):
    """The client lets one agent hold only so many blocks of this task."""

    code = "tasks.person_cap"
    message = _("You hold as many blocks of this task as one person may.")


class DailyCap(Conflict):
    """Enough for one day."""

    code = "tasks.daily_cap"
    message = _("That would be more hours in one day than one person may work here.")


class NotCommitted(Conflict):
    """The claim is over: released, served, missed or called off."""

    code = "tasks.not_committed"
    message = _("You do not hold this block any more.")


class AlreadyStarted(Conflict):
    """A block that has started is worked or left, not released."""

    code = "tasks.release_too_late"
    message = _("This block has started and can no longer be released. Check in, or check out to leave early.")


class CheckInTooEarly(Conflict):
    """The door opens ten minutes before the block."""

    code = "tasks.check_in_too_early"
    message = _("Check-in is not open yet.")


class CheckInTooLate(Conflict):
    """The block is over."""

    code = "tasks.check_in_too_late"
    message = _("This block is over.")


class NotCheckedIn(Conflict):
    """One can only leave where one is."""

    code = "tasks.not_checked_in"
    message = _("You are not checked in to this block.")


class AlreadyCheckedOut(Conflict):
    """Leaving is for good."""

    code = "tasks.already_checked_out"
    message = _("You have already checked out of this block.")


class BlockNotStarted(Conflict):
    """Before the start a block is released, not left."""

    code = "tasks.block_not_started"
    message = _("The block has not started. If you cannot come, release it instead.")


class PriceChanged(Conflict):
    """The budget is another than the one that was shown."""

    code = "tasks.price_changed"
    message = _("The price changed since you looked. Check the new budget, then publish.")


class CancelCostChanged(Conflict):
    """Calling the task off pays agents another amount than the one that was shown."""

    code = "tasks.cancel_cost_changed"
    message = _("What agents are paid when you cancel changed since you looked. Check the amount, then cancel.")


class NotEnoughFunds(Conflict):
    """Publishing would reserve more than the client has; `detail` says how much is missing."""

    code = "ledger.insufficient_funds"
    message = _("There is not enough money to reserve this budget. Deposit what is missing, then publish again.")


refuse(
    {
        "claim_no_overlap": Overlap,
        "block_not_overfull": BlockFull,
        "claim_on_open_block": BlockCalledOff,
    }
)
