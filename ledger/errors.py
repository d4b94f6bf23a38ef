"""What the books may refuse."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict


class InsufficientFunds(Conflict):
    """A posting would take an owner's account across zero. `detail`: kind, owner, currency."""

    code = "ledger.insufficient_funds"
    message = _("There is not enough money for this.")


class SourceUsed(Conflict):
    """The same `source` was already posted with other lines."""

    code = "ledger.source_used"
    message = _("This was already booked with other amounts.")


class AlreadyReversed(Conflict):
    """An entry is reversed at most once."""

    code = "ledger.already_reversed"
    message = _("This entry has already been reversed.")
