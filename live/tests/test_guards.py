"""What the database refuses by itself, whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction

from live import services
from live.models import Conversation, Message, Offer, RoutingDecision, Segment
from live.tests.factories import AT, active, closed, floor, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation():
    return active(floor())


def insert(conversation, **changes):
    values = {
        "conversation": conversation,
        "seq": conversation.last_seq,
        "epoch": conversation.epoch,
        "author": "agent",
        "agent_id": conversation.agent_id,
        "client_msg_id": "by-hand-1",
        "body": "x",
        "at": AT,
    } | changes
    return Message.objects.create(**values)


def refused(work, name):
    with pytest.raises(Exception, match=name) as caught, transaction.atomic():
        work()
    return caught.value


def test_message_needs_the_newest_number(conversation):
    refused(lambda: insert(conversation, seq=conversation.last_seq + 1), "is not the newest")
    refused(lambda: insert(conversation, seq=1), "is not the newest")


def test_message_of_another_epoch_is_refused(conversation):
    refused(lambda: insert(conversation, epoch=0), "may not write into conversation")
    refused(lambda: insert(conversation, epoch=2), "may not write into conversation")


def test_message_of_somebody_else_is_refused(conversation):
    stranger = floor().agents[0]
    refused(lambda: insert(conversation, agent_id=stranger.pk), "may not write into conversation")


def test_nobody_writes_into_an_ended_conversation():
    conversation = closed(floor())
    refused(lambda: insert(conversation, author="customer", agent_id=None), "may not write into conversation")
    refused(lambda: insert(conversation), "may not write into conversation")


def test_agent_message_needs_its_agent(conversation):
    Conversation.objects.filter(pk=conversation.pk).update(last_seq=conversation.last_seq + 1)
    conversation.refresh_from_db()
    refused(lambda: insert(conversation, author="customer"), "message_agent_named")
    insert(conversation)  # the deferred check is satisfied again


def test_numbers_go_up_by_one(conversation):
    rows = Conversation.objects.filter(pk=conversation.pk)
    refused(lambda: rows.update(last_seq=conversation.last_seq + 2), "cannot go from 2 to 4")
    refused(lambda: rows.update(last_seq=1), "cannot go from 2 to 1")


def test_a_number_without_its_message_does_not_commit(conversation):
    def bump():
        Conversation.objects.filter(pk=conversation.pk).update(last_seq=conversation.last_seq + 1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    refused(bump, "has no message 3")


def test_messages_stay_as_they_are(conversation):
    rows = Message.objects.filter(conversation=conversation)
    refused(lambda: rows.update(body="changed"), "said_for_good")
    refused(lambda: rows.exclude(code="").update(seq=99), "said_for_good")
    refused(rows.delete, "append_only")


def test_one_client_msg_id_a_side(conversation):
    services.send_message(
        actor=_agent(conversation), conversation=conversation, client_msg_id="the-first", text="1", epoch=1, at=AT
    )
    Conversation.objects.filter(pk=conversation.pk).update(last_seq=4)
    conversation.refresh_from_db()
    refused(lambda: insert(conversation, client_msg_id="the-first"), "message_stored_once")
    insert(conversation)


def _agent(conversation):
    from accounts.tests.factories import actors_of

    return actors_of([conversation.agent])[0]


def test_epoch_follows_the_owner(conversation):
    rows = Conversation.objects.filter(pk=conversation.pk)
    refused(lambda: rows.update(epoch=2), "does not follow the owner")
    other = floor().agents[0]
    refused(lambda: rows.update(agent_id=other.pk), "does not follow the owner")


def test_owned_exactly_when_active(conversation):
    waiting = start(floor(0).programme)
    rows = Conversation.objects.filter(pk=waiting.pk)
    values = {"agent_id": conversation.agent_id, "claim_id": conversation.claim_id, "epoch": 1}
    refused(lambda: rows.update(**values), "conversation_owned_or_not")


def test_states_move_along_the_table(conversation):
    refused(lambda: Conversation.objects.filter(pk=conversation.pk).update(state="abandoned"), "Invalid transition")
    refused(lambda: Conversation.objects.filter(pk=conversation.pk).update(state="nonsense"), "Invalid|known")


def test_one_open_segment_a_conversation(conversation):
    segment = Segment.objects.get(conversation=conversation)
    values = {
        "conversation": conversation,
        "agent_id": segment.agent_id,
        "claim_id": segment.claim_id,
        "from_seq": 1,
        "started_at": AT,
    }
    assert isinstance(refused(lambda: Segment.objects.create(epoch=7, **values), "segment_one_owner"), IntegrityError)
    refused(lambda: Segment.objects.create(epoch=1, ended_at=AT, **values), "segment_")


def test_a_segment_of_a_lost_epoch_takes_no_wrap_up_code():
    made = floor(2)
    conversation = active(made)
    services.take_from_agent(agent_id=conversation.agent_id, how="dropped", at=AT)
    rows = Segment.objects.filter(conversation=conversation, epoch=1)
    refused(lambda: rows.update(wrap_up_code="resolved"), "is over")


def test_one_open_offer_a_conversation():
    made = floor(2)
    conversation = start(made.programme)
    services.assign_waiting(programme_id=made.programme.pk, at=AT)
    offer = Offer.objects.get()
    decision = RoutingDecision.objects.create(
        conversation=conversation,
        agent=made.agents[1],
        at=AT,
        policy="x",
        policy_version=1,
        seed=1,
        eligible=[],
        refused={},
    )
    values = {"conversation": conversation, "agent": made.agents[1], "claim": made.claims[1], "decision": decision}
    refused(lambda: Offer.objects.create(created_at=AT, expires_at=offer.expires_at, **values), "offer_one_open")


def test_one_open_conversation_a_customer():
    conversation = start(floor(0).programme)
    values = {
        "programme": conversation.programme,
        "customer": conversation.customer,
        "language": "en",
        "started_at": AT,
        "customer_seen_at": AT,
    }
    refused(lambda: Conversation.objects.create(start_key="another", **values), "conversation_open_once_a_customer")


def test_marks_stay_within_what_was_said(conversation):
    rows = Conversation.objects.filter(pk=conversation.pk)
    refused(lambda: rows.update(customer_read_seq=99), "conversation_marks_within")
