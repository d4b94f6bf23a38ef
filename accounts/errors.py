"""What accounts refuses with; every code is stable and every message safe to show."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.refusals import refuse


class LogInFirst(NotAllowed):
    code = "accounts.log_in_first"
    message = _("Log in first.")


class NotAnAgent(NotAllowed):
    code = "accounts.not_an_agent"
    message = _("This is for agents. Sign up as an agent to use it.")


class NotOnboarded(NotAllowed):
    code = "accounts.not_onboarded"
    message = _("Finish your onboarding first: profile, identity check and agreements.")


class Suspended(NotAllowed):
    code = "accounts.suspended"
    message = _("Your account is suspended. What you have earned is still paid out.")


class RoleNeeded(NotAllowed):
    code = "accounts.role_needed"
    message = _("Your role does not allow this. Ask somebody who holds the role.")


class ScopeNeeded(NotAllowed):
    code = "accounts.scope_needed"
    message = _("This API key does not have the scope for this.")


class SecondFactorNeeded(NotAllowed):
    code = "accounts.second_factor_needed"
    message = _("Set up a second factor first: it protects money and certificates.")


class LastOwner(Conflict):
    code = "accounts.last_owner"
    message = _("An organisation keeps at least one owner. Make somebody else an owner first.")


class LastOperator(Conflict):
    code = "accounts.last_operator"
    message = _("The platform keeps at least one operator. Give the role to somebody else first.")


class KeyAlreadyMade(Conflict):
    code = "accounts.key_already_made"
    message = _("This form was sent before, and its key is in the list. No second key was made.")


class AlreadyMember(Conflict):
    code = "accounts.already_member"
    message = _("This person is already a member.")


class AlreadyInvited(Conflict):
    code = "accounts.already_invited"
    message = _("This address already has an open invitation. Revoke it to send a new one.")


class TextUnchanged(Conflict):
    code = "accounts.text_unchanged"
    message = _("These very words are published already. People sign a new version only where it says something new.")


class InvitationUnknown(NotFound):
    code = "accounts.invitation_unknown"
    message = _("This invitation does not exist. Ask for a new one.")


class InvitationUsed(Conflict):
    code = "accounts.invitation_used"
    message = _("This invitation was already accepted.")


class InvitationGone(Conflict):
    code = "accounts.invitation_gone"
    message = _("This invitation has expired or was revoked. Ask for a new one.")


class InvitationForAnother(NotAllowed):
    code = "accounts.invitation_for_another"
    message = _("This invitation was sent to another address. Log in with the address it was sent to.")


class IdentityDecidedAlready(Conflict):
    code = "accounts.identity_decided"
    message = _("Somebody has decided this check meanwhile. Look at it again.")


class IdentityLocked(Conflict):
    code = "accounts.identity_locked"
    message = _("The check has been sent; pictures cannot be changed until it is decided.")


class UndoTooLate(Conflict):
    code = "accounts.undo_too_late"
    message = _("It is too late to undo this. Decide again with a reason.")


class TextSuperseded(Conflict):
    code = "accounts.text_superseded"
    message = _("A newer version of this text has been published. Read that one.")


class AlreadyInTeam(Conflict):
    code = "accounts.already_in_team"
    message = _("You are in a team already. Leave it before you join another.")


class TeamHasLead(Conflict):
    code = "accounts.team_has_lead"
    message = _("This team has a lead already.")


class ErasureBlocked(Conflict):
    code = "accounts.erasure_blocked"
    message = _("You are the only owner of an organisation or the only operator. Hand that over first.")


refuse(
    {
        "accounts_team_name_key": lambda: Invalid(fields={"name": _("There is a team of this name already.")}),
        "accounts_teammembership_agent_id_key": AlreadyInTeam,
        "team_has_one_lead": TeamHasLead,
        "accounts_user_email_key": lambda: Invalid(
            fields={"email": _("Somebody with this address is registered already.")}
        ),
        "user_email_once": lambda: Invalid(fields={"email": _("Somebody with this address is registered already.")}),
        "invitation_open_once": AlreadyInvited,
        "membership_once": AlreadyMember,
        "legal_text_version_once": Conflict,
        "programme_name_once": lambda: Invalid(fields={"name": _("You have a programme of this name already.")}),
    }
)
