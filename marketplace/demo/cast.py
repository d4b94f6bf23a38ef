"""The people of the demo world coming to the platform: staff, clients, agents at every stage of onboarding."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import override
from PIL import Image, ImageDraw

from accounts import selectors, services
from accounts.actors import PLATFORM, Actor, actor_for
from accounts.models import AgentProfile, Organisation, Programme, User
from accounts.services.invitations import invitation_token
from accounts.states import ClientRole, DocumentKind, StaffRole, TeamRole
from marketplace.demo import legal, people

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105  (of the demo world's staff; see `manage.py demo_code`)


class Cast:
    """Everybody who exists so far; `actor(key)` is who they are to the services now."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.users: dict[str, User] = {}
        self._password = make_password(people.PASSWORD)
        self._known: dict[str, Actor] = {}
        self.agents: dict[str, AgentProfile] = {}
        self.organisations: dict[str, Organisation] = {}
        self.programmes: dict[str, Programme] = {}

    def actor(self, key: str) -> Actor:
        """The actor of one person, as the database has them at this moment."""
        return self._known.get(key) or actor_for(User.objects.get(pk=self.users[key].pk))

    def remember(self, keys: Iterable[str]) -> None:
        """Read these people once and for all: nothing changes any more about what they may do."""
        self._known |= {key: self.actor(key) for key in keys}

    def agent(self, key: str) -> AgentProfile:
        """One agent's profile, as the database has it at this moment."""
        return AgentProfile.objects.select_related("user").get(pk=self.agents[key].pk)

    def _register(self, person: people.Person, at: datetime) -> User:
        user = services.register_person(
            actor=PLATFORM,
            email=person.email,
            password=None,
            display_name=person.name,
            language=person.language,
            time_zone=person.time_zone,
            at=at,
        )
        # Everybody's password is the same; hashing it for each of them would take longer than their onboarding.
        user.password = self._password
        user.save(update_fields=["password"])
        self.users[person.key] = user
        return user

    # -- Staff and clients ---------------------------------------------------------------------

    def hire(self, at: datetime) -> None:
        """Platform staff, each with a role and a second factor; the platform's agreements."""
        for key, person in people.STAFF.items():
            user = self._register(person, at)
            TOTP.activate(user, TOTP_SECRET)
            services.assign_staff_role(
                actor=PLATFORM, user=user, role=StaffRole(people.STAFF_ROLES.get(key, key)), at=at
            )
        self.remember(people.STAFF)
        for kind, texts in legal.TEXTS.items():
            services.publish_legal_text(actor=self.actor("operator"), kind=kind, texts=texts, at=at)

    def sign_clients(self, at: datetime) -> None:
        """Two organisations with their members, and three programmes whose widgets the demo shop may embed."""
        for person in people.CLIENTS.values():
            user = self._register(person, at)
            if person.key.startswith("owner"):
                TOTP.activate(user, TOTP_SECRET)
        for values in people.ORGANISATIONS:
            owner = self.users[values.owner]
            organisation = services.create_organisation(
                actor=self.actor(values.owner),
                name=values.name,
                alias=values.alias,
                owner=owner,
                at=at,
                industry=values.industry,
                currency=values.currency,
                time_zone=values.time_zone,
                hides_name=values.hides_name,
            )
            self.organisations[values.key] = organisation
            for key, role in values.members:
                invitation = services.invite_member(
                    actor=self.actor(values.owner),
                    organisation=organisation,
                    email=people.CLIENTS[key].email,
                    role=ClientRole(role),
                    at=at,
                )
                token = invitation_token(invitation=invitation)
                services.accept_invitation(actor=self.actor(key), token=token, at=at + timedelta(hours=2))
        for programme in people.PROGRAMMES:
            owner_key = next(o.owner for o in people.ORGANISATIONS if o.key == programme.organisation)
            self.programmes[programme.key] = services.create_programme(
                actor=self.actor(owner_key),
                organisation=self.organisations[programme.organisation],
                name=programme.name,
                industry=programme.industry,
                languages=programme.languages,
                greeting=programme.greeting,
                colour=programme.colour,
                allowed_origins=[settings.SHOP_URL],
                at=at + timedelta(days=1),
            )
        self.remember(people.CLIENTS)

    # -- Agents --------------------------------------------------------------------------------

    def welcome(self, person: people.Agent, at: datetime) -> None:
        """Sign one agent up and take them through onboarding as far as their stage says."""
        user = self._register(person, at)
        agent = services.sign_up_agent(user=user, at=at, nickname=person.nickname)
        self.agents[person.key] = agent
        if person.stage == "new":
            return
        services.complete_profile(
            actor=self.actor(person.key),
            agent=agent,
            nickname=person.nickname,
            languages=list(person.languages),
            region=person.region,
            availability={day: [["19:00", "23:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
            at=at + timedelta(minutes=10),
        )
        self._show_documents(person, at + timedelta(minutes=20))
        if person.stage == "waiting":
            return
        check = self.agent(person.key).identity_check
        refused = person.stage == "refused"
        services.decide_identity(
            actor=self.actor("certifier"),
            check=check,
            approve=not refused,
            reason=people.REFUSAL[person.language] if refused else "",
            at=at + timedelta(hours=5),
        )
        with override(person.language):
            for wanted in selectors.texts_to_sign(actor=self.actor(person.key)):
                services.consent(
                    actor=self.actor(person.key), user=user, text=wanted.text, ip=None, at=at + timedelta(hours=6)
                )
        if not refused:
            services.record_equipment_check(
                actor=self.actor(person.key),
                agent=agent,
                browser="Chromium 140",
                round_trip_ms=self.random.randint(20, 120),
                microphone=True,
                at=at + timedelta(hours=6, minutes=10),
            )

    def _show_documents(self, person: people.Agent, at: datetime) -> None:
        kind = DocumentKind.ID_CARD if person.language == "zh-hans" else DocumentKind.PASSPORT
        for side in kind.sides:
            services.upload_identity_document(
                actor=self.actor(person.key),
                agent=self.agent(person.key),
                side=side,
                file=specimen(person, side),
                at=at,
            )
        services.submit_identity(
            actor=self.actor(person.key),
            agent=self.agent(person.key),
            legal_name=person.name,
            document_kind=kind,
            at=at + timedelta(minutes=1),
        )

    def gather_teams(self, at: datetime) -> None:
        """Form the teams; the first member leads."""
        for name, region, about, members in people.TEAMS:
            team = services.create_team(actor=self.actor("operator"), name=name, region=region, about=about, at=at)
            for n, key in enumerate(members):
                role = TeamRole.MEMBER if n else TeamRole.LEAD
                services.join_team(actor=self.actor("operator"), team=team, agent=self.agent(key), role=role, at=at)


def specimen(person: people.Agent, side: str) -> io.BytesIO:
    """A picture that stands for a document and could never be taken for a real one."""
    picture = Image.new("RGB", (640, 400), "#dfe9e6")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((20, 20, 620, 380), outline="#0f766e", width=4)
    draw.text((50, 50), f"SPECIMEN - {side}", fill="#16211f", font_size=36)
    draw.text((50, 130), f"demo agent: {person.key}", fill="#16211f", font_size=28)
    draw.ellipse((440, 140, 580, 320), fill="#b7cdc7", outline="#0f766e")
    for n in range(4):
        draw.line((50, 220 + 30 * n, 380, 220 + 30 * n), fill="#8aa39c", width=6)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    out.seek(0)
    return out
