"""The agent side of a person: signing up, profile, equipment, suspension, and when the platform opens."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.actors import Actor
from accounts.events import AgentOnboarded, AgentReinstated, AgentSuspended
from accounts.logic import WEEKDAYS
from accounts.models import AgentProfile, Consent, IdentityCheck, User
from accounts.states import AgreementKind, IdentityState, Region, ServiceLanguage, StaffRole
from core import audit, locks
from core.errors import Conflict, Invalid, NotFound, Text
from core.events import publish

_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
MAX_ROUND_TRIP_MS = 1500
"""A websocket round trip above this is too slow to talk to a waiting customer."""


@transaction.atomic
def sign_up_agent(*, user: User, at: datetime, nickname: str = "") -> AgentProfile:
    """Open the agent side of `user` with an empty identity check; doing it again returns what is there."""
    agent, created = AgentProfile.objects.get_or_create(
        user=user, defaults={"nickname": (nickname.strip() or str(user))[:40]}
    )
    if created:
        IdentityCheck.objects.create(agent=agent)
    return agent


@transaction.atomic
def complete_profile(
    *,
    actor: Actor,
    agent: AgentProfile,
    nickname: str,
    languages: Sequence[str],
    region: str,
    availability: Mapping[str, Any],
    at: datetime,
) -> AgentProfile:
    """Store the profile step of onboarding; may complete it (see `refresh_onboarding`). Raises `Invalid`."""
    _require_own(actor, agent)
    fields: dict[str, Text | list[Text]] = {}
    if not 2 <= len(nickname.strip()) <= 40:
        fields["nickname"] = _("Choose a service name of 2 to 40 characters.")
    if not languages or not set(languages) <= set(ServiceLanguage.values):
        fields["languages"] = _("Choose at least one language you can serve customers in.")
    if region not in Region.values:
        fields["region"] = _("Choose your region.")
    hours = _clean_availability(availability)
    if hours is None:
        fields["availability"] = _("Give hours as a start and a different end.")
    if fields:
        raise Invalid(fields=fields)
    agent = _lock(agent)
    agent.nickname = nickname.strip()
    agent.languages = [str(one) for one in ServiceLanguage.values if one in set(languages)]
    agent.region = region
    agent.availability = hours
    agent.profile_completed_at = agent.profile_completed_at or at
    agent.save(update_fields=["nickname", "languages", "region", "availability", "profile_completed_at"])
    refresh_onboarding(agent=agent, at=at)
    return agent


def _clean_availability(availability: Mapping[str, Any]) -> dict[str, list[list[str]]] | None:
    """`{"mon": [["19:00", "02:00"]]}` with known days and sorted, non-empty spans; None when it is not that."""
    hours: dict[str, list[list[str]]] = {}
    for day, spans in availability.items():
        if day not in WEEKDAYS or not isinstance(spans, list) or len(spans) > 6:
            return None
        for span in spans:
            if not isinstance(span, list | tuple) or len(span) != 2:
                return None
            if not all(isinstance(t, str) and _CLOCK_TIME.fullmatch(t) for t in span) or span[0] in (span[1], "24:00"):
                return None
        if spans:
            hours[day] = sorted([list(span) for span in spans])
    return hours


@transaction.atomic
def record_equipment_check(
    *, actor: Actor, agent: AgentProfile, browser: str, round_trip_ms: int, microphone: bool, at: datetime
) -> AgentProfile:
    """Keep what the browser found; the step counts as done when the round trip is fast enough.

    Raises `Invalid` for a measurement that is impossible or too slow (in milliseconds).
    """
    _require_own(actor, agent)
    if not 0 <= round_trip_ms <= 600_000:
        raise Invalid(fields={"round_trip_ms": _("The measurement did not arrive whole. Run the check again.")})
    if round_trip_ms > MAX_ROUND_TRIP_MS:
        raise Invalid(
            fields={"round_trip_ms": _("Your connection answers too slowly to serve live customers. Try another one.")}
        )
    agent = _lock(agent)
    agent.equipment = {"browser": browser[:200], "round_trip_ms": round_trip_ms, "microphone": microphone}
    agent.equipment_checked_at = at
    agent.save(update_fields=["equipment", "equipment_checked_at"])
    return agent


def hold_standing(*, agent_id: int, shared: bool = False) -> None:
    """One agent's right to work, until the transaction ends: who takes it away holds it alone, who relies on it shares.

    So nothing is accepted after a suspension or a revoked certificate that was committed before. Taken before any row
    is locked; only a command's idempotency key, for which nobody waits who holds this, is written earlier.
    """
    locks.hold("accounts.standing", agent_id, shared=shared)


@transaction.atomic
def suspend_agent(*, actor: Actor, agent: AgentProfile, reason: str, at: datetime) -> AgentProfile:
    """Keep an agent from working until reinstated. Operators only; audited; publishes `AgentSuspended`."""
    policies.require_staff(actor, StaffRole.OPERATOR)
    policies.require_mfa(actor)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Give a reason; the agent will read it.")})
    hold_standing(agent_id=agent.pk)
    agent = _lock(agent)
    if agent.suspended_at:
        raise Conflict(_("This agent is suspended already."), code="accounts.suspended_already")
    agent.suspended_at, agent.suspended_reason = at, reason.strip()[:1000]
    agent.save(update_fields=["suspended_at", "suspended_reason"])
    audit.record(stream="accounts", action="accounts.suspend_agent", subject=agent.public_id, at=at, actor=actor)
    publish(AgentSuspended(agent_id=agent.pk, at=at))
    return agent


@transaction.atomic
def reinstate_agent(*, actor: Actor, agent: AgentProfile, at: datetime) -> AgentProfile:
    """Lift a suspension. Operators only; audited; publishes `AgentReinstated`."""
    policies.require_staff(actor, StaffRole.OPERATOR)
    policies.require_mfa(actor)
    agent = _lock(agent)
    if not agent.suspended_at:
        raise Conflict(_("This agent is not suspended."), code="accounts.not_suspended")
    agent.suspended_at, agent.suspended_reason = None, ""
    agent.save(update_fields=["suspended_at", "suspended_reason"])
    audit.record(stream="accounts", action="accounts.reinstate_agent", subject=agent.public_id, at=at, actor=actor)
    publish(AgentReinstated(agent_id=agent.pk, at=at))
    return agent


def refresh_onboarding(*, agent: AgentProfile, at: datetime) -> None:
    """Open or close the platform to `agent` by the facts: profile, approved identity, both consents.

    Call inside a transaction that holds the agent's row. Sets or clears `onboarded_at`; publishes
    `AgentOnboarded` when it opens. A newer agreement does not close it.
    """
    kinds = set(
        Consent.objects.filter(
            user_id=agent.user_id, text__kind__in=[AgreementKind.AGREEMENT, AgreementKind.NDA]
        ).values_list("text__kind", flat=True)
    )
    is_ready = (
        agent.profile_completed_at is not None
        and IdentityCheck.objects.filter(agent=agent, state=IdentityState.APPROVED).exists()
        and kinds == {AgreementKind.AGREEMENT, AgreementKind.NDA}
    )
    if is_ready == (agent.onboarded_at is not None):
        return
    agent.onboarded_at = at if is_ready else None
    agent.save(update_fields=["onboarded_at"])
    if is_ready:
        publish(AgentOnboarded(agent_id=agent.pk, at=at))


def _require_own(actor: Actor, agent: AgentProfile) -> None:
    policies.require_agent(actor)
    if actor.agent_id != agent.pk and not policies.is_platform(actor):
        raise NotFound


def _lock(agent: AgentProfile) -> AgentProfile:
    return AgentProfile.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=agent.pk)
