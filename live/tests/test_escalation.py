"""Handing a conversation to an expert: who is asked, who is told, and what the database holds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AgentProfile
from accounts.states import ClientRole
from accounts.tests.factories import client_actor
from certification.tests.factories import SkillTagFactory, give_skill
from core.errors import DomainError, Invalid, NotAllowed, NotFound
from core.models import AuditEntry
from live import selectors, services
from live.errors import NotActive, StaleEpoch
from live.logic.rules import RULES
from live.models import AgentPresence, Conversation, Escalation, Message, Offer, ProgrammeRules, Segment
from live.selectors.feed import head_of, open_offers
from live.states import EndedHow, EscalationReason
from live.tests.factories import AT, Floor, active, customer_actor, floor, later, start

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOTE = "The boiler shows E5; call me on 13800138000."


def actor_of(made: Floor, agent_id: int | None):  # type: ignore[no-untyped-def]
    return next(actor for actor in made.actors if actor.agent_id == agent_id)


def hand_on(made: Floor, talk: Conversation, *, at: datetime = AT, note: str = NOTE) -> Conversation:
    return services.escalate(
        actor=actor_of(made, talk.agent_id), conversation=talk, epoch=talk.epoch,
        reason=EscalationReason.KNOWLEDGE, note=note, at=at,
    )  # fmt: skip


def asked(made: Floor, talk: Conversation, at: datetime) -> AgentProfile | None:
    """Who is asked next, everybody still there."""
    AgentPresence.objects.exclude(status="away").update(last_seen_at=at)
    services.assign_waiting(programme_id=made.programme.pk, at=at)
    offer = Offer.objects.filter(conversation=talk, state="open").select_related("agent").first()
    return offer.agent if offer else None


def need(made: Floor, *experts: AgentProfile) -> None:
    """The programme's experts are those with 70 in a skill, and these have it."""
    tag = SkillTagFactory()
    for agent in experts:
        give_skill(agent, tag, 70, at=AT - timedelta(days=1))
    requirement = {"any": [{"all": [{"subject": f"skill.{tag.slug}", "op": "gte", "value": 70}]}]}
    ProgrammeRules.objects.create(programme=made.programme, expert_requirement=requirement)


def test_it_waits_at_its_old_place_with_its_history_and_the_next_agent_reads_why():
    made = floor(2)
    talk = active(made)
    first = talk.agent_id
    row = hand_on(made, talk, at=later(minutes=1))
    assert (row.state, row.agent_id, row.epoch, row.queued_at) == ("queued", None, talk.epoch + 1, talk.queued_at)
    segment = Segment.objects.get()
    assert (segment.ended_how, segment.ended_at, segment.wrap_up_code) == ("escalated", later(minutes=1), "")
    assert "13800138000" not in segment.escalation.note
    assert Message.objects.filter(conversation=talk).latest("seq").code == "escalated"
    assert AuditEntry.objects.get(action="live.escalate").subject == talk.public_id
    assert selectors.accepted_units(segment.claim_id) == 0
    second = asked(made, talk, later(minutes=1))
    assert second is not None
    assert second.pk != first
    view = open_offers(second.pk)[0]
    assert view.escalation == segment.escalation
    services.accept_offer(actor=actor_of(made, second.pk), offer=view.offer, at=later(minutes=1))
    head = head_of(actor_of(made, second.pk), talk.pk)
    assert head is not None
    assert head.escalation == segment.escalation
    mine = head_of(customer_actor(talk.customer), talk.pk)
    assert mine is not None
    assert mine.escalation is None


def test_experts_are_asked_first_and_anybody_after_a_minute():
    made = floor(3)
    talk = active(made)
    others = [agent for agent in made.agents if agent.pk != talk.agent_id]
    need(made, others[1])
    hand_on(made, talk)
    assert asked(made, talk, AT) == others[1]
    AgentPresence.objects.filter(agent=others[1]).update(status="away")
    services.withdraw_offers(agent_id=others[1].pk, at=AT)
    assert asked(made, talk, AT + timedelta(seconds=RULES.expert_seconds - 1)) is None
    assert asked(made, talk, AT + timedelta(seconds=RULES.expert_seconds)) == others[0]


def test_it_comes_back_to_who_handed_it_on_only_when_nobody_else_is_there():
    made = floor(2)
    talk = active(made)
    me, other = made.agents if made.agents[0].pk == talk.agent_id else reversed(made.agents)
    ProgrammeRules.objects.create(programme=made.programme, chats_at_once=1)
    busy = active(made)
    assert busy.agent_id == other.pk
    hand_on(made, talk)
    late = AT + timedelta(seconds=RULES.expert_seconds)
    assert asked(made, talk, AT) is None
    assert asked(made, talk, late) is None
    AgentPresence.objects.filter(agent=other).update(status="break")
    assert asked(made, talk, late - timedelta(seconds=1)) is None
    assert asked(made, talk, late) == me


def test_other_conversations_of_the_line_are_not_kept_from_who_handed_one_on():
    made = floor(1)
    talk = active(made)
    hand_on(made, talk)
    waiting = start(made.programme)
    assert asked(made, waiting, AT) == made.agents[0]


@pytest.mark.parametrize(
    ("reason", "note", "field"),
    [("bored", NOTE, "reason"), ("", NOTE, "reason"), ("knowledge", " \x00", "note"), ("safety", "x" * 2001, "note")],
)
def test_a_reason_and_a_note_are_needed(reason, note, field):
    made = floor()
    talk = active(made)
    with pytest.raises(Invalid) as refused:
        services.escalate(actor=made.actors[0], conversation=talk, epoch=talk.epoch, reason=reason, note=note, at=AT)
    assert list(refused.value.fields) == [field]
    assert not Escalation.objects.exists()
    assert Conversation.objects.get().state == "active"


def test_only_the_owner_hands_on_once_and_only_what_is_active():
    made = floor(2)
    talk = active(made)
    stranger = next(actor for actor in made.actors if actor.agent_id != talk.agent_id)
    for actor, epoch, error in ((stranger, talk.epoch, NotFound), (actor_of(made, talk.agent_id), 9, StaleEpoch)):
        with pytest.raises(error):
            services.escalate(actor=actor, conversation=talk, epoch=epoch, reason="safety", note="x", at=AT)
    mine = actor_of(made, talk.agent_id)
    hand_on(made, talk)
    services.escalate(actor=mine, conversation=talk, epoch=talk.epoch, reason="safety", note="again", at=AT)
    assert Escalation.objects.get().reason == "knowledge"
    ended = active(made)
    services.end_by_customer(actor=customer_actor(ended.customer), conversation=ended, at=AT)
    with pytest.raises(NotActive):
        hand_on(made, ended)


def test_the_database_keeps_one_reason_to_one_escalated_segment():
    made = floor(2)
    talk = active(made)
    open_segment = Segment.objects.get()
    with pytest.raises(IntegrityError, match="was not escalated"), transaction.atomic():
        Escalation.objects.create(segment=open_segment, reason="safety", note="x", at=AT)
    with pytest.raises(IntegrityError, match="without a reason"), transaction.atomic():
        end_without_reason(open_segment)
    hand_on(made, talk)
    with pytest.raises(IntegrityError, match="segment_id"), transaction.atomic():
        Escalation.objects.create(segment=open_segment, reason="safety", note="x", at=AT)
    for change in ({"note": "other"}, {"reason": "safety"}):
        with pytest.raises(Exception, match="annot"), transaction.atomic():
            Escalation.objects.update(**change)


def end_without_reason(segment: Segment) -> None:
    Segment.objects.filter(pk=segment.pk).update(ended_how=EndedHow.ESCALATED, ended_at=AT, talk_ended_at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("n", range(5))
def test_handing_on_against_the_customer_ending_against_a_drop_leaves_one_truth(n):
    made = floor(2)
    talk = active(made)
    gone = AT + timedelta(minutes=1)
    customer, barrier = customer_actor(talk.customer), Barrier(3)

    def run(verb):  # type: ignore[no-untyped-def]
        barrier.wait()
        try:
            verb()
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(3) as pool:
        list(
            pool.map(
                run,
                [
                    lambda: hand_on(made, talk, at=gone),
                    lambda: services.end_by_customer(actor=customer, conversation=talk, at=gone),
                    lambda: services.take_from_agent(agent_id=talk.agent_id, how=EndedHow.DROPPED, at=gone),
                ],
            )
        )

    row, segment = Conversation.objects.get(), Segment.objects.get()
    if segment.ended_how in ("escalated", "dropped"):
        # An offer may follow at once; the customer ended it then, or waits.
        assert row.state in ("queued", "offered", "abandoned")
        assert row.agent_id is None
    else:
        assert (segment.ended_how, row.state, row.agent_id) == ("customer", "wrap_up", talk.agent_id)
    assert Escalation.objects.filter(segment=segment).exists() == (segment.ended_how == "escalated")
    assert sorted(Message.objects.values_list("seq", flat=True)) == list(range(1, row.last_seq + 1))


def test_the_client_says_who_is_an_expert_and_it_is_asked_for():
    made = floor(3)
    manager = client_actor(made.programme.organisation, ClientRole.MANAGER)
    tag = SkillTagFactory()
    talk = active(made)
    others = [agent for agent in made.agents if agent.pk != talk.agent_id]
    give_skill(others[1], tag, 70, at=AT - timedelta(days=1))
    services.set_experts(actor=manager, programme=made.programme, skill=tag.slug, score=70, seconds=10, at=AT)
    assert selectors.experts_of(made.programme.pk) == selectors.Experts(tag.slug, 70, 10)
    assert AuditEntry.objects.get(action="live.set_experts").data["seconds"] == 10
    hand_on(made, talk)
    assert asked(made, talk, AT) == others[1]
    services.set_experts(actor=manager, programme=made.programme, skill="", score=70, seconds=None, at=AT)
    assert selectors.experts_of(made.programme.pk) == selectors.Experts("", None, None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"skill": "no-such"}, "skill"),
        ({"score": None}, "score"),
        ({"score": 101}, "score"),
        ({"seconds": 901}, "seconds"),
    ],
)
def test_experts_are_set_with_what_exists(change, field):
    made = floor(0)
    manager = client_actor(made.programme.organisation, ClientRole.MANAGER)
    given = {"skill": SkillTagFactory().slug, "score": 70, "seconds": 60, **change}
    with pytest.raises(Invalid) as refused:
        services.set_experts(actor=manager, programme=made.programme, at=AT, **given)
    assert list(refused.value.fields) == [field]
    assert not ProgrammeRules.objects.exists()


def test_only_owners_and_managers_set_experts():
    made = floor(0)
    given = {"programme": made.programme, "skill": "", "score": None, "seconds": None, "at": AT}
    with pytest.raises(NotAllowed):
        services.set_experts(actor=client_actor(made.programme.organisation, ClientRole.SUPERVISOR), **given)
    with pytest.raises(NotFound):
        services.set_experts(actor=client_actor(floor(0).programme.organisation), **given)
