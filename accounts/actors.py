"""Who is asking: one small frozen value that policies and selectors read without touching the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.db import connection

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
    """Build the actor of a logged-in person, in one query; `ANONYMOUS` for nobody or a disabled account."""
    if not user.is_authenticated or not user.is_active:
        return ANONYMOUS
    facts = _facts(user.pk)
    return Actor(
        user_id=user.pk,
        name=str(user),
        audit_name=user.public_id,
        staff_roles=frozenset(map(StaffRole, facts.roles)),
        clients=MappingProxyType(dict(zip(facts.organisations, map(ClientRole, facts.client_roles), strict=True))),
        agent_id=facts.agent_id,
        is_onboarded=facts.onboarded_at is not None,
        is_suspended=facts.suspended_at is not None,
        team_id=facts.team_id,
        leads_team=facts.team_role == "lead",
        has_mfa=facts.has_mfa,
        language=user.language,
        time_zone=user.time_zone,
    )


_FACTS = """
SELECT
    array(SELECT role FROM accounts_staffassignment WHERE user_id = person.id) AS roles,
    array(SELECT organisation_id FROM accounts_membership WHERE user_id = person.id ORDER BY id) AS organisations,
    array(SELECT role FROM accounts_membership WHERE user_id = person.id ORDER BY id) AS client_roles,
    EXISTS (SELECT FROM mfa_authenticator WHERE user_id = person.id AND type <> 'recovery_codes') AS has_mfa,
    agent.id AS agent_id, agent.onboarded_at, agent.suspended_at, team.team_id, team.role AS team_role
FROM accounts_user person
LEFT JOIN accounts_agentprofile agent ON agent.user_id = person.id
LEFT JOIN accounts_teammembership team ON team.agent_id = agent.id
WHERE person.id = %s
"""
"""Read at every request and every frame; building it from models took longer than all the rest of a small one."""


def _facts(user_id: int) -> SimpleNamespace:
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [user_id])
        names = [column.name for column in cursor.description or ()]
        return SimpleNamespace(**dict(zip(names, cursor.fetchone(), strict=True)))


def actor_of_session(session_key: str | None) -> Actor | None:
    """Who a session names at this moment, for sockets; None when it has ended or its person may not log in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    actor = actor_for(get_user(SimpleNamespace(session=store)))  # type: ignore[arg-type]
    return actor if actor.is_authenticated else None


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
