"""The kinds of account in the books. Postings are signed: debit positive, credit negative."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.states import StaffRole


class AccountKind(models.TextChoices):
    """What an account stands for. All accounts together always sum to zero."""

    BANK = "bank", pgettext_lazy("ledger", "Bank")
    CLIENT_FUNDS = "client_funds", _("Client funds")
    TASK_RESERVE = "task_reserve", _("Reserved for a task")
    AGENT_ACCRUED = "agent_accrued", _("Earned, in review")
    AGENT_PAYABLE = "agent_payable", _("Owed to agents")
    PAYOUTS_IN_TRANSIT = "payouts_in_transit", _("Payouts on their way")
    PLATFORM_FEES = "platform_fees", _("Platform fees")
    TAX_WITHHELD = "tax_withheld", _("Tax withheld")
    CLIENT_DEBT = "client_debt", _("Owed by clients")

    @property
    def has_owner(self) -> bool:
        """Kept per owner (a public id) with a balance that may not cross zero."""
        return self in OWNED

    @property
    def is_debit_normal(self) -> bool:
        """Grows by debits (what the platform has or is owed); the others grow by credits."""
        return self in DEBIT_NORMAL


OWNED = frozenset(
    {
        AccountKind.CLIENT_FUNDS,
        AccountKind.TASK_RESERVE,
        AccountKind.AGENT_ACCRUED,
        AccountKind.AGENT_PAYABLE,
        AccountKind.CLIENT_DEBT,
    }
)
DEBIT_NORMAL = frozenset({AccountKind.BANK, AccountKind.CLIENT_DEBT})
MAX_MINOR = 10**15
"""No single posting is larger (minor units), so that no sum of a lifetime overflows 64 bits."""
READERS = (StaffRole.FINANCE, StaffRole.OPERATOR, StaffRole.AUDITOR)
"""Who may read the books as a whole."""
