"""What `accounts` keeps of the world's people: identity checks, texts to agree to, invitations, teams."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts import services
from accounts.states import AgreementKind, ClientRole, DocumentKind
from accounts.tests.factories import TeamFactory, agent_actor, legal_text
from marketplace.tests.matrix.pictures import picture

if TYPE_CHECKING:
    from accounts.models import AgentProfile, IdentityCheck
    from marketplace.tests.matrix.roles import Roles


def things_of_people(roles: Roles, organisation: Any, at: datetime) -> dict[str, Any]:
    """Rows by name. `identity_check` waits for a certifier, `decided_check` can still be taken back."""
    owner = roles.actor("owner")
    decided = _handed_in(roles.agents["late_newcomer"], at)
    services.decide_identity(actor=roles.actor("certifier"), check=decided, approve=True, at=at)
    invitations = [
        services.invite_member(actor=owner, organisation=organisation, email=email, role=ClientRole.ANALYST, at=at)
        for email in (roles.users["nobody"].email, "somebody@example.com")
    ]
    text = legal_text(AgreementKind.NDA, version=2, body="Keep it to yourself, and longer.")
    agents = roles.agents
    return {
        "identity_check": (waiting := _handed_in(agents["waiting_newcomer"], at)),
        "decided_check": decided,
        "identity_picture": waiting.documents.earliest("pk"),
        "text": text,
        "team": agents["agent"].team_membership.team,
        "other_team": TeamFactory(),
        "invitation": invitations[0],
        "mailed_invitation": invitations[1],
        "api_key": roles.keys["key_money_read"],
        "person": roles.users["other_agent"],
        "suspended_person": roles.users["suspended"],
        "staff_person": roles.users["trainer"],
    }


def _handed_in(agent: AgentProfile, at: datetime) -> IdentityCheck:
    actor = agent_actor(agent)
    for side in DocumentKind.ID_CARD.sides:
        services.upload_identity_document(actor=actor, agent=agent, side=side, file=picture(640, 480), at=at)
    return services.submit_identity(
        actor=actor, agent=agent, legal_name="林小", document_kind=DocumentKind.ID_CARD, at=at
    )
