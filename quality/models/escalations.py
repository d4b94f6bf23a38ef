"""Whether handing a conversation to an expert was justified, in a person's judgement."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import PublicIdField
from quality.states import ESCALATIONS, EscalationState


class EscalationReview(models.Model):
    """One escalated segment: judged by its reviewer, and once more by another when the agent appeals.

    What nobody judges in time counts as justified: unclear cases go to the agent.
    """

    public_id = PublicIdField(prefix="esr")
    segment = models.OneToOneField("live.Segment", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey("tasks.Claim", on_delete=models.PROTECT, related_name="+")
    state = ESCALATIONS.field()
    due_at = models.DateTimeField()
    """When it counts as justified by itself: first for the judgement, after an appeal for its answer."""
    judged_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    appeal = models.TextField(_("why"), blank=True, max_length=2000)
    appealed_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(_("answer"), blank=True, max_length=2000)

    class Meta:
        constraints = [
            ESCALATIONS.constraint("escalation_review"),
            models.CheckConstraint(
                condition=~models.Q(
                    state__in=[EscalationState.UNJUSTIFIED, EscalationState.APPEALED, EscalationState.UPHELD]
                )
                | (models.Q(judged_by__isnull=False, judged_at__isnull=False) & ~models.Q(reason="")),
                name="escalation_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[EscalationState.APPEALED, EscalationState.UPHELD])
                | (models.Q(appealed_at__isnull=False) & ~models.Q(appeal="")),
                name="escalation_appeal_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=EscalationState.UPHELD)
                | (models.Q(answered_by__isnull=False, answered_at__isnull=False) & ~models.Q(answer="")),
                name="escalation_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_by=None) | ~models.Q(answered_by=models.F("judged_by")),
                name="escalation_answered_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["claim"], name="escalation_of_claim"),
            models.Index(
                fields=["due_at"],
                name="escalation_due",
                condition=models.Q(state__in=[EscalationState.WAITING, EscalationState.APPEALED]),
            ),
        ]
        triggers = [
            *ESCALATIONS.triggers("escalation_review"),
            pgtrigger.ReadOnly(name="terms_stay", fields=["public_id", "segment", "agent", "claim"]),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.segment_id}: {self.state}"
