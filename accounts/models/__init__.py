"""People, organisations, programmes, teams, identity and consent."""

from accounts.models.agents import AgentProfile, Consent, IdentityCheck, IdentityDocument, LegalText
from accounts.models.organisations import ApiKey, Invitation, Membership, Organisation, Programme
from accounts.models.people import StaffAssignment, User
from accounts.models.teams import Team, TeamMembership

__all__ = [
    "AgentProfile",
    "ApiKey",
    "Consent",
    "IdentityCheck",
    "IdentityDocument",
    "Invitation",
    "LegalText",
    "Membership",
    "Organisation",
    "Programme",
    "StaffAssignment",
    "Team",
    "TeamMembership",
    "User",
]
