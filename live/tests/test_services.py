"""The life of a conversation through the services, with exact rows."""

from dataclasses import replace

import pytest

from accounts.actors import PLATFORM
from accounts.states import StaffRole
from accounts.tests.factories import client_actor, staff_actor
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry
from live import selectors, services
from live.errors import AlreadyOpen, ClientMessageIdUsed, ConversationEnded, NotActive, OfferGone, StaleEpoch
from live.models import AgentPresence, Conversation, Message, Offer, ProgrammeRules, RoutingDecision, Segment
from live.selectors.routing import decision_for
from live.tests.factories import (
    AT,
    CustomerFactory,
    active,
    closed,
    customer_actor,
    floor,
    later,
    start,
)

pytestmark = pytest.mark.django_db


def say(actor, conversation, text="Hello", key="message-1", epoch=None, at=AT):
    return services.send_message(
        actor=actor, conversation=conversation, client_msg_id=key, text=text, epoch=epoch, at=at
    )


def presence(agent):
    return AgentPresence.objects.get(agent=agent)


# -- The whole way ---------------------------------------------------------------------------------


def test_served_from_first_word_to_close():
    made = floor()
    conversation = closed(made)
    assert (conversation.state, conversation.epoch, conversation.last_seq) == ("closed", 2, 4)
    said = Message.objects.filter(conversation=conversation).order_by("seq")
    assert list(said.values_list("seq", "author", "epoch", "body")) == [
        (1, "customer", 0, "Where is my parcel?"),
        (2, "system", 1, f"{made.agents[0].nickname} has joined the conversation."),
        (3, "agent", 1, "It leaves today."),
        (4, "system", 1, f"{made.agents[0].nickname} has ended the conversation."),
    ]
    segment = Segment.objects.get(conversation=conversation)
    assert (segment.claim_id, segment.from_seq, segment.to_seq, segment.ended_how, segment.wrap_up_code) == (
        made.claims[0].pk,
        2,
        4,
        "agent",
        "resolved",
    )
    assert selectors.accepted_units(made.claims[0].pk) == 1
    audited = AuditEntry.objects.get(stream__name=f"live.{made.agents[0].public_id}")
    assert (audited.action, audited.subject) == ("live.accept_offer", conversation.public_id)


# -- Messages --------------------------------------------------------------------------------------


def test_a_repeated_message_is_the_first_one():
    conversation = active(floor())
    customer = customer_actor(conversation.customer)
    first, again = say(customer, conversation), say(customer, conversation, at=later(minutes=1))
    assert (first.seq, first.is_new, again.seq, again.is_new, again.at) == (3, True, 3, False, AT)
    with pytest.raises(ClientMessageIdUsed):
        say(customer, conversation, "Something else")


def test_both_sides_may_use_the_same_id():
    made = floor()
    conversation = active(made)
    assert say(customer_actor(conversation.customer), conversation).seq == 3
    assert say(made.actors[0], conversation, epoch=1).seq == 4


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001, None, 7, "\x00"])
def test_text_is_checked(text):
    conversation = active(floor())
    with pytest.raises(Invalid) as refused:
        say(customer_actor(conversation.customer), conversation, text)
    assert list(refused.value.fields) == ["text"]


@pytest.mark.parametrize("key", ["short", "x" * 65, "", None, "line\nbreak"])
def test_client_msg_id_is_checked(key):
    conversation = active(floor())
    with pytest.raises(Invalid):
        say(customer_actor(conversation.customer), conversation, key=key)


def test_personal_numbers_are_masked_and_sealed():
    made = floor()
    conversation = active(made)
    stored = say(customer_actor(conversation.customer), conversation, "I am on 13812345678")
    assert (stored.body, stored.is_masked) == ("I am on 138****5678", True)
    organisation = conversation.programme.organisation
    opened = services.open_sealed_text(
        actor=client_actor(organisation), conversation=conversation, seq=stored.seq, reason="Call back", at=AT
    )
    assert opened == "I am on 13812345678"
    entry = AuditEntry.objects.get(action="live.open_sealed_text")
    assert (entry.subject, entry.data) == (conversation.public_id, {"seq": 3, "reason": "Call back"})
    for actor in (made.actors[0], staff_actor(StaffRole.REVIEWER), client_actor(floor().programme.organisation)):
        with pytest.raises(NotAllowed):
            services.open_sealed_text(actor=actor, conversation=conversation, seq=stored.seq, reason="Curious", at=AT)


def test_strangers_write_nothing():
    conversation = active(floor())
    other = floor()
    with pytest.raises(NotFound):
        say(customer_actor(CustomerFactory(programme=conversation.programme)), conversation)
    with pytest.raises(NotFound):
        say(other.actors[0], conversation, epoch=1)
    with pytest.raises(NotAllowed):
        say(client_actor(conversation.programme.organisation), conversation, epoch=1)
    assert Message.objects.count() == 2


def test_a_stale_epoch_writes_nothing():
    made = floor()
    conversation = active(made)
    with pytest.raises(StaleEpoch):
        say(made.actors[0], conversation, epoch=0)
    with pytest.raises(StaleEpoch):
        say(made.actors[0], conversation, epoch=None)


@pytest.mark.parametrize("what", ["suspended_at", "is_active", "onboarded_at"])
def test_rights_are_read_from_the_rows_at_every_write(what):
    made = floor()
    conversation = active(made)
    agent = made.agents[0]
    if what == "is_active":
        type(agent.user).objects.filter(pk=agent.user_id).update(is_active=False)
    else:
        changes = {"suspended_at": AT, "suspended_reason": "x"} if what == "suspended_at" else {what: None}
        type(agent).objects.filter(pk=agent.pk).update(**changes)
    with pytest.raises(NotAllowed):
        say(made.actors[0], conversation, epoch=1)  # the actor still says all is well


def test_one_message_costs_one_statement(django_assert_num_queries):
    made = floor()
    conversation = active(made)
    with django_assert_num_queries(3):  # savepoint, statement, release
        say(made.actors[0], conversation, epoch=1)


# -- Starting --------------------------------------------------------------------------------------


def test_start_is_repeatable_and_one_at_a_time():
    made = floor(0)
    conversation = start(made.programme)
    customer = customer_actor(conversation.customer)
    again, stored = services.start_conversation(
        actor=customer, client_msg_id=conversation.start_key, text="Where is my parcel?", at=AT
    )
    assert (again.pk, stored.seq, stored.is_new) == (conversation.pk, 1, False)
    with pytest.raises(AlreadyOpen) as refused:
        services.start_conversation(actor=customer, client_msg_id="another-start", text="Hi", at=AT)
    assert refused.value.detail == {"conversation": conversation.public_id}


def test_form_is_checked_and_masked():
    customer = CustomerFactory()
    conversation, _stored = services.start_conversation(
        actor=customer_actor(customer),
        client_msg_id="start-form",
        text="Hi",
        form={"name": "Li", "phone": "13812345678"},
        at=AT,
    )
    assert conversation.form == {"name": "Li", "phone": "138****5678"}
    customer.refresh_from_db()
    assert customer.display_name == "Li"
    for form in ({str(n): "x" for n in range(21)}, {"a": "x" * 501}, {"a": 1}, {"n" * 41: "x"}):
        with pytest.raises(Invalid):
            services.start_conversation(
                actor=customer_actor(CustomerFactory()), client_msg_id="start-form", text="Hi", form=form, at=AT
            )


def test_position_counts_those_before():
    made = floor(0)
    waiting = [start(made.programme, at=later(seconds=n)) for n in range(3)]
    start(floor(0).programme)
    assert [selectors.queue_position(c) for c in waiting] == [1, 2, 3]


# -- Offers ----------------------------------------------------------------------------------------


def test_the_longest_idle_is_asked_and_told_why():
    made = floor(3)
    AgentPresence.objects.filter(agent=made.agents[2]).update(status="break")
    conversation = start(made.programme)
    services.assign_waiting(programme_id=made.programme.pk, at=AT)
    offer = Offer.objects.get()
    assert (offer.agent_id, offer.claim_id) == (made.agents[0].pk, made.claims[0].pk)
    why = selectors.why_me(made.actors[0], decision_for(made.actors[0], conversation))
    assert (why["eligible"], why["refused"], why["policy"]) == (2, {"not_available": 1}, "longest_idle")
    assert why["you"] == {"eligible": True, "rank": 1, "idle_seconds": 599, "load": 0, "times_offered": 0}
    with pytest.raises(NotFound):
        decision_for(made.actors[1], conversation)


@pytest.mark.slow
def test_a_missed_offer_goes_to_the_next_and_three_make_a_break(django_capture_on_commit_callbacks):
    made = floor(2)
    start(made.programme)
    services.assign_waiting(programme_id=made.programme.pk, at=AT)
    asked = []
    for n in range(5):
        offer = Offer.objects.get(state="open")
        asked.append(made.agents.index(offer.agent) if offer.agent in made.agents else None)
        at = later(seconds=20 * (n + 1))
        AgentPresence.objects.update(last_seen_at=at)
        with django_capture_on_commit_callbacks(execute=True):
            assert services.expire_offers(at=at) == 1
    assert asked == [0, 1, 0, 1, 0]
    assert (presence(made.agents[0]).status, presence(made.agents[0]).reason) == ("break", "missed_offers")
    assert (presence(made.agents[1]).status, presence(made.agents[1]).missed_offers) == ("available", 2)


def test_an_offer_ends_on_the_second():
    made = floor()
    start(made.programme)
    services.assign_waiting(programme_id=made.programme.pk, at=AT)
    offer = Offer.objects.get()
    assert services.expire_offer(offer=offer, at=later(seconds=19.9)) is False
    with pytest.raises(OfferGone):
        services.accept_offer(actor=made.actors[0], offer=offer, at=later(seconds=20))
    assert services.expire_offer(offer=offer, at=later(seconds=20)) is True
    assert services.expire_offer(offer=offer, at=later(seconds=20)) is False


def test_only_the_asked_agent_answers():
    made = floor(2)
    start(made.programme)
    services.assign_waiting(programme_id=made.programme.pk, at=AT)
    for service in (services.accept_offer, services.decline_offer):
        with pytest.raises(NotFound):
            service(actor=made.actors[1], offer=Offer.objects.get(), at=AT)


def test_who_declines_is_not_asked_again_for_a_minute(django_capture_on_commit_callbacks):
    made = floor()
    start(made.programme)
    services.assign_waiting(programme_id=made.programme.pk, at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        services.decline_offer(actor=made.actors[0], offer=Offer.objects.get(), at=AT)
    assert not Offer.objects.filter(state="open").exists()
    AgentPresence.objects.update(last_seen_at=later(seconds=60))
    assert services.assign_all_waiting(at=later(seconds=59)) == 0
    assert services.assign_all_waiting(at=later(seconds=60)) == 1


def test_places_are_the_programmes(django_capture_on_commit_callbacks):
    made = floor()
    ProgrammeRules.objects.create(programme=made.programme, chats_at_once=1, offer_seconds=45)
    start(made.programme), start(made.programme)
    services.assign_waiting(programme_id=made.programme.pk, at=AT)
    offer = Offer.objects.get()
    assert (offer.expires_at - offer.created_at).total_seconds() == 45


def test_language_is_a_hard_predicate():
    made = floor()
    type(made.agents[0]).objects.update(languages=["zh-hans"])
    start(made.programme)
    assert services.assign_all_waiting(at=AT) == 0
    assert not RoutingDecision.objects.exists()


def test_a_freed_place_takes_the_next_at_once(django_capture_on_commit_callbacks):
    made = floor()
    ProgrammeRules.objects.create(programme=made.programme, chats_at_once=1)
    first = active(made)
    second = start(made.programme)
    assert services.assign_all_waiting(at=AT) == 0
    with django_capture_on_commit_callbacks(execute=True):
        services.close_conversation(
            actor=made.actors[0], conversation=first, epoch=1, wrap_up_code="resolved", at=later(seconds=9)
        )
    assert Offer.objects.get(state="open").conversation_id == second.pk


# -- Presence and drops ----------------------------------------------------------------------------


def test_an_agent_who_drops_has_thirty_seconds(django_capture_on_commit_callbacks):
    made = floor(2)
    conversation = active(made)
    AgentPresence.objects.filter(agent=made.agents[1]).update(last_seen_at=later(seconds=31))
    assert services.requeue_dropped(at=later(seconds=30)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert services.requeue_dropped(at=later(seconds=31)) == 1
    conversation.refresh_from_db()
    assert (conversation.state, conversation.epoch, conversation.queued_at) == ("offered", 2, AT)
    assert Segment.objects.get(conversation=conversation).ended_how == "dropped"
    assert (presence(made.agents[0]).status, presence(made.agents[0]).reason) == ("away", "dropped")
    assert Offer.objects.get(state="open").agent_id == made.agents[1].pk
    with pytest.raises(StaleEpoch):
        say(made.actors[0], conversation, epoch=1)
    assert selectors.accepted_units(made.claims[0].pk) == 0


def test_an_agent_who_comes_back_is_available_again():
    made = floor()
    services.requeue_dropped(at=later(seconds=31))
    assert services.heartbeat(actor=made.actors[0], at=later(seconds=40)) is True
    assert (presence(made.agents[0]).status, presence(made.agents[0]).idle_since) == ("available", later(seconds=40))


def test_a_break_passes_open_offers_on_and_keeps_conversations():
    made = floor(2)
    conversation = active(made)
    start(made.programme)
    AgentPresence.objects.filter(agent=made.agents[1]).update(status="break")
    services.assign_waiting(programme_id=made.programme.pk, at=AT)
    services.set_presence(actor=made.actors[0], status="break", at=AT)
    assert not Offer.objects.filter(state="open").exists()
    conversation.refresh_from_db()
    assert conversation.agent_id == made.agents[0].pk
    with pytest.raises(Invalid):
        services.set_presence(actor=made.actors[0], status="away", at=AT)
    with pytest.raises(NotAllowed):
        services.set_presence(actor=replace(made.actors[0], is_suspended=True), status="break", at=AT)


# -- Endings ---------------------------------------------------------------------------------------


def test_wrap_up_ends_the_talk_and_close_the_work():
    made = floor()
    conversation = active(made)
    for _ in range(2):
        services.begin_wrap_up(actor=made.actors[0], conversation=conversation, epoch=1, at=AT)
    with pytest.raises(ConversationEnded):
        say(customer_actor(conversation.customer), conversation)
    with pytest.raises(NotActive):
        say(made.actors[0], conversation, epoch=1)
    for code in ("abuse", "overdue", "nonsense", ""):
        with pytest.raises(Invalid):
            services.close_conversation(
                actor=made.actors[0], conversation=conversation, epoch=1, wrap_up_code=code, at=AT
            )
    for _ in range(2):
        services.close_conversation(
            actor=made.actors[0], conversation=conversation, epoch=1, wrap_up_code="follow_up", note="Tuesday", at=AT
        )
    segment = Segment.objects.get()
    assert (segment.wrap_up_code, segment.note, segment.ended_how) == ("follow_up", "Tuesday", "agent")
    assert Conversation.objects.get().version == conversation.version + 2


def test_customer_ends_while_served_and_it_still_counts():
    made = floor()
    conversation = active(made)
    customer = customer_actor(conversation.customer)
    for _ in range(2):
        services.end_by_customer(actor=customer, conversation=conversation, at=AT)
    services.close_conversation(
        actor=made.actors[0], conversation=conversation, epoch=1, wrap_up_code="resolved", at=AT
    )
    assert Segment.objects.get().ended_how == "customer"
    assert selectors.accepted_units(made.claims[0].pk) == 1


def test_customer_ends_while_waiting_and_the_offer_is_withdrawn():
    made = floor()
    conversation = start(made.programme)
    services.assign_waiting(programme_id=made.programme.pk, at=AT)
    services.end_by_customer(actor=customer_actor(conversation.customer), conversation=conversation, at=AT)
    conversation.refresh_from_db()
    assert (conversation.state, Offer.objects.get().state) == ("abandoned", "withdrawn")


def test_abuse_closes_at_once_is_paid_and_audited():
    made = floor()
    conversation = active(made)
    with pytest.raises(Invalid):
        services.end_for_abuse(actor=made.actors[0], conversation=conversation, epoch=1, note=" ", at=AT)
    services.end_for_abuse(actor=made.actors[0], conversation=conversation, epoch=1, note="Insults", at=AT)
    segment = Segment.objects.get()
    assert (segment.ended_how, segment.wrap_up_code) == ("abuse", "abuse")
    assert selectors.accepted_units(made.claims[0].pk) == 1
    assert AuditEntry.objects.get(action="live.end_for_abuse").subject == conversation.public_id


def test_nobody_waits_for_somebody_who_left():
    made = floor()
    waiting, served = start(floor(0).programme), active(made)
    assert services.end_left(at=later(seconds=120)) == 0
    assert services.end_left(at=later(seconds=121)) == 1
    waiting.refresh_from_db()
    assert waiting.state == "abandoned"
    assert services.end_left(at=later(seconds=601)) == 1
    served.refresh_from_db()
    assert (served.state, Segment.objects.get().ended_how) == ("wrap_up", "customer_left")


def test_what_is_never_wrapped_up_closes_without_pay():
    made = floor()
    conversation = active(made)
    services.begin_wrap_up(actor=made.actors[0], conversation=conversation, epoch=1, at=AT)
    assert services.close_overdue_wrap_ups(at=later(seconds=599)) == 0
    assert services.close_overdue_wrap_ups(at=later(seconds=600)) == 1
    assert Segment.objects.get().wrap_up_code == "overdue"
    assert selectors.accepted_units(made.claims[0].pk) == 0


# -- Deadlines and marks ---------------------------------------------------------------------------


def test_replies_fall_due_and_are_warned_of_once():
    made = floor()
    conversation = active(made)
    assert conversation.reply_due_at == later(seconds=180)
    assert services.warn_overdue_replies(at=later(seconds=179)) == 0
    assert services.warn_overdue_replies(at=later(seconds=180)) == 1
    assert services.warn_overdue_replies(at=later(seconds=200)) == 0
    say(made.actors[0], conversation, epoch=1, at=later(seconds=210))
    conversation.refresh_from_db()
    assert (conversation.first_replied_at, conversation.reply_due_at, conversation.reply_overdue_at) == (
        later(seconds=210),
        None,
        None,
    )
    customer = customer_actor(conversation.customer)
    say(customer, conversation, key="question-1", at=later(seconds=220))
    again = say(customer, conversation, key="question-2", at=later(seconds=300))
    assert (again.reply_since, again.reply_due_at) == (later(seconds=220), later(seconds=400))


def test_marks_only_go_forward_and_only_for_the_two_sides():
    made = floor()
    conversation = active(made)
    customer = customer_actor(conversation.customer)
    assert services.mark_read(actor=customer, conversation=conversation, seq=2, at=AT) is True
    assert services.mark_read(actor=customer, conversation=conversation, seq=1, at=AT) is False
    assert services.mark_read(actor=made.actors[0], conversation=conversation, seq=99, at=AT) is False
    assert services.mark_delivered(actor=floor().actors[0], conversation=conversation, seq=2, at=AT) is False
    assert services.mark_read(actor=PLATFORM, conversation=conversation, seq=2, at=AT) is False
    conversation.refresh_from_db()
    marks = (conversation.customer_read_seq, conversation.customer_delivered_seq, conversation.agent_read_seq)
    assert marks == (2, 2, 0)


# -- Reading ---------------------------------------------------------------------------------------


def test_an_agent_reads_up_to_the_end_of_their_part():
    made = floor(2)
    conversation = active(made)
    services.take_from_agent(agent_id=made.agents[0].pk, how="dropped", at=AT)
    say(customer_actor(conversation.customer), conversation, "Anybody?")
    read = selectors.transcript(made.actors[0], conversation)
    assert [m.seq for m in read.messages] == [1, 2, 3]
    with pytest.raises(NotFound):
        selectors.transcript(made.actors[1], conversation)
    assert [m.text for m in selectors.messages_of(conversation.pk)][-1] == "Anybody?"
