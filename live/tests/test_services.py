"""The life of a conversation through the services, with exact rows."""

import pytest

from live.models import Message, Segment
from live.tests.factories import closed, floor

pytestmark = pytest.mark.django_db


def test_served_from_first_word_to_close():
    made = floor()
    conversation = closed(made)
    assert (conversation.state, conversation.epoch, conversation.last_seq) == ("closed", 2, 4)
    said = (
        Message.objects.filter(conversation=conversation).order_by("seq").values_list("seq", "author", "epoch", "body")
    )
    assert list(said) == [
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
