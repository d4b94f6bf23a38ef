"""What follows from events of this and lower apps: the e-mails of accounts, after commit."""

from accounts.events import AgentSuspended, IdentityDecided, MemberInvited
from accounts.services import letters
from accounts.services.identity import UNDO_SECONDS
from core.events import after


@after(MemberInvited)
def mail_invitation(event: MemberInvited) -> None:
    """The invited person gets the link."""
    letters.send_invitation(invitation_id=event.invitation_id)


@after(IdentityDecided, delay_seconds=UNDO_SECONDS + 5)
def mail_identity_decision(event: IdentityDecided) -> None:
    """The agent learns how the check ended and, when refused, why; not before it can no longer be taken back."""
    letters.send_identity_decision(agent_id=event.agent_id, approved=event.approved)


@after(AgentSuspended)
def mail_suspension(event: AgentSuspended) -> None:
    """The agent learns that and why they may not work."""
    letters.send_suspension(agent_id=event.agent_id)
