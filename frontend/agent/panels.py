"""What Today shows an agent that does not belong to the pages of one app alone."""

from typing import Any

from accounts.policies import own_agent_id
from accounts.selectors import Step, StepState, onboarding_checklist, own_agent
from certification.selectors import exams_for
from core.clock import now
from frontend.navigation import address
from frontend.requests import PageRequest
from live.selectors import waiting_for
from pay.selectors import owed_to
from quality.selectors import agent_quality
from training.selectors import course_progress

LOOKS = {
    StepState.TODO: "todo",
    StepState.WAITING: "waiting",
    StepState.REFUSED: "error",
    StepState.LOCKED: "locked",
    StepState.DONE: "done",
}
"""How a step of onboarding is drawn by `<c-step>`."""


def suspended(request: PageRequest) -> dict[str, Any] | None:
    """Why nothing new opens to a suspended agent, and since when."""
    return {"agent": own_agent(request.actor)} if request.actor.is_suspended else None


def waiting(request: PageRequest) -> dict[str, Any] | None:
    """Conversations open in the workspace, or ringing there."""
    actor = request.actor
    n = waiting_for(actor) if actor.is_onboarded and not actor.is_suspended else 0
    return {"n": n} if n else None


def first_steps(request: PageRequest) -> dict[str, Any] | None:
    """The way onto the platform, until every step is done."""
    actor = request.actor
    steps = onboarding_checklist(own_agent(actor), actor=actor)
    if all(step.is_done for step in steps):
        return None
    drawn = [_drawn(step) for step in steps]
    for step in drawn:
        if step["state"] == "todo":
            step["state"] = "current"  # the first one open is what to do next
            break
    return {"steps": drawn, "done": sum(step.is_done for step in steps), "all": len(steps)}


def learning(request: PageRequest) -> dict[str, Any] | None:
    """Courses begun and not finished, with the next lesson of each."""
    actor = request.actor
    cards = [c for c in course_progress(actor=actor, agent=own_agent(actor)) if c.state == "started"]
    return {"cards": cards[:3]} if cards else None


def money(request: PageRequest) -> dict[str, Any] | None:
    """What is owed and what is in review; silent before the first block is worked."""
    actor = request.actor
    rows = owed_to(actor=actor, agent_id=own_agent_id(actor))
    return {"rows": rows} if rows else None


def quality(request: PageRequest) -> dict[str, Any] | None:
    """How conversations went lately; silent before there is anything to say."""
    actor = request.actor
    found = agent_quality(actor=actor, agent_id=own_agent_id(actor), at=now(), latest=1)
    if not (found.quality.n or found.satisfaction.n):
        return None
    return {
        "reviews": found.quality.n,
        "score": None if found.quality.mean is None else round(float(found.quality.mean), 1),
        "ratings": found.satisfaction.n,
        "satisfied": None if found.satisfaction.mean is None else round(float(found.satisfaction.mean * 100), 1),
    }


def _drawn(step: Step) -> dict[str, Any]:
    url = address(step.url_name, step.url_arg) if step.url_arg else address(step.url_name)
    return {
        "title": step.title,
        "text": step.note or step.why,
        "state": LOOKS[step.state],
        "url": url if step.is_open else "",
    }


def exams(request: PageRequest) -> dict[str, Any] | None:
    """The exam under way first, then a practical part that waits, then an exam that is open to me."""
    actor = request.actor
    views = exams_for(actor, now()) if actor.is_onboarded and not actor.is_suspended else []
    running = next((v for v in views if v.current), None)
    waiting = next((v for v in views if v.practical), None)
    open_ = next((v for v in views if v.may_begin), None)
    return {"running": running, "waiting": waiting, "open": open_} if running or waiting or open_ else None
