"""What accounts refuses with; every code is stable and every message safe to show."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotAllowed


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
