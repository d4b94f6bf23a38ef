"""Who is asking: one small frozen value that policies and selectors read without touching the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser

from accounts.states import ClientRole, Scope, StaffRole

if TYPE_CHECKING:
    from accounts.models import ApiKey, User


@dataclass(frozen=True)
class Actor:
    """A person, an API key, or nobody, with everything a policy needs to know of them.

    `clients` maps organisation ids to the role held there. `has_mfa` and `is_onboarded` are facts of
    the moment the request began.
    """

    user_id: int | None = None
    name: str = ""
    audit_name: str = "anonymous"
    staff_roles: frozenset[StaffRole] = frozenset()
    clients: Mapping[int, ClientRole] = field(default_factory=lambda: MappingProxyType({}))
    agent_id: int | None = None
    is_onboarded: bool = False
    is_suspended: bool = False
    team_id: int | None = None
    leads_team: bool = False
    has_mfa: bool = False
    api_key_id: int | None = None
    scopes: frozenset[Scope] = frozenset()
    language: str = "en"
    time_zone: str = "UTC"

    @property
    def is_authenticated(self) -> bool:
        return self.user_id is not None or self.api_key_id is not None

    def is_staff(self, *roles: StaffRole) -> bool:
        """Holds one of `roles`; with none named, holds any platform role."""
        return bool(self.staff_roles.intersection(roles) if roles else self.staff_roles)

    def is_client(self, organisation_id: int, *roles: ClientRole) -> bool:
        """Acts for the organisation in one of `roles` (any, with none named)."""
        role = self.clients.get(organisation_id)
        return role is not None and (not roles or role in roles)

    def has_scope(self, scope: Scope) -> bool:
        """True for people; an API key needs the scope."""
        return self.api_key_id is None or scope in self.scopes


ANONYMOUS = Actor()
PLATFORM = Actor(name="Tideline", audit_name="platform", staff_roles=frozenset(StaffRole))
"""The platform itself: jobs and event handlers. Selectors show it every row."""


def actor_for(user: User | AnonymousUser) -> Actor:
    """Build the actor of a logged-in person (at most five queries); `ANONYMOUS` for nobody or a disabled account."""
    if not user.is_authenticated or not user.is_active:
        return ANONYMOUS
    from allauth.mfa.models import Authenticator

    agent = getattr(user, "agent", None)
    membership = getattr(agent, "team_membership", None)
    return Actor(
        user_id=user.pk,
        name=str(user),
        audit_name=user.public_id,
        staff_roles=frozenset(StaffRole(a.role) for a in user.staff_assignments.all()),
        clients=MappingProxyType({m.organisation_id: ClientRole(m.role) for m in user.memberships.all()}),
        agent_id=agent.pk if agent else None,
        is_onboarded=bool(agent and agent.onboarded_at),
        is_suspended=bool(agent and agent.suspended_at),
        team_id=membership.team_id if membership else None,
        leads_team=bool(membership and membership.role == "lead"),
        has_mfa=Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists(),
        language=user.language,
        time_zone=user.time_zone,
    )


def actor_for_key(key: ApiKey) -> Actor:
    """Build the actor of an API key: a manager of its one organisation, within its scopes."""
    return Actor(
        name=key.name,
        audit_name=key.public_id,
        clients=MappingProxyType({key.organisation_id: ClientRole.MANAGER}),
        api_key_id=key.pk,
        scopes=_scopes(key.scopes),
        has_mfa=True,
    )


def _scopes(names: Iterable[str]) -> frozenset[Scope]:
    return frozenset(Scope(name) for name in names if name in Scope.values)
