"""Every read of this app that a page or another app needs."""

from certification.selectors.certificates import (
    Verified,
    certificate_by_public_id,
    certificates_for,
    standards_by_slug,
    standards_for,
    verify_certificate,
)
from certification.selectors.skills import (
    SkillView,
    credentials,
    skill_wallet,
    tag_by_slug,
    tags,
    tier_of,
)

__all__ = [
    "SkillView",
    "Verified",
    "certificate_by_public_id",
    "certificates_for",
    "credentials",
    "skill_wallet",
    "standards_by_slug",
    "standards_for",
    "tag_by_slug",
    "tags",
    "tier_of",
    "verify_certificate",
]
