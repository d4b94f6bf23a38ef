"""An agent's way onto the platform, step by step, each with its state and why it is needed.

Apps above contribute the later steps (assessments, foundation course, first certificate) from their
`AppConfig.ready`:

    register_steps(50, foundation_course_steps)     # (agent, actor) -> list[Step]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import AgentProfile, IdentityCheck
from accounts.policies import can_see_agent
from accounts.selectors.legal import PLATFORM_KINDS, consent_versions
from accounts.states import IdentityState
from core.errors import NotFound, Text


class StepState(StrEnum):
    """How one step stands. `locked` waits for another step, `waiting` for somebody else."""

    TODO = "todo"
    WAITING = "waiting"
    REFUSED = "refused"
    LOCKED = "locked"
    DONE = "done"


@dataclass(frozen=True)
class Step:
    """One step: what it is, why it is needed, how it stands, and the page where it is done."""

    key: str
    title: Text
    why: Text
    state: StepState
    url_name: str = ""
    url_arg: str = ""
    note: Text = ""
    """What stands in the way, or when it was done; in the person's language."""

    @property
    def is_done(self) -> bool:
        return self.state == StepState.DONE

    @property
    def is_open(self) -> bool:
        """There is something the agent can do here now."""
        return self.state in {StepState.TODO, StepState.REFUSED}


Contributor = Callable[[AgentProfile, Actor], Sequence[Step]]
_contributors: list[tuple[int, Contributor]] = []


def register_steps(order: int, contributor: Contributor) -> None:
    """Let an app above add steps behind those of accounts, sorted by `order`; registering twice adds once."""
    if not any(known is contributor for _order, known in _contributors):
        _contributors.append((order, contributor))
        _contributors.sort(key=lambda pair: pair[0])


def onboarding_checklist(agent: AgentProfile, *, actor: Actor) -> list[Step]:
    """Every step of `agent`, in order; for themself, their team lead and staff."""
    if not can_see_agent(actor, agent):
        raise NotFound
    steps = [_profile(agent), _identity(agent), _agreements(agent), _equipment(agent)]
    for _order, contributor in _contributors:
        steps.extend(contributor(agent, actor))
    return steps


def _profile(agent: AgentProfile) -> Step:
    return Step(
        key="profile",
        title=_("Your profile"),
        why=_("Languages and region decide which work is open to you; usual hours narrow the list to what suits you."),
        state=StepState.DONE if agent.profile_completed_at else StepState.TODO,
        url_name="agent:onboarding_profile",
    )


def _identity(agent: AgentProfile) -> Step:
    check = IdentityCheck.objects.filter(agent=agent).first()
    state, note = StepState.TODO, ""
    if check is not None and check.state == IdentityState.SUBMITTED:
        state, note = StepState.WAITING, _("A certifier is looking at your documents, usually within a day.")
    elif check is not None and check.state == IdentityState.APPROVED:
        state = StepState.DONE
    elif check is not None and check.state == IdentityState.REJECTED:
        state, note = StepState.REFUSED, check.reason
    return Step(
        key="identity",
        title=_("Identity check"),
        why=_("Customers and clients must be able to trust that you are who you say. Only certifiers see this."),
        state=state,
        url_name="agent:onboarding_identity",
        note=note,
    )


def _agreements(agent: AgentProfile) -> Step:
    signed = consent_versions(agent.user_id)
    is_done = all(kind in signed for kind in PLATFORM_KINDS)
    return Step(
        key="agreements",
        title=_("Agreement and confidentiality"),
        why=_("What you and we owe each other, and that what customers tell you stays with you."),
        state=StepState.DONE if is_done else StepState.TODO,
        url_name="agent:onboarding_agreements",
    )


def _equipment(agent: AgentProfile) -> Step:
    return Step(
        key="equipment",
        title=_("Equipment check"),
        why=_("Shows that your browser and connection carry a live conversation."),
        state=StepState.DONE if agent.equipment_checked_at else StepState.TODO,
        url_name="agent:onboarding_equipment",
    )
