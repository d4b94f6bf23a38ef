"""The e-mails of accounts, each in its reader's language; sent by handlers after commit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import AgentProfile, IdentityCheck, Invitation, User
from accounts.services.invitations import invitation_token


def send_invitation(*, invitation_id: int) -> None:
    """Mail the link of an open invitation; nothing when it was accepted or revoked meanwhile."""
    invitation = Invitation.objects.select_related("organisation", "invited_by").get(pk=invitation_id)
    if invitation.accepted_at or invitation.revoked_at:
        return
    known = User.objects.filter(email__iexact=invitation.email).first()
    language = (known or invitation.invited_by).language
    with translation.override(language):
        subject = _("%(organisation)s invites you to Tideline") % {"organisation": invitation.organisation.name}
        _send(
            invitation.email,
            subject,
            "invitation",
            invitation=invitation,
            token=invitation_token(invitation=invitation),
        )


def send_identity_decision(*, agent_id: int, approved: bool) -> None:
    """Tell an agent how their identity check ended; nothing when it was taken back or decided anew meanwhile."""
    check = IdentityCheck.objects.select_related("agent__user").filter(agent=agent_id).first()
    if check is None or check.state != ("approved" if approved else "rejected"):
        return
    with translation.override(check.agent.user.language):
        subject = _("Your identity is confirmed") if approved else _("Your identity check needs another look")
        _send(check.agent.user.email, subject, "identity_decided", check=check, approved=approved)


def send_suspension(*, agent_id: int) -> None:
    """Tell an agent that and why they are suspended; nothing when it was lifted meanwhile."""
    agent = AgentProfile.objects.select_related("user").get(pk=agent_id)
    if agent.suspended_at is None:
        return
    with translation.override(agent.user.language):
        _send(agent.user.email, _("Your Tideline account is suspended"), "suspended", agent=agent)


def _send(to: str, subject: str, template: str, **context: Any) -> None:
    body = render_to_string(f"accounts/mail/{template}.txt", {"base_url": settings.BASE_URL, **context})
    send_mail(" ".join(subject.split()), body, None, [to])
