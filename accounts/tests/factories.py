"""People, organisations and actors for tests.

`AgentFactory` makes an agent who may work; `NewAgentFactory` one who has only signed up. The
`*_actor` functions return the `Actor` a door would have built, with a second factor in place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from factory.django import DjangoModelFactory, Password

from accounts.actors import Actor, actor_for
from accounts.models import (
    AgentProfile,
    Consent,
    IdentityCheck,
    LegalText,
    Membership,
    Organisation,
    Programme,
    StaffAssignment,
    Team,
    TeamMembership,
    User,
)
from accounts.states import AgreementKind, ClientRole, IdentityState, StaffRole, TeamRole

LONG_AGO = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
"""When everything the factories make happened."""
PASSWORD = "calm-harbour-42"


class UserFactory(DjangoModelFactory):
    """A person with a verified e-mail address; `mfa=True` gives a second factor too."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    display_name = factory.Sequence(lambda n: f"Person {n}")
    password = Password(PASSWORD)
    language = "en"
    time_zone = "Asia/Shanghai"

    @factory.post_generation
    def email_address(user: User, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    @factory.post_generation
    def mfa(user: User, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        if extracted:
            give_second_factor(user)


class NewAgentFactory(DjangoModelFactory):
    """An agent fresh from sign-up: nothing of the checklist is done."""

    class Meta:
        model = AgentProfile
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    nickname = factory.Sequence(lambda n: f"Agent {n}")


class AgentFactory(NewAgentFactory):
    """An onboarded agent: profile, approved identity, agreement and NDA consent, equipment."""

    languages = ["zh-hans", "en"]
    region = "Zhejiang"
    profile_completed_at = LONG_AGO
    equipment_checked_at = LONG_AGO
    onboarded_at = LONG_AGO

    @factory.post_generation
    def identity(agent: AgentProfile, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        check = IdentityCheck.objects.create(agent=agent, legal_name="Wang Test", document_kind="id_card")
        rows = IdentityCheck.objects.filter(pk=check.pk)
        rows.update(state=IdentityState.SUBMITTED, submitted_at=LONG_AGO)
        rows.update(state=IdentityState.APPROVED, decided_at=LONG_AGO)

    @factory.post_generation
    def consents(agent: AgentProfile, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        texts = [legal_text(AgreementKind.AGREEMENT), legal_text(AgreementKind.NDA)]
        Consent.objects.bulk_create(
            Consent(user=agent.user, text=text, text_sha256=text.sha256, at=LONG_AGO) for text in texts
        )


def legal_text(
    kind: str,
    *,
    organisation: Organisation | None = None,
    version: int = 1,
    language: str = "en",
    body: str = "You work with care and keep what you learn to yourself.",
) -> LegalText:
    """The published text of that kind and version, made when it is not there yet."""
    title = str(AgreementKind(kind).value).replace("_", " ").capitalize()
    text, _created = LegalText.objects.get_or_create(
        kind=kind,
        organisation=organisation,
        version=version,
        language=language,
        defaults={
            "title": title,
            "body": body,
            "sha256": hashlib.sha256(f"{title}\n\n{body}".encode()).hexdigest(),
            "published_at": LONG_AGO,
        },
    )
    return text


class OrganisationFactory(DjangoModelFactory):
    """A client organisation without members."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Client {n}")
    alias = factory.Sequence(lambda n: f"A shop ({n})")
    industry = "retail"


class MembershipFactory(DjangoModelFactory):
    """A person's role in an organisation; the owner by default."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = ClientRole.OWNER


class ProgrammeFactory(DjangoModelFactory):
    """A programme served in both languages, embeddable on one origin."""

    class Meta:
        model = Programme

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Programme {n}")
    industry = "retail"
    languages = ["zh-hans", "en"]
    allowed_origins = ["http://shop.example"]


class TeamFactory(DjangoModelFactory):
    """A team without members."""

    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")
    region = "Zhejiang"


class TeamMembershipFactory(DjangoModelFactory):
    """An agent's place in a team."""

    class Meta:
        model = TeamMembership

    team = factory.SubFactory(TeamFactory)
    agent = factory.SubFactory(AgentFactory)
    role = TeamRole.MEMBER


def give_second_factor(user: User) -> None:
    """Let `user` count as having set up an authenticator app."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})


def staff_user(*roles: StaffRole, mfa: bool = True, **fields: Any) -> User:
    """A person who works for the platform in `roles`; log in with `client.force_login`."""
    user = UserFactory(mfa=mfa, **fields)
    StaffAssignment.objects.bulk_create(StaffAssignment(user=user, role=role) for role in roles)
    return user


def client_user(organisation: Organisation, role: ClientRole = ClientRole.OWNER, mfa: bool = True) -> User:
    """A member of `organisation`."""
    return MembershipFactory(organisation=organisation, role=role, user=UserFactory(mfa=mfa)).user


def staff_actor(*roles: StaffRole, mfa: bool = True) -> Actor:
    """Platform staff in `roles`."""
    return fresh_actor(staff_user(*roles, mfa=mfa))


def client_actor(organisation: Organisation, role: ClientRole = ClientRole.OWNER, mfa: bool = True) -> Actor:
    """A member of `organisation` in `role`."""
    return fresh_actor(client_user(organisation, role, mfa=mfa))


def agent_actor(agent: AgentProfile) -> Actor:
    """The person behind `agent`."""
    return fresh_actor(agent.user)


def fresh_actor(user: User) -> Actor:
    """The actor of `user` as the database has it now."""
    return actor_for(User.objects.get(pk=user.pk))


def many_agents(count: int) -> list[AgentProfile]:
    """`count` onboarded agents in a handful of statements, for races and lists; no consent or identity rows."""
    start = User.objects.count()
    users = User.objects.bulk_create(
        User(email=f"many{start + n}@example.com", display_name=f"Many {n}", password="!") for n in range(count)
    )
    return AgentProfile.objects.bulk_create(_ready(user) for user in users)


def _ready(user: User) -> AgentProfile:
    return AgentProfile(
        user=user,
        nickname=user.display_name,
        languages=["zh-hans", "en"],
        region="Zhejiang",
        profile_completed_at=LONG_AGO,
        equipment_checked_at=LONG_AGO,
        onboarded_at=LONG_AGO,
    )


def actors_of(agents: Iterable[AgentProfile]) -> list[Actor]:
    """Actors for agents whose rows are at hand, without asking the database."""
    return [
        replace(
            Actor(),
            user_id=agent.user_id,
            name=agent.nickname,
            audit_name=agent.user.public_id,
            agent_id=agent.pk,
            is_onboarded=agent.onboarded_at is not None,
            is_suspended=agent.suspended_at is not None,
        )
        for agent in agents
    ]
