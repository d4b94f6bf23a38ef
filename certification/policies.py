"""Who may do what here. Every write of certification by a person needs a second factor as well as the role."""

from __future__ import annotations

from accounts.actors import Actor
from accounts.policies import can_staff, is_platform, require_mfa, require_staff
from accounts.states import StaffRole
from certification.errors import OwnWork
from certification.models import Attempt, Certificate
from core.errors import NotAllowed, NotFound

AUTHORS = (StaffRole.TRAINER, StaffRole.CERTIFIER)
"""Who writes questions, blueprints and standards."""
READERS = (StaffRole.CERTIFIER, StaffRole.AUDITOR)
"""Who sees certificates, attempts and signals."""


def require_platform(actor: Actor) -> None:
    """Only jobs and handlers."""
    if not is_platform(actor):
        raise NotAllowed


def require_standards_author(actor: Actor) -> None:
    """Trainers and certifiers, with a second factor: they write what is asked and what passes."""
    require_staff(actor, *AUTHORS)
    require_mfa(actor)


def require_certifier(actor: Actor) -> None:
    """Certifiers with a second factor."""
    require_staff(actor, StaffRole.CERTIFIER)
    require_mfa(actor)


def require_certificate_reader(actor: Actor) -> None:
    """Who may look at the certificates' desk."""
    require_staff(actor, *READERS)


def require_decide_on_agent(actor: Actor, agent_id: int) -> None:
    """A certifier, and never about oneself."""
    require_certifier(actor)
    if actor.agent_id == agent_id:
        raise OwnWork


def require_sitter(actor: Actor, attempt: Attempt) -> None:
    """The agent whose attempt it is; nobody else learns that it exists."""
    if is_platform(actor) or (actor.agent_id is not None and actor.agent_id == attempt.agent_id):
        return
    raise NotFound


def can_see_attempt(actor: Actor, attempt: Attempt) -> bool:
    """The agent themself; certifiers and auditors."""
    return actor.agent_id == attempt.agent_id or can_staff(actor, *READERS)


def can_download(actor: Actor, certificate: Certificate) -> bool:
    """The holder and certifiers may download the credential; anybody may verify it."""
    return actor.agent_id == certificate.agent_id or can_staff(actor, *READERS)
