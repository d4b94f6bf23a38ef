"""Skills and tiers, the question bank, exams, attempts, practical parts and certificates."""

from certification.models.attempts import Attempt, AttemptQuestion, IntegrityReview, IntegritySignal
from certification.models.bank import ItemStatistics, Pool, Question
from certification.models.certificates import Certificate, Standard
from certification.models.exams import Exam, ExtraTime, Scenario, Section
from certification.models.practical import Practical, PracticalMark, PracticalReply
from certification.models.skills import (
    AgentSkill,
    AgentTier,
    EvidenceWithdrawal,
    SkillEvidence,
    SkillScore,
    SkillTag,
    TierChange,
)

__all__ = [
    "AgentSkill",
    "AgentTier",
    "Attempt",
    "AttemptQuestion",
    "Certificate",
    "EvidenceWithdrawal",
    "Exam",
    "ExtraTime",
    "IntegrityReview",
    "IntegritySignal",
    "ItemStatistics",
    "Pool",
    "Practical",
    "PracticalMark",
    "PracticalReply",
    "Question",
    "Scenario",
    "Section",
    "SkillEvidence",
    "SkillScore",
    "SkillTag",
    "Standard",
    "TierChange",
]
