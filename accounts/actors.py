"""Who is asking: one small frozen value that policies and selectors read without touching the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONArray

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
        staff_roles=frozenset(StaffRole(role) for role in facts["roles"]),
        clients=MappingProxyType({client: ClientRole(role) for client, role in facts["clients"]}),
        agent_id=facts["agent"],
        is_onboarded=facts["agent__onboarded_at"] is not None,
        is_suspended=facts["agent__suspended_at"] is not None,
        team_id=facts["agent__team_membership__team"],
        leads_team=facts["agent__team_membership__role"] == "lead",
        has_mfa=facts["mfa"],
        language=user.language,
        time_zone=user.time_zone,
    )


def _facts(user_id: int) -> Mapping[str, Any]:
    from allauth.mfa.models import Authenticator

    from accounts.models import Membership, StaffAssignment, User

    mine = {"user": OuterRef("pk")}
    clients = Membership.objects.filter(**mine).values(pair=JSONArray("organisation_id", "role"))
    factors = Authenticator.objects.filter(**mine).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return (
        User.objects.annotate(
            roles=ArraySubquery(StaffAssignment.objects.filter(**mine).values("role")),
            clients=ArraySubquery(clients),
            mfa=Exists(factors),
        )
        .values(
            "roles",
            "clients",
            "mfa",
            "agent",
            "agent__onboarded_at",
            "agent__suspended_at",
            "agent__team_membership__team",
            "agent__team_membership__role",
        )
        .get(pk=user_id)
    )


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
