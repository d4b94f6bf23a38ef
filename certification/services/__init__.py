"""Every write of this app."""

from certification.services.attempts import close_overdue, grant_attempt, save_answer, start_attempt, submit_attempt
from certification.services.bank import import_questions, retire_question, save_pool, write_question
from certification.services.blueprints import grant_extra_time, open_exam, retire_exam, save_exam, save_scenario
from certification.services.certificates import (
    Issued,
    expire_certificates,
    issue_certificate,
    issue_many,
    revoke_certificate,
    save_standard,
)
from certification.services.integrity import clear_signals, record_signal, void_attempt
from certification.services.marking import close_overdue_practicals, mark_practical, mark_written
from certification.services.practical import save_reply, start_practical, submit_practical
from certification.services.skills import create_tag, decay_skills, record_evidence, record_tier, withdraw_evidence
from certification.services.statistics import compute_due_statistics, compute_item_statistics

__all__ = [
    "Issued",
    "clear_signals",
    "close_overdue",
    "close_overdue_practicals",
    "compute_due_statistics",
    "compute_item_statistics",
    "create_tag",
    "decay_skills",
    "expire_certificates",
    "grant_attempt",
    "grant_extra_time",
    "import_questions",
    "issue_certificate",
    "issue_many",
    "mark_practical",
    "mark_written",
    "open_exam",
    "record_evidence",
    "record_signal",
    "record_tier",
    "retire_exam",
    "retire_question",
    "revoke_certificate",
    "save_answer",
    "save_exam",
    "save_pool",
    "save_reply",
    "save_scenario",
    "save_standard",
    "start_attempt",
    "start_practical",
    "submit_attempt",
    "submit_practical",
    "void_attempt",
    "withdraw_evidence",
    "write_question",
]
