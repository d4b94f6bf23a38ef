"""Routing offers nothing to who no longer meets what the task asks; what they are serving they finish."""

from datetime import timedelta

import pytest

from accounts.errors import Suspended
from accounts.services import suspend_agent
from accounts.states import AgreementKind, StaffRole
from accounts.tests.factories import agent_actor, legal_text, staff_actor
from certification.services import decay_skills, revoke_certificate
from certification.tests.factories import SkillTagFactory, StandardFactory, give_certificate, give_skill
from core import clock
from core.events import deliver_due
from live import services
from live.models import Offer, RoutingDecision
from live.states import ConversationState
from live.tests.factories import AT, active, floor, later, start
from tasks.errors import NoLongerEligible
from tasks.models import Task

pytestmark = pytest.mark.django_db
BEFORE = AT - timedelta(days=1)


def demanding(made, *predicates):
    Task.objects.filter(pk=made.block.task_id).update(requirement={"any": [{"all": list(predicates)}]})
    return made


@pytest.fixture
def certified():
    """Two agents, both certified; the task asks for it. The first has been idle longest."""
    made = demanding(floor(2), {"subject": "certificate.retail", "op": "exists"})
    standard = StandardFactory(slug="retail")
    made.held = [give_certificate(agent, standard, at=BEFORE) for agent in made.agents]
    return made


def revoke(certificate, at=AT):
    revoke_certificate(actor=staff_actor(StaffRole.CERTIFIER), at=at, certificate=certificate, reason="Cheated.")


def offer_to(made, at=AT):
    services.assign_waiting(programme_id=made.programme.pk, at=at)
    return Offer.objects.filter(state="open").order_by("-pk").first()


def test_the_uncertified_are_passed_over_and_the_decision_says_why(certified):
    revoke(certified.held[0])
    start(certified.programme)
    assert offer_to(certified).agent_id == certified.agents[1].pk
    assert RoutingDecision.objects.get().refused == {str(certified.agents[0].pk): "not_eligible"}


def test_nobody_left_means_the_customer_waits(certified):
    for held in certified.held:
        revoke(held)
    conversation = start(certified.programme)
    assert offer_to(certified) is None
    conversation.refresh_from_db()
    assert conversation.state == ConversationState.QUEUED


def test_a_certificate_that_runs_out_in_the_block_ends_the_offers():
    made = demanding(floor(), {"subject": "certificate.retail", "op": "exists"})
    standard = StandardFactory(slug="retail", valid_days=1)
    give_certificate(made.agents[0], standard, at=later(seconds=20) - timedelta(days=1))
    start(made.programme)
    assert offer_to(made, at=later(seconds=19)) is not None
    start(made.programme)
    assert services.assign_waiting(programme_id=made.programme.pk, at=later(seconds=20)) == []


def test_a_faded_skill_and_a_superseded_agreement_end_the_offers():
    made = demanding(
        floor(2), {"subject": "skill.refunds", "op": "gte", "value": 60}, {"subject": "consent.nda", "op": "exists"}
    )
    tag = SkillTagFactory(slug="refunds")
    for agent in made.agents:
        give_skill(agent, tag, 60, at=AT - timedelta(days=97 if agent == made.agents[0] else 1))
    decay_skills(at=AT)
    start(made.programme)
    offer = offer_to(made)
    assert offer.agent_id == made.agents[1].pk
    legal_text(AgreementKind.NDA, version=2)
    with pytest.raises(NoLongerEligible):
        services.accept_offer(actor=made.actors[1], offer=offer, at=AT)
    assert offer_to(made) is None


def test_an_open_offer_goes_on_when_the_certificate_is_revoked(certified):
    start(certified.programme)
    first = offer_to(certified)
    revoke(certified.held[0])
    deliver_due(at=clock.now() + timedelta(seconds=1))
    first.refresh_from_db()
    assert first.state == "withdrawn"


def test_accepting_on_a_revoked_certificate_is_refused_and_the_offer_goes_on(certified):
    conversation = start(certified.programme)
    first = offer_to(certified)
    revoke(certified.held[0])
    with pytest.raises(NoLongerEligible) as refused:
        services.accept_offer(actor=certified.actors[0], offer=first, at=AT)
    assert refused.value.detail["groups"][0][0]["subject"] == "certificate.retail"
    conversation.refresh_from_db()
    assert (conversation.state, conversation.agent_id) == (ConversationState.QUEUED, None)
    assert offer_to(certified).agent_id == certified.agents[1].pk


def test_what_is_served_already_is_finished(certified):
    conversation = active(certified)
    actor = certified.actors[0]
    assert conversation.agent_id == actor.agent_id
    revoke(certified.held[0])
    deliver_due(at=clock.now() + timedelta(seconds=1))
    services.send_message(
        actor=actor,
        conversation=conversation,
        client_msg_id="reply-0001",
        text="Today.",
        epoch=conversation.epoch,
        at=AT,
    )
    closed = services.close_conversation(
        actor=actor, conversation=conversation, epoch=conversation.epoch, wrap_up_code="resolved", at=AT
    )
    assert closed.state == ConversationState.CLOSED


def test_a_suspension_takes_what_is_served_and_refuses_what_was_offered(certified):
    conversation = active(certified)
    stale = certified.actors[0]
    suspend_agent(actor=staff_actor(StaffRole.OPERATOR), agent=certified.agents[0], reason="Rude.", at=AT)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.agent_id) == (ConversationState.QUEUED, None)
    offer = offer_to(certified)
    assert offer.agent_id == certified.agents[1].pk
    Offer.objects.filter(pk=offer.pk).update(agent=certified.agents[0], claim=certified.claims[0])
    for actor in (stale, agent_actor(certified.agents[0])):
        with pytest.raises(Suspended):
            services.accept_offer(actor=actor, offer=offer, at=AT)
