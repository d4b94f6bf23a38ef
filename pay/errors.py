"""What pay may refuse."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, NotAllowed
from core.refusals import refuse


class NothingOwed(Conflict):
    """No earning of the agent's is final and unpaid."""

    code = "pay.nothing_owed"
    message = _("Nothing is ready to be paid out yet.")


class NoAccount(Conflict):
    """The agent has not said where the money should go."""

    code = "pay.no_account"
    message = _("Add the bank account the money should go to first.")


class NotServed(Conflict):
    """A claim that was not worked is not priced."""

    code = "pay.not_served"
    message = _("This block was not worked, so there is nothing to pay.")


class SecondPerson(NotAllowed):
    """The same person cannot approve twice, nor a payout to themself."""

    code = "pay.second_person"
    message = _("A second person of finance has to approve this payout.")


class OwnPayout(NotAllowed):
    """Nobody handles money that goes to themself."""

    code = "pay.own_payout"
    message = _("You cannot handle a payout to yourself.")


class KeyUsed(Conflict):
    """The idempotency key was used for something else."""

    code = "pay.key_used"
    message = _("This request was already sent with other content.")


class AmountMismatch(Conflict):
    """The bank confirmed another amount than was announced."""

    code = "pay.amount_mismatch"
    message = _("The bank reports another amount than was announced. Nothing was booked.")


class ProviderOff(NotAllowed):
    """The demonstration bank exists outside production only."""

    code = "pay.provider_off"
    message = _("The demonstration bank is switched off here.")


class BadAmount(Invalid):
    """An amount out of bounds; see `fields`."""

    code = "pay.bad_amount"


refuse({"payout_approval_once_each": SecondPerson})
