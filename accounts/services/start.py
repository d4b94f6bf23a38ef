"""What somebody came for, chosen at sign-up or at the first log-in with another provider."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.actors import Actor
from accounts.models import User
from accounts.services.agents import sign_up_agent
from accounts.services.organisations import create_organisation
from accounts.states import Purpose
from core.errors import Invalid


@transaction.atomic
def start_as(*, actor: Actor, purpose: str, organisation_name: str = "", at: datetime) -> None:
    """Open the agent side of a person, or an organisation of their own; an invited person needs neither.

    A second time with the same name changes nothing. Raises `Invalid` at `purpose` or at a field of the organisation.
    """
    user = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=policies.person_id(actor))
    if purpose == Purpose.WORK:
        sign_up_agent(user=user, at=at)
    elif purpose == Purpose.POST:
        if user.memberships.filter(organisation__name=organisation_name.strip()).exists():
            return
        create_organisation(
            actor=actor, name=organisation_name, alias=organisation_name, owner=user, time_zone=user.time_zone, at=at
        )
    elif purpose != Purpose.INVITED:
        raise Invalid(fields={"purpose": _("Tell us what brings you here.")})
