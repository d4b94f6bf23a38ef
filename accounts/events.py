"""What happened to people and organisations; other apps hear it, ids only."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from core.events import Event


@dataclass(frozen=True)
class AgentOnboarded(Event):
    """Profile, identity and agreements are in place: the platform opens to this agent."""

    agent_id: int
    at: datetime
    unheard_because: ClassVar[str] = "work opens by `Actor.is_onboarded`; nothing has to be prepared"


@dataclass(frozen=True)
class IdentityDecided(Event):
    """A certifier approved or refused an agent's identity check, or withdrew an approval."""

    agent_id: int
    approved: bool
    at: datetime


@dataclass(frozen=True)
class AgentSuspended(Event):
    """An agent may not work until reinstated; what was earned is still paid."""

    agent_id: int
    at: datetime


@dataclass(frozen=True)
class AgentReinstated(Event):
    """A suspension was lifted."""

    agent_id: int
    at: datetime


@dataclass(frozen=True)
class MemberInvited(Event):
    """Somebody was offered a role in an organisation; the e-mail follows after commit."""

    invitation_id: int
    at: datetime


@dataclass(frozen=True)
class PersonErased(Event):
    """A person is being forgotten: whoever holds more about them lets go of it, or refuses in the same transaction."""

    user_id: int
    agent_id: int | None
    at: datetime
