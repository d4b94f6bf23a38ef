"""Everything the platform holds about a person, for that person.

Apps above add their part from `AppConfig.ready`: `register_export("claims", export_claims)`, a
function `(actor) -> JSON-safe value`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts import policies
from accounts.actors import Actor
from accounts.models import AgentProfile, IdentityCheck, User

_exports: dict[str, Callable[[Actor], Any]] = {}


def register_export(name: str, export: Callable[[Actor], Any]) -> None:
    """Let an app above add what it knows under `name`."""
    _exports[name] = export


def own_data(*, actor: Actor) -> dict[str, Any]:
    """All of one's own account data, JSON-safe, times in ISO 8601 UTC."""
    user = User.objects.get(pk=policies.person_id(actor))
    data: dict[str, Any] = {
        "person": {
            "id": user.public_id,
            "email": user.email,
            "name": user.display_name,
            "language": user.language,
            "time_zone": user.time_zone,
            "theme": user.theme,
            "signed_up_at": user.created_at.isoformat(),
            "last_login_at": user.last_login.isoformat() if user.last_login else None,
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
                "at": c.at.isoformat(),
                "ip_address": c.ip_address,
            }
            for c in user.consents.select_related("text").order_by("pk")
        ],
        "agent": _agent(user),
    }
    return data | {name: export(actor) for name, export in sorted(_exports.items())}


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
        "onboarded_at": agent.onboarded_at.isoformat() if agent.onboarded_at else None,
        "suspended_at": agent.suspended_at.isoformat() if agent.suspended_at else None,
        "identity": _identity(agent),
    }


def _identity(agent: AgentProfile) -> dict[str, Any] | None:
    check = IdentityCheck.objects.prefetch_related("documents").filter(agent=agent).first()
    if check is None:
        return None
    return {
        "state": check.state,
        "legal_name": check.legal_name,
        "document_kind": check.document_kind,
        "submitted_at": check.submitted_at.isoformat() if check.submitted_at else None,
        "decided_at": check.decided_at.isoformat() if check.decided_at else None,
        "reason": check.reason,
        "pictures": [{"id": d.public_id, "side": d.side, "sha256": d.sha256} for d in check.documents.all()],
    }
