"""Everything the platform holds about a person, for that person.

Apps above add their section from `AppConfig.ready`: `register_export("tasks", personal_data, _("…"))`. What the file
holds, key by key, is in docs/personal-data.md; keys are stable. Of other people it holds nothing but public ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.actors import Actor
from accounts.models import AgentProfile, IdentityCheck, User
from core import audit
from core.errors import Text


class Export(Protocol):
    """One app's section: one's own rows alone, in a number of queries that does not grow with them."""

    def __call__(self, *, actor: Actor, at: datetime) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Section:
    """What one key at the top of the file holds, in a sentence for the page."""

    name: str
    what: Text


_OWN = (
    Section("person", _("Your name, address and settings; your roles, memberships and consents")),
    Section("agent", _("Your profile, team and identity check")),
    Section("audit", _("What was recorded about you and what you did, when")),
)
_exports: dict[str, tuple[Section, Export]] = {}


def register_export(name: str, export: Export, what: Text) -> None:
    """Let an app above add what it knows under `name`; `what` says so to the person."""
    _exports[name] = (Section(name, what), export)


def export_sections() -> list[Section]:
    """What the file holds, in the order of the page."""
    return [*_OWN[:2], *(section for section, _export in _exports.values()), _OWN[2]]


def own_data(*, actor: Actor, at: datetime) -> dict[str, Any]:
    """All of one's own data, JSON-safe, times in ISO 8601 UTC; `at` is when it was asked for."""
    user = User.objects.get(pk=policies.person_id(actor))
    data: dict[str, Any] = {
        "made_at": at,
        "person": {
            "id": user.public_id,
            "email": user.email,
            "name": user.display_name,
            "language": user.language,
            "time_zone": user.time_zone,
            "theme": user.theme,
            "signed_up_at": user.created_at,
            "last_login_at": user.last_login,
        },
        "platform_roles": [a.role for a in user.staff_assignments.order_by("role")],
        "memberships": [
            {"organisation": m.organisation.public_id, "name": m.organisation.name, "role": m.role}
            for m in user.memberships.select_related("organisation").order_by("pk")
        ],
        "consents": [
            {
                "kind": c.text.kind,
                "version": c.text.version,
                "language": c.text.language,
                "sha256": c.text_sha256,
                "at": c.at,
                "ip_address": c.ip_address,
            }
            for c in user.consents.select_related("text").order_by("pk")
        ],
        "agent": _agent(user),
    }
    data |= {name: export(actor=actor, at=at) for name, (_section, export) in sorted(_exports.items())}
    data["audit"] = _audit(user, set(_ids(data)))
    plain: dict[str, Any] = _plain(data)
    return plain


def _plain(value: Any) -> Any:
    """Moments as ISO 8601, decimals as text, the rest as it is."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _ids(value: Any) -> Iterator[str]:
    """Public ids of one's own rows: everything the file calls `id`."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for item in value.values():
            yield from _ids(item)
    elif isinstance(value, list):
        for item in value:
            yield from _ids(item)


def _audit(user: User, own_ids: set[str]) -> dict[str, Any]:
    """Entries about one's own rows, and what one did oneself; who else acted is not named (two queries)."""
    names = {user.public_id: "you", "platform": "platform"}
    return {
        "about_me": [
            {
                "at": e.at,
                "action": e.action,
                "subject": e.subject,
                "by": names.get(e.actor, "somebody else"),
                "data": e.data,
            }
            for e in audit.entries_about(own_ids)
        ],
        "by_me": [{"at": e.at, "action": e.action} for e in audit.entries_by(user.public_id)],
    }


def _agent(user: User) -> dict[str, Any] | None:
    agent = AgentProfile.objects.select_related("team_membership__team").filter(user=user).first()
    if agent is None:
        return None
    membership = getattr(agent, "team_membership", None)
    return {
        "id": agent.public_id,
        "service_name": agent.nickname,
        "languages": agent.languages,
        "region": agent.region,
        "availability": agent.availability,
        "equipment": agent.equipment,
        "team": membership.team.name if membership else None,
        "onboarded_at": agent.onboarded_at,
        "suspended_at": agent.suspended_at,
        "suspended_reason": agent.suspended_reason,
        "identity": _identity(agent),
    }


def _identity(agent: AgentProfile) -> dict[str, Any] | None:
    check = IdentityCheck.objects.prefetch_related("documents").filter(agent=agent).first()
    if check is None:
        return None
    return {
        "id": check.public_id,
        "state": check.state,
        "legal_name": check.legal_name,
        "document_kind": check.document_kind,
        "submitted_at": check.submitted_at,
        "decided_at": check.decided_at,
        "reason": check.reason,
        "pictures": [{"id": d.public_id, "side": d.side, "sha256": d.sha256} for d in check.documents.all()],
    }
