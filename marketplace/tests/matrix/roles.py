"""Everybody who may knock: each kind of person and of API key once, two of them strangers to the world's things."""

from __future__ import annotations

from functools import cache

from accounts.actors import ANONYMOUS
from accounts.models import AgentProfile, ApiKey, Organisation, User
from accounts.services import create_api_key
from accounts.states import ClientRole, Scope, StaffRole, TeamRole
from accounts.tests.factories import (
    LONG_AGO,
    AgentFactory,
    MembershipFactory,
    NewAgentFactory,
    TeamFactory,
    TeamMembershipFactory,
    UserFactory,
    client_user,
    fresh_actor,
    staff_user,
)

STAFF = [str(role) for role in StaffRole]
MEMBERS = [str(role) for role in ClientRole]
AGENTS = ["agent", "other_agent", "lead", "suspended", "newcomer"]
"""`agent` owns the world's things of an agent and is in the team that `lead` leads; `other_agent` is in neither."""

PEOPLE = [
    "anonymous",
    "nobody",  # logged in, without any part in the platform
    *AGENTS,
    *MEMBERS,
    "owner_1f",  # an owner without a second factor
    "stranger",  # the owner of another client
    *STAFF,
    *[f"{role}_1f" for role in STAFF],
]
A_FEW = ["anonymous", "nobody", "agent", "owner", "operator"]
"""Enough of them for a page that is the same for everybody."""
KEYS = [
    "key",  # every scope, of the world's client
    *[f"key_{str(scope).replace(':', '_')}" for scope in Scope],  # one scope each
    "key_revoked",
    "key_stranger",  # every scope, of another client
]
GROUPS = {
    "EVERYBODY": PEOPLE,
    "PEOPLE": [role for role in PEOPLE if role != "anonymous"],
    "AGENTS": AGENTS,
    "ONBOARDED": ["agent", "other_agent", "lead"],
    "MEMBERS": [*MEMBERS, "owner_1f"],
    "CLIENTS": [*MEMBERS, "owner_1f", "stranger"],
    "EDITORS": ["owner", "manager", "owner_1f"],
    "KEYS": [key for key in KEYS if key != "key_revoked"],
    "STAFF": [*STAFF, *[f"{role}_1f" for role in STAFF]],
}
"""Names for several roles; a name followed by `+1f` means with and without the second factor."""


@cache
def expand(text: str) -> set[str]:
    """The roles a text like `"agent trainer+1f MEMBERS -analyst"` names; a minus takes away."""
    found: set[str] = set()
    for word in text.split():
        takes = word.startswith("-")
        name, _plus, one_factor = word.lstrip("-").partition("+")
        names = set(GROUPS.get(name, [name])) | ({f"{name}_1f"} if one_factor else set())
        unknown = names - {*PEOPLE, *KEYS}
        assert not unknown, f"no such role: {unknown}"
        found = found - names if takes else found | names
    return found


class Roles:
    """The rows behind the roles."""

    def __init__(self, organisation: Organisation, elsewhere: Organisation) -> None:
        team = TeamFactory()
        self.agents: dict[str, AgentProfile] = {
            "agent": AgentFactory(),
            "other_agent": AgentFactory(),
            "lead": AgentFactory(),
            "suspended": AgentFactory(suspended_at=LONG_AGO, suspended_reason="A complaint is looked into."),
            "newcomer": NewAgentFactory(),
        }
        self.agents |= {name: NewAgentFactory() for name in ("waiting_newcomer", "late_newcomer")}
        TeamMembershipFactory(team=team, agent=self.agents["agent"])
        TeamMembershipFactory(team=team, agent=self.agents["lead"], role=TeamRole.LEAD)
        self.users: dict[str, User] = {name: agent.user for name, agent in self.agents.items() if name in AGENTS}
        self.users["nobody"] = UserFactory()
        for role in ClientRole:
            self.users[str(role)] = client_user(organisation, role)
        self.users["owner_1f"] = client_user(organisation, ClientRole.OWNER, mfa=False)
        self.users["stranger"] = MembershipFactory(organisation=elsewhere, user=UserFactory(mfa=True)).user
        for staff_role in StaffRole:
            self.users[str(staff_role)] = staff_user(staff_role)
            self.users[f"{staff_role}_1f"] = staff_user(staff_role, mfa=False)
        self.secrets: dict[str, str] = {}
        self.keys: dict[str, ApiKey] = {}
        self._key("key", organisation, list(Scope))
        for scope in Scope:
            self._key(f"key_{str(scope).replace(':', '_')}", organisation, [scope])
        self._key("key_revoked", organisation, list(Scope))
        ApiKey.objects.filter(pk=self.keys["key_revoked"].pk).update(revoked_at=LONG_AGO)
        self._key("key_stranger", elsewhere, list(Scope))

    def _key(self, name: str, organisation: Organisation, scopes: list[Scope]) -> None:
        owner = self.users[
            "owner" if self.users["owner"].memberships.get().organisation == organisation else "stranger"
        ]
        self.keys[name], self.secrets[name] = create_api_key(
            actor=fresh_actor(owner), organisation=organisation, name=name, scopes=scopes, at=LONG_AGO
        )

    def actor(self, name: str):  # type: ignore[no-untyped-def]
        """The actor a door would build."""
        return fresh_actor(self.users[name]) if name in self.users else ANONYMOUS
