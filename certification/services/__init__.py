"""Every write of this app."""

from certification.services.certificates import (
    expire_certificates,
    issue_certificate,
    issue_many,
    revoke_certificate,
    save_standard,
)
from certification.services.skills import create_tag, decay_skills, record_evidence, record_tier

__all__ = [
    "create_tag",
    "decay_skills",
    "expire_certificates",
    "issue_certificate",
    "issue_many",
    "record_evidence",
    "record_tier",
    "revoke_certificate",
    "save_standard",
]
