"""What follows from events of this and lower apps: e-mails after commit, and sockets of people whose rights changed."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from accounts.events import AgentReinstated, AgentSuspended, IdentityDecided, MemberInvited
from accounts.models import AgentProfile
from accounts.services import letters
from accounts.services.identity import UNDO_SECONDS
from core import realtime
from core.events import after, on


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


def _recheck(event: AgentSuspended | AgentReinstated | IdentityDecided) -> None:
    user_id = AgentProfile.objects.values_list("user_id", flat=True).get(pk=event.agent_id)
    realtime.recheck_after_commit(user_id=user_id)


@on(AgentSuspended)
def recheck_suspended(event: AgentSuspended) -> None:
    """The sockets of somebody suspended close, and pages they have open look again."""
    _recheck(event)


@on(AgentReinstated)
def recheck_reinstated(event: AgentReinstated) -> None:
    """Pages of somebody who may work again look again."""
    _recheck(event)


@on(IdentityDecided)
def recheck_decided(event: IdentityDecided) -> None:
    """The platform opened or closed to the agent."""
    _recheck(event)


@receiver(user_logged_out, dispatch_uid="accounts.close_sockets")
def close_sockets(sender: object, request: Any, user: Any, **kwargs: object) -> None:
    """Whoever logs out leaves every socket of that session too; Django tells of it in no other way, and too early."""
    if user is not None:
        realtime.end_session(user_id=user.pk, session_key=request.session.session_key or "")
