"""Skill tags, the evidence behind each score, its history, and tiers."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from certification.states import SkillInput, TagKind, Tier
from core.ids import PublicIdField


class SkillTag(models.Model):
    """A named capability; requirements name it by `slug`."""

    public_id = PublicIdField(prefix="skl")
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=TagKind.choices)
    name_en = models.CharField(_("name in English"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=TagKind.values), name="skill_tag_kind_known")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the reader."""
        return self.name_zh if (translation.get_language() or "").startswith("zh") else self.name_en


class SkillEvidence(models.Model):
    """One result that speaks for (or against) one skill of one agent. Append-only."""

    public_id = PublicIdField(prefix="evd")
    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    tag = models.ForeignKey(SkillTag, on_delete=models.PROTECT, related_name="evidence")
    input = models.CharField(max_length=16, choices=SkillInput.choices)
    value = models.PositiveSmallIntegerField(help_text=_("0-100"))
    weight = models.PositiveSmallIntegerField(help_text=_("Percent this input counts for, as it was then."))
    source = models.CharField(max_length=80)
    """What it came from, as `<kind>:<public id>`; the same source counts once."""
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "tag", "input", "source"], name="skill_evidence_source_once"),
            models.CheckConstraint(condition=Q(value__lte=100), name="skill_evidence_value_in_range"),
            models.CheckConstraint(condition=Q(input__in=SkillInput.values), name="skill_evidence_input_known"),
        ]
        indexes = [models.Index(fields=["agent", "tag", "input", "-at"], name="skill_evidence_latest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        verbose_name_plural = "skill evidence"

    def __str__(self) -> str:
        return f"{self.input} {self.value} from {self.source}"

    @property
    def is_withdrawn(self) -> bool:
        """Counts no longer: what it came from was revoked."""
        return hasattr(self, "withdrawal")

    @property
    def withdrawn_because(self) -> str:
        return self.withdrawal.reason if self.is_withdrawn else ""


class EvidenceWithdrawal(models.Model):
    """A result that no longer speaks for anything: the certificate it came from was revoked. Append-only."""

    evidence = models.OneToOneField(SkillEvidence, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.evidence_id} withdrawn at {self.at:%F}"


class AgentSkill(models.Model):
    """An agent's present score of one tag; always what the formula makes of the evidence that was not withdrawn."""

    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    tag = models.ForeignKey(SkillTag, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    inputs = models.JSONField(default=dict)
    """What the score was made of: per input its value, sample count and share."""
    last_evidence_at = models.DateTimeField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "tag"], name="agent_skill_once"),
            models.CheckConstraint(condition=Q(score__lte=100), name="agent_skill_score_in_range"),
        ]
        indexes = [models.Index(fields=["last_evidence_at"], name="agent_skill_idle")]

    def __str__(self) -> str:
        return f"{self.tag_id}: {self.score}"


class SkillScore(models.Model):
    """One point of a score's history. Append-only."""

    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    tag = models.ForeignKey(SkillTag, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    evidence = models.ForeignKey(SkillEvidence, null=True, on_delete=models.PROTECT, related_name="+")
    """What moved it, by being given or by being withdrawn; none when inactivity did."""
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agent", "tag", "at"], name="skill_score_history")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.tag_id}: {self.score} at {self.at:%F}"


class AgentTier(models.Model):
    """An agent's present tier and the numbers it rests on."""

    agent = models.OneToOneField("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=14, choices=Tier.choices)
    inputs = models.JSONField(default=dict)
    since = models.DateTimeField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(tier__in=Tier.values), name="agent_tier_known")]

    def __str__(self) -> str:
        return self.tier


class TierChange(models.Model):
    """One move from a tier to another, with the numbers that moved it. Append-only."""

    agent = models.ForeignKey("accounts.AgentProfile", on_delete=models.PROTECT, related_name="+")
    from_tier = models.CharField(max_length=14, choices=Tier.choices, blank=True)
    to_tier = models.CharField(max_length=14, choices=Tier.choices)
    inputs = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agent", "at"], name="tier_change_history")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.from_tier or '-'} -> {self.to_tier}"
