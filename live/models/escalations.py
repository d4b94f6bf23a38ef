"""An agent's stated reason for handing a conversation to an expert."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import PublicIdField
from live.models.conversations import Segment
from live.states import EscalationReason


class Escalation(models.Model):
    """Why one segment ended by handing the conversation on; append-only. `quality` judges whether it was right."""

    public_id = PublicIdField(prefix="esc")
    segment = models.OneToOneField(Segment, on_delete=models.PROTECT, related_name="escalation")
    reason = models.CharField(_("reason"), max_length=12, choices=EscalationReason.choices)
    note = models.TextField(_("note"))
    """For the next agent and the reviewer, personal numbers masked; customers never see it."""
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=EscalationReason.values), name="escalation_reason_known"),
            models.CheckConstraint(condition=~Q(note=""), name="escalation_has_note"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="escalation_fits_segment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM live_segment WHERE id = NEW.segment_id AND ended_how = 'escalated'
                    ) THEN
                        RAISE EXCEPTION 'segment % was not escalated', NEW.segment_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'escalation_fits_segment';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.segment_id}: {self.reason}"
