"""Roles, and the states of an identity check."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import StateTable


class StaffRole(models.TextChoices):
    """What somebody who works for the platform may do."""

    TRAINER = "trainer", _("Trainer")
    CERTIFIER = "certifier", _("Certifier")
    REVIEWER = "reviewer", _("Reviewer")
    FINANCE = "finance", _("Finance")
    OPERATOR = "operator", _("Operator")
    AUDITOR = "auditor", _("Auditor")


class ClientRole(models.TextChoices):
    """What a member of a client organisation may do there."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    SUPERVISOR = "supervisor", _("Supervisor")
    ANALYST = "analyst", _("Analyst")


class TeamRole(models.TextChoices):
    """Places in a team of agents."""

    LEAD = "lead", _("Team lead")
    MEMBER = "member", _("Member")


class Scope(models.TextChoices):
    """What an API key may be used for."""

    TASKS_READ = "tasks:read", _("Read tasks")
    TASKS_WRITE = "tasks:write", _("Post and change tasks")
    CONVERSATIONS_READ = "conversations:read", _("Read conversations")
    MONEY_READ = "money:read", _("Read spending")


class IdentityState(models.TextChoices):
    """Where an agent's identity check stands."""

    DRAFT = "draft", _("Not sent yet")
    SUBMITTED = "submitted", _("Waiting for a certifier")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


IDENTITY = StateTable(
    IdentityState,
    initial=[IdentityState.DRAFT],
    edges={
        IdentityState.DRAFT: [IdentityState.SUBMITTED],
        IdentityState.SUBMITTED: [IdentityState.APPROVED, IdentityState.REJECTED],
        IdentityState.APPROVED: [IdentityState.REJECTED],
        IdentityState.REJECTED: [IdentityState.SUBMITTED],
    },
)
"""A rejected check may be sent again; an approved one may be withdrawn with a reason."""


class AgreementKind(models.TextChoices):
    """Texts an agent consents to."""

    AGREEMENT = "agreement", _("Platform agreement")
    NDA = "nda", _("Confidentiality agreement")
    CLIENT_NDA = "client_nda", _("Client confidentiality agreement")
