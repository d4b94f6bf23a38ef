"""Who may take which work, and what would change it. Constant queries however many agents or tasks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.actors import PLATFORM
from accounts.selectors import work_profiles
from certification.logic.credentials import Credentials
from certification.selectors import Revocation, credentials, revocations, standards_by_slug, tags, tier_of
from certification.selectors.exams import courses_done
from tasks import eligibility
from tasks.eligibility import Explanation, Facts, Fix, FixKind, Predicate, Requirement
from tasks.models import Claim, Task
from tasks.selectors.commitment import adherence
from training.selectors import published_courses

if TYPE_CHECKING:
    from accounts.models import AgentProfile

Fixes = Callable[[Predicate], Fix | None]


@dataclass(frozen=True)
class AgentFacts:
    """Facts of one agent, and the client agreements that make them differ from task to task."""

    facts: Facts
    credentials: Credentials
    client_ndas: Mapping[int, int] = field(default_factory=dict)

    def towards(self, organisation_id: int) -> Facts:
        """The facts as a task of this organisation sees them: `consent.client_nda` is its own agreement."""
        version = self.client_ndas.get(organisation_id)
        if version is None:
            return self.facts
        return replace(self.facts, consents={**self.facts.consents, "client_nda": version})


def agent_facts(agent_ids: Iterable[int] | None, at: datetime) -> dict[int, AgentFacts]:
    """Everything predicates may ask about these agents (None: everybody who may work), in six queries."""
    profiles = work_profiles(agent_ids)
    held = credentials(profiles.keys(), at)
    kept = adherence(profiles.keys(), at)
    return {
        pk: AgentFacts(
            facts=Facts(
                skills=held[pk].skills,
                certificates=held[pk].certificates,
                tier=str(tier) if (tier := held[pk].tier) else None,
                languages=profile.languages,
                region=profile.region,
                adherence=kept[pk].for_eligibility,
                consents=profile.consents,
            ),
            credentials=held[pk],
            client_ndas=profile.client_ndas,
        )
        for pk, profile in profiles.items()
    }


def requirement_of(task: Task) -> Requirement:
    """A task's requirement; it was checked when the draft was saved."""
    return eligibility.parse(task.requirement)


def explain_tasks(
    tasks: Sequence[Task], agent: AgentProfile, at: datetime, *, language: str = ""
) -> dict[int, Explanation]:
    """The explanation of each task for one agent, with fixes in `language`; queries do not grow with the tasks."""
    mine = agent_facts([agent.pk], at)[agent.pk]
    requirements = {task.pk: requirement_of(task) for task in tasks}
    fixes = fixes_for(requirements.values(), mine, agent.pk, language=language)
    return {
        task.pk: eligibility.explain(requirements[task.pk], mine.towards(task.programme.organisation_id), fixes=fixes)
        for task in tasks
    }


def tier_and_explanation(agent: AgentProfile, task: Task, at: datetime) -> tuple[str, Explanation]:
    """One agent's tier (empty without) and whether they meet one task; looks up only what the requirement asks for.

    For claiming, where many wait for one block: fixes are looked for only when something is missing.
    """
    requirement = requirement_of(task)
    mine = _facts_asked_for({p.kind for p in requirement.predicates()}, [agent], at)[agent.pk]
    tier = mine.credentials.tier or getattr(tier_of(agent.pk), "tier", None)
    mine = replace(mine, facts=replace(mine.facts, tier=str(tier) if tier else None))
    facts = mine.towards(task.programme.organisation_id)
    answer = eligibility.explain(requirement, facts)
    if not answer.eligible:
        answer = eligibility.explain(requirement, facts, fixes=fixes_for([requirement], mine, agent.pk))
    return facts.tier or "", answer


def _facts_asked_for(kinds: set[str], agents: Sequence[AgentProfile], at: datetime) -> dict[int, AgentFacts]:
    """Facts of these agents as far as predicates of these kinds ask, but for the tier; six queries at most."""
    ids = [agent.pk for agent in agents]
    held = credentials(ids, at) if kinds & {"skill", "certificate"} else {}
    profiles = work_profiles(ids) if "consent" in kinds else {}
    kept = adherence(ids, at) if "adherence" in kinds else {}
    found = {}
    for agent in agents:
        mine, profile = held.get(agent.pk, Credentials()), profiles.get(agent.pk)
        facts = Facts(
            skills=mine.skills,
            certificates=mine.certificates,
            languages=tuple(agent.languages),
            region=agent.region,
            adherence=kept[agent.pk].for_eligibility if kept else 100,
            consents=profile.consents if profile else {},
        )
        found[agent.pk] = AgentFacts(facts, mine, profile.client_ndas if profile else {})
    return found


# -- After the claim: docs/decisions/0402 --------------------------------------------------------

_KEPT = frozenset({"adherence", "tier"})
"""Asked once, at the claim: its tier stays, and what is missed afterwards must not undo what was promised."""


def no_longer_eligible(claims: Sequence[Claim], at: datetime) -> frozenset[int]:
    """Of these claims those whose agents do not meet the task's requirement any more; five queries at most.

    For routing. The claims come with task, programme and agent; a task that asks nothing costs nothing.
    """
    asked = [claim for claim in claims if claim.task.requirement]
    facts = _facts_of(asked, at)
    return frozenset(claim.pk for claim in asked if not _explain(claim, _facts_under(claim, facts)).eligible)


def explain_claim(claim: Claim, at: datetime, *, language: str = "") -> Explanation:
    """Whether the agent still meets the requirement of the task they claimed, and what would mend what is missing."""
    facts = _facts_of([claim], at)
    now = _facts_under(claim, facts)
    answer = _explain(claim, now)
    if answer.eligible:
        return answer
    fixes = fixes_for([requirement_of(claim.task)], facts[claim.agent_id], claim.agent_id, language=language)
    return _explain(claim, now, fixes)


def lost_without_fault(claims: Sequence[Claim], at: datetime) -> list[Claim]:
    """Of one agent's claims those whose tasks they would meet had no certificate been revoked since the claim.

    Whatever else is missing (a certificate that ran out, a skill that faded, an agreement not signed, a language
    taken off the profile) was the agent's to keep. Eight queries at most; the claims come as for `no_longer_eligible`.
    """
    facts = _facts_of(claims, at)
    gone = [claim for claim in claims if not _explain(claim, _facts_under(claim, facts)).eligible]
    if not gone:
        return []
    lost = revocations(gone[0].agent_id, since=min(claim.committed_at for claim in gone), at=at)
    return [claim for claim in gone if _explain(claim, _as_before(claim, _facts_under(claim, facts), lost)).eligible]


def _facts_of(claims: Sequence[Claim], at: datetime) -> dict[int, AgentFacts]:
    """What the requirements of claimed tasks ask of their agents now, by agent."""
    kinds = {p.kind for claim in claims for p in requirement_of(claim.task).predicates()} - _KEPT
    return _facts_asked_for(kinds, [claim.agent for claim in claims], at)


def _facts_under(claim: Claim, facts: Mapping[int, AgentFacts]) -> Facts:
    """The facts as they count for a claim that stands: the tier of the claim, adherence as kept."""
    mine = facts[claim.agent_id].towards(claim.task.programme.organisation_id)
    return replace(mine, tier=claim.tier, adherence=100)


def _as_before(claim: Claim, now: Facts, lost: Sequence[Revocation]) -> Facts:
    """The facts as they would be without these revocations, as far as they came after the claim."""
    certificates, skills = dict(now.certificates), dict(now.skills)
    for revocation in lost:
        if revocation.at < claim.committed_at:
            continue
        certificates |= revocation.certificates
        skills |= {slug: max(score, skills.get(slug, 0)) for slug, score in revocation.skills.items()}
    return replace(now, certificates=certificates, skills=skills)


def _explain(claim: Claim, facts: Facts, fixes: Fixes | None = None) -> Explanation:
    return eligibility.explain(requirement_of(claim.task), facts, fixes=fixes)


def who_meets(
    requirement: Mapping[str, Any], agent_ids: Iterable[int], *, organisation_id: int, at: datetime
) -> set[int]:
    """Which of these agents meet a stored requirement as this organisation asks it; all where it asks for nothing."""
    asked, ids = eligibility.parse(requirement), set(agent_ids)
    if not asked.groups:
        return ids
    facts = agent_facts(ids, at)
    return {pk for pk, one in facts.items() if eligibility.explain(asked, one.towards(organisation_id)).eligible}


def count_eligible(requirement: Requirement, at: datetime, *, organisation_id: int | None = None) -> tuple[int, int]:
    """`(eligible, all)` among the agents who may work now; for the form that builds a requirement."""
    everybody = agent_facts(None, at)
    towards = organisation_id or 0
    met = sum(eligibility.explain(requirement, one.towards(towards)).eligible for one in everybody.values())
    return met, len(everybody)


# -- The way out ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Remedies:
    """Standards by the slugs and skills that predicates name, the courses that lead to them, and what is done."""

    courses: Mapping[str, Any] = field(default_factory=dict)
    standards: Mapping[str, Any] = field(default_factory=dict)
    by_skill: Mapping[str, Any] = field(default_factory=dict)
    done: Collection[str] = ()


def fixes_for(requirements: Iterable[Requirement], mine: AgentFacts, agent_id: int, *, language: str = "") -> Fixes:
    """What would meet each unmet predicate of these requirements.

    A certificate comes from the course that leads to it while that is not completed, then from its exam; a skill
    from the standards it is certified by, the same way. A first tier comes with any certificate; later ones and
    adherence grow with practice; languages and region are on the profile; agreements are signed.
    """
    wanted = list(requirements)
    skills = {name for r in wanted for name in r.names("skill")}
    certificates = {name for r in wanted for name in r.names("certificate")}
    remedies = _remedies(skills, certificates, agent_id, language) if skills or certificates else _Remedies()

    def fix(predicate: Predicate) -> Fix | None:
        match predicate.kind:
            case "skill":
                return _grow(remedies.by_skill.get(predicate.name), remedies, mine)
            case "certificate":
                return _grow(remedies.standards.get(predicate.name), remedies, mine)
            case "language" | "region":
                return Fix(FixKind.PROFILE)
            case "consent":
                return Fix(FixKind.CONSENT, predicate.name)
            case "tier" if mine.credentials.tier is None:
                return Fix(FixKind.EXAM)
            case _:
                return Fix(FixKind.PRACTICE)

    return fix


def _grow(standard: Any, remedies: _Remedies, mine: AgentFacts) -> Fix:
    if standard is None or standard.slug in mine.facts.certificates:
        return Fix(FixKind.PRACTICE)
    course = remedies.courses.get(standard.course_slug)
    if course is not None and course.slug not in remedies.done:
        return Fix(FixKind.COURSE, course.public_id, course.title)
    if standard.exam is not None:
        return Fix(FixKind.EXAM, standard.exam.public_id, standard.name)
    return Fix(FixKind.PRACTICE)


def _remedies(skills: set[str], certificates: set[str], agent_id: int, language: str) -> _Remedies:
    by_slug = standards_by_slug(certificates)
    by_skill: dict[str, Any] = {}
    if skills:
        for tag in tags().filter(slug__in=skills).prefetch_related("standards__exam"):
            # An exam one can sit first, then the newest version.
            by_skill[tag.slug] = max(
                tag.standards.all(), key=lambda s: (s.exam_id is not None, s.version), default=None
            )
    slugs = {s.course_slug for s in (*by_slug.values(), *by_skill.values()) if s is not None and s.course_slug}
    courses: dict[str, Any] = {}
    if slugs:
        for course in published_courses(actor=PLATFORM).filter(slug__in=slugs):
            if course.slug not in courses or course.language == language:
                courses[course.slug] = course
    done = courses_done(agent_id) if courses else set()
    return _Remedies(courses, by_slug, by_skill, done)
