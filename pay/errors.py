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
    """The demonstration bank, or paying in by page at all, is not switched on (`DEMO_BANK`, `DEPOSIT_PROVIDER`)."""

    code = "pay.provider_off"
    message = _("Paying in on this page is switched off. Send a bank transfer; finance books it.")


class BankReports(NotAllowed):
    """Only the demonstration bank is played by the client; what a real bank received it says itself."""

    code = "pay.bank_reports"
    message = _("The bank tells us when the money has come. Nobody else can.")


class ReferenceUsed(Invalid):
    """A transfer with the bank's reference is recorded already."""

    code = "pay.reference_used"


class DepositReferenceUsed(Conflict):
    """A bank gave two deposits one reference, so that nobody could say which of them arrived."""

    code = "pay.deposit_reference_used"
    message = _("The bank gave this deposit a reference that another one has. It was not kept; try again.")


class OwnOrganisation(NotAllowed):
    """Nobody books money for an organisation they belong to."""

    code = "pay.own_organisation"
    message = _("You belong to this organisation, so somebody else has to book its money.")


class NotATransfer(Conflict):
    """Deposits announced to a bank are confirmed by the bank, not by a person."""

    code = "pay.not_a_transfer"
    message = _("This deposit was not recorded by hand.")


class SecondBooker(NotAllowed):
    """Who recorded a large transfer does not approve it."""

    code = "pay.second_booker"
    message = _("A second person of finance has to approve this transfer.")


class BadAmount(Invalid):
    """An amount out of bounds; see `fields`."""

    code = "pay.bad_amount"


class StillOwed(Conflict):
    """A person cannot be forgotten while money is on its way to them; `detail["owed"]` lists it."""

    code = "pay.still_owed"
    message = _("Money is still on its way to you. Close your account once it is paid.")


class StillEarning(Conflict):
    """A person cannot be forgotten while money may yet come of blocks they claimed or of what is being judged."""

    code = "pay.still_earning"
    message = _(
        "You have blocks that are coming or not priced yet, or an escalation or appeal that is being decided. "
        "Give back coming blocks, let the rest be decided, and close your account after."
    )


class PayoutReferenceUsed(Conflict):
    """A bank gave two payouts one reference, so that nobody could say which of them arrived."""

    code = "pay.payout_reference_used"
    message = _("The bank gave a payout a reference that another one has. None was marked as sent; ask the bank.")


refuse(
    {
        "payout_approval_once_each": SecondPerson,
        "payout_reference_once": PayoutReferenceUsed,
        "deposit_reference_once": DepositReferenceUsed,
    }
)
