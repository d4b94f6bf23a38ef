"""Where earnings, payouts and deposits stand, and which moves there are."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import StateTable


class EarningState(models.TextChoices):
    """The life of one priced piece of work."""

    ACCRUED = "accrued", _("Just earned")
    IN_REVIEW = "in_review", _("In review")
    ACCEPTED = "accepted", _("Accepted")
    ADJUSTED = "adjusted", _("Adjusted")
    APPEALED = "appealed", _("Appealed")
    FINAL = "final", _("Owed to you")
    SETTLED = "settled", _("In a payout")
    PAID = "paid", _("Paid")


EARNING = StateTable(
    EarningState,
    initial=[EarningState.ACCRUED],
    edges={
        EarningState.ACCRUED: [EarningState.IN_REVIEW],
        EarningState.IN_REVIEW: [EarningState.ACCEPTED, EarningState.ADJUSTED, EarningState.APPEALED],
        EarningState.ACCEPTED: [EarningState.APPEALED, EarningState.FINAL],
        EarningState.ADJUSTED: [EarningState.APPEALED, EarningState.FINAL],
        EarningState.APPEALED: [EarningState.ADJUSTED, EarningState.FINAL],
        EarningState.FINAL: [EarningState.SETTLED],
        EarningState.SETTLED: [EarningState.PAID, EarningState.FINAL],
        EarningState.PAID: [EarningState.SETTLED],
    },
)
"""Accrued: late conversations still count. In review: a changed score re-prices it. Final: it can no longer fall and
may be paid out; an appeal that is won later adds to it, which is why a paid earning may be settled again. A
settled earning whose payout fails is owed again."""

OPEN = (
    EarningState.ACCRUED,
    EarningState.IN_REVIEW,
    EarningState.ACCEPTED,
    EarningState.ADJUSTED,
    EarningState.APPEALED,
)
"""Not yet final: re-priced in both directions."""

OWED = (EarningState.FINAL, EarningState.SETTLED, EarningState.PAID)
"""Final and after: what is not in a payout yet is owed."""


class EarningKind(models.TextChoices):
    """What an earning is for."""

    WORKED = "worked", _("A block that was worked")
    CALLED_OFF = "called_off", _("A block that the client called off late")


class PriceReason(models.TextChoices):
    """Why an earning was priced (again)."""

    SERVED = "served", _("The block was worked")
    CALLED_OFF = "called_off", _("The client called the block off late")
    UNITS = "units", _("Late conversations were counted")
    SCORE = "score", _("A score changed")
    RATING = "rating", _("A rating was set aside")
    ESCALATION = "escalation", _("An escalation was found justified")
    APPEAL = "appeal", _("An appeal was decided after acceptance")


class PayoutState(models.TextChoices):
    """Where money on its way to an agent stands."""

    REQUESTED = "requested", _("Waiting for approval")
    APPROVED = "approved", pgettext_lazy("payout", "Approved")
    SENT = "sent", _("Sent to the bank")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Failed, money returned")


PAYOUT = StateTable(
    PayoutState,
    initial=[PayoutState.REQUESTED],
    edges={
        PayoutState.REQUESTED: [PayoutState.APPROVED, PayoutState.FAILED],
        PayoutState.APPROVED: [PayoutState.SENT, PayoutState.FAILED],
        PayoutState.SENT: [PayoutState.PAID, PayoutState.FAILED],
    },
)


TRANSFER = "transfer"
"""The "provider" of a deposit that finance read from the bank's own statement."""


class DepositState(models.TextChoices):
    """Where a client's deposit stands."""

    PENDING = "pending", _("Waiting for the bank")
    RECEIVED = "received", _("Received")
    CANCELLED = "cancelled", _("Cancelled")


DEPOSIT = StateTable(
    DepositState,
    initial=[DepositState.PENDING],
    edges={
        DepositState.PENDING: [DepositState.RECEIVED, DepositState.CANCELLED],
        DepositState.CANCELLED: [DepositState.RECEIVED],
    },
)
"""A bank may confirm money for a deposit that was cancelled here: it is received all the same."""
