"""What an agent learns of the customer they are serving: earlier conversations, and what to go by."""

import pytest

from accounts import services as accounts
from accounts.states import ClientRole
from accounts.tests.factories import client_actor
from core.errors import Invalid, NotAllowed, NotFound
from live import selectors, services
from live.models import AgentPresence
from live.tests.factories import again, closed, customer_actor, floor, later
from live.tests.files import upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def served_again(made, customer, minutes):
    """The conversation and its owner, so many minutes later."""
    talk = again(made, customer, at=later(minutes=minutes))
    return talk, next(actor for actor in made.actors if actor.agent_id == talk.agent_id)


def test_the_owner_sees_what_came_before_and_nobody_else_does():
    made = floor(agents=2)
    first = closed(made)
    talk, owner = served_again(made, first.customer, 3)
    other = next(actor for actor in made.actors if actor != owner)
    found = selectors.background(talk.public_id, actor=owner)
    assert [(one.conversation, one.segment.wrap_up_code) for one in found.earlier] == [(first, "resolved")]
    texts = [m.text for m in selectors.earlier_transcript(talk.public_id, first.public_id, actor=owner).messages]
    assert texts[0] == "Where is my parcel?"
    for actor in (other, client_actor(made.programme.organisation, ClientRole.OWNER)):
        with pytest.raises(NotFound):
            selectors.background(talk.public_id, actor=actor)
        with pytest.raises(NotFound):
            selectors.earlier_transcript(talk.public_id, first.public_id, actor=actor)


def test_only_this_customers_conversations_are_earlier_ones():
    made = floor()
    foreign = closed(made)
    AgentPresence.objects.update(last_seen_at=later(minutes=3))
    mine = closed(made, at=later(minutes=3))
    talk, owner = served_again(made, mine.customer, 6)
    assert [one.conversation for one in selectors.background(talk.public_id, actor=owner).earlier] == [mine]
    for public_id in (foreign.public_id, talk.public_id):
        with pytest.raises(NotFound):
            selectors.earlier_transcript(talk.public_id, public_id, actor=owner)


def test_once_it_is_closed_its_owner_learns_nothing_more():
    made = floor()
    first = closed(made)
    talk, owner = served_again(made, first.customer, 3)
    services.close_conversation(
        actor=owner, conversation=talk, epoch=talk.epoch, wrap_up_code="resolved", at=later(minutes=4)
    )
    with pytest.raises(NotFound):
        selectors.background(talk.public_id, actor=owner)


def test_files_of_earlier_conversations_open_while_one_serves_the_customer():
    made = floor(agents=2)
    first = closed(made)
    talk, owner = served_again(made, first.customer, 3)
    file = upload(customer_actor(first.customer), talk, at=later(minutes=3))
    services.send_message(
        actor=customer_actor(first.customer),
        conversation=talk,
        client_msg_id="with-a-file",
        text="",
        attachment=file.public_id,
        at=later(minutes=3),
    )
    services.close_conversation(
        actor=owner, conversation=talk, epoch=talk.epoch, wrap_up_code="resolved", at=later(minutes=4)
    )
    other = next(actor for actor in made.actors if actor != owner)
    with pytest.raises(NotFound):
        selectors.open_attachment(file.public_id, actor=other)
    _talk, next_owner = served_again(made, first.customer, 6)
    selectors.open_attachment(file.public_id, actor=next_owner).content.close()


def test_the_guide_and_the_brief_are_at_hand():
    made = floor()
    manager = client_actor(made.programme.organisation, ClientRole.MANAGER)
    accounts.write_guide(actor=manager, programme=made.programme, guide="## Returns\r\n30 days.", at=later())
    with pytest.raises(Invalid):
        accounts.write_guide(actor=manager, programme=made.programme, guide="x" * 20_001, at=later())
    analyst = client_actor(made.programme.organisation, ClientRole.ANALYST)
    with pytest.raises(NotAllowed):
        accounts.write_guide(actor=analyst, programme=made.programme, guide="", at=later())
    talk, owner = served_again(made, closed(made).customer, 3)
    found = selectors.background(talk.public_id, actor=owner)
    assert (found.guide, found.brief) == ("## Returns\n30 days.", talk.claim.task.brief)
