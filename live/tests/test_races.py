"""Real threads on one conversation, one agent, one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from threading import Barrier, Event
from time import sleep
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Count

from accounts.states import StaffRole
from accounts.tests.factories import staff_actor
from certification.models import Certificate
from certification.services import revoke_certificate
from certification.tests.factories import StandardFactory, give_certificate
from core.errors import DomainError
from live import services
from live.logic.rules import RULES
from live.models import AgentPresence, Attachment, Conversation, Message, Offer, Segment
from live.services import attachments, messages, offers, phrases
from live.states import ConversationState, PresenceStatus
from live.tests.factories import AT, CustomerFactory, active, customer_actor, floor, later, start
from live.tests.files import upload
from tasks.models import Task

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
THREADS = 10


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run all at once; what each returned, or the code it was refused with."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return work()
        except DomainError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_accepts_at_once_end_with_one_owner():
    made = floor()
    for _ in range(3):
        conversation = start(made.programme)
        services.assign_waiting(programme_id=made.programme.pk, at=AT)
        offer = Offer.objects.get(conversation=conversation)
        accept = partial(services.accept_offer, actor=made.actors[0], offer=offer, at=AT)
        said = together(*[accept] * 4)
        assert Counter(str(answer).split(" ")[0] for answer in said) == {
            conversation.public_id: 1,
            "live.offer_gone": 3,
        }
        conversation.refresh_from_db()
        assert (conversation.epoch, conversation.agent_id) == (1, made.agents[0].pk)
        assert Segment.objects.filter(conversation=conversation).count() == 1


def revoke_and_look(certificate: Certificate, offer: Offer, at: datetime) -> bool:
    """Whether the accept had been committed when the revocation had its lock: nothing comes in between."""
    with transaction.atomic():
        actor = staff_actor(StaffRole.CERTIFIER)
        revoke_certificate(actor=actor, at=at, certificate=certificate, reason="Cheated.")
        return Segment.objects.filter(conversation=offer.conversation_id, agent_id=offer.agent_id).exists()


def test_a_revoked_certificate_accepts_nothing_after_it():
    """Whichever comes first is final: accepted before and kept, or refused with the next agent asked."""
    made, standard = floor(2), StandardFactory(slug="retail")
    Task.objects.filter(pk=made.block.task_id).update(
        requirement={"any": [{"all": [{"subject": "certificate.retail", "op": "exists"}]}]}
    )
    for round_number in range(6):
        at = later(seconds=round_number)
        held = {agent.pk: give_certificate(agent, standard, at=at) for agent in made.agents}
        conversation = start(made.programme, at=at)
        services.assign_waiting(programme_id=made.programme.pk, at=at)
        offer = Offer.objects.get(conversation=conversation, state="open")
        actor = next(a for a in made.actors if a.agent_id == offer.agent_id)
        accepted, accept_was_first = together(
            partial(services.accept_offer, actor=actor, offer=offer, at=at),
            partial(revoke_and_look, held[offer.agent_id], offer, at),
        )
        conversation.refresh_from_db()
        segments = list(Segment.objects.filter(conversation=conversation).values_list("agent_id", flat=True))
        asked = list(Offer.objects.filter(conversation=conversation, state="open").values_list("agent_id", flat=True))
        if accept_was_first:
            assert isinstance(accepted, Conversation)
            assert (segments, asked, conversation.agent_id) == ([offer.agent_id], [], offer.agent_id)
        else:
            assert accepted == "tasks.no_longer_eligible"
            assert (segments, conversation.agent_id) == ([], None)
            assert asked == [agent.pk for agent in made.agents if agent.pk != offer.agent_id]
        for one in Certificate.objects.filter(state="valid"):
            revoke_certificate(actor=staff_actor(StaffRole.CERTIFIER), at=at, certificate=one, reason="Next round.")
        services.end_by_customer(actor=customer_actor(conversation.customer), conversation=conversation, at=at)
        Conversation.objects.filter(state="wrap_up").update(wrap_up_due_at=at)
        services.close_overdue_wrap_ups(at=at)


def test_an_accept_under_way_holds_the_revocation_up(monkeypatch):
    """The accept has looked and not yet committed: the revocation waits for it, and what was accepted stands."""
    made, standard = floor(), StandardFactory(slug="retail")
    Task.objects.filter(pk=made.block.task_id).update(
        requirement={"any": [{"all": [{"subject": "certificate.retail", "op": "exists"}]}]}
    )
    held = give_certificate(made.agents[0], standard, at=AT)
    conversation = start(made.programme)
    services.assign_waiting(programme_id=made.programme.pk, at=AT)
    offer = Offer.objects.get(state="open")
    looked, order = Event(), []
    look = offers.no_longer_eligible

    def look_slowly(claims, at):
        lost = look(claims, at)
        looked.set()
        sleep(0.5)
        order.append("accept looked")  # within its transaction: nobody sees it end before the revocation does
        return lost

    def revoke():
        looked.wait()
        revoke_certificate(actor=staff_actor(StaffRole.CERTIFIER), at=AT, certificate=held, reason="Cheated.")
        order.append("revoked")

    monkeypatch.setattr(offers, "no_longer_eligible", look_slowly)
    together(partial(services.accept_offer, actor=made.actors[0], offer=offer, at=AT), revoke)
    assert order == ["accept looked", "revoked"]
    conversation.refresh_from_db()
    assert conversation.agent_id == made.agents[0].pk


def test_accept_against_expiry_against_customer_ending_leaves_one_truth():
    made = floor(2)
    for _ in range(6):
        conversation = start(made.programme)
        services.assign_waiting(programme_id=made.programme.pk, at=AT)
        offer = Offer.objects.get(conversation=conversation, state="open")
        actor = next(a for a in made.actors if a.agent_id == offer.agent_id)
        customer = customer_actor(conversation.customer)
        together(
            partial(services.accept_offer, actor=actor, offer=offer, at=later(seconds=19)),
            partial(services.expire_offer, offer=offer, at=later(seconds=20)),
            partial(services.end_by_customer, actor=customer, conversation=conversation, at=later(seconds=19)),
        )
        conversation.refresh_from_db()
        offer.refresh_from_db()
        segments = Segment.objects.filter(conversation=conversation).count()
        assert offer.state != "open"
        assert (offer.state == "accepted") == (segments == 1)
        assert (conversation.agent_id is not None) == (conversation.state in ("active", "wrap_up"))
        services.end_by_customer(actor=customer, conversation=conversation, at=later(seconds=30))
        Offer.objects.filter(conversation=conversation, state="open").update(state="withdrawn")


def test_many_drains_at_once_never_exceed_capacity_and_offer_each_once():
    made = floor(3, available=False)
    waiting = [start(made.programme) for _ in range(15)]
    assert not Offer.objects.exists()
    AgentPresence.objects.update(status=PresenceStatus.AVAILABLE)
    together(*[lambda: len(services.assign_waiting(programme_id=made.programme.pk, at=AT))] * THREADS)
    loads = Offer.objects.filter(state="open").values_list("agent_id").annotate(n=Count("pk")).order_by("agent_id")
    assert [n for _agent, n in loads] == [3, 3, 3]
    assert Offer.objects.values("conversation").distinct().count() == Offer.objects.count() == 9
    oldest = [c.pk for c in waiting[:9]]
    assert list(Offer.objects.order_by("conversation_id").values_list("conversation_id", flat=True)) == oldest


def test_one_message_sent_from_many_threads_is_one_message():
    made = floor()
    conversation = active(made)
    customer = customer_actor(conversation.customer)

    def send() -> tuple[int, bool]:
        stored = services.send_message(
            actor=customer, conversation=conversation, client_msg_id="the-same-one", text="Hello?", at=AT
        )
        return stored.seq, stored.is_new

    said = together(*[send] * THREADS)
    assert {seq for seq, _new in said} == {3}
    assert Counter(new for _seq, new in said) == {True: 1, False: THREADS - 1}


def test_the_last_place_for_a_phrase_or_a_file_is_taken_once(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(attachments, "RULES", replace(RULES, files_in_window=1))
    monkeypatch.setattr(phrases, "RULES", replace(RULES, own_phrases=1))
    made = floor()
    talk = active(made)

    def add(n: int) -> str:
        add_phrase = services.add_own_phrase
        return str(add_phrase(actor=made.actors[0], language="en", shortcut=f"s{n}", text="Hello", at=AT).shortcut)

    said = Counter(answer[:5] for answer in together(*[partial(add, n) for n in range(6)]))
    assert said == {"live.": 5, next(key for key in said if key != "live."): 1}
    sent = together(*[lambda: upload(made.actors[0], talk).author] * 6)
    assert Counter(sent) == {"agent": 1, "live.too_many_files": 5}
    assert len(list(tmp_path.rglob("att_*"))) == 2


def test_a_file_waits_until_the_one_before_it_is_counted(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = floor()
    talk = active(made)
    check, waited = attachments._check_room, []

    def second():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            upload(made.actors[0], talk)

    def check_and_try_another(*args):
        check(*args)
        if connection.in_atomic_block and not waited:
            waited.append(True)
            with pytest.raises(OperationalError, match="lock timeout"):
                together(second)

    monkeypatch.setattr(attachments, "_check_room", check_and_try_another)
    upload(made.actors[0], talk)
    assert waited


@pytest.mark.parametrize("broken", ["message_stored_once", "message_attachment_once"])
def test_a_file_sent_many_times_at_once_is_one_message(broken, monkeypatch, settings, tmp_path):
    """Should a repetition get past the lock on the file, it finds the first, whichever constraint it runs into."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(Attachment.objects, "select_for_update", lambda **how: Attachment.objects.all())
    monkeypatch.setattr(messages, "constraint_of", lambda error: broken)
    made = floor()
    talk = active(made)
    file = upload(made.actors[0], talk).public_id
    again = partial(services.send_message, actor=made.actors[0], conversation=talk, text="", epoch=1, at=AT)
    said = together(*[partial(again, client_msg_id="message-0001", attachment=file)] * THREADS)
    first = said[0].seq
    assert Counter((one.seq, one.is_new) for one in said) == {(first, True): 1, (first, False): THREADS - 1}


def test_both_sides_writing_at_once_leave_no_gap():
    made = floor()
    conversation = active(made)
    customer, agent = customer_actor(conversation.customer), made.actors[0]

    def write(actor: Any, name: str) -> list[int]:
        return [
            services.send_message(
                actor=actor,
                conversation=conversation,
                client_msg_id=f"{name}-{n:06d}",
                text=f"{name} {n}",
                epoch=1,
                at=AT,
            ).seq
            for n in range(20)
        ]

    said = together(*[partial(write, agent if n % 2 else customer, f"side-{n}") for n in range(6)])
    assert sorted(seq for seqs in said for seq in seqs) == list(range(3, 123))
    assert all(seqs == sorted(seqs) for seqs in said)
    assert Message.objects.filter(conversation=conversation).count() == 122


def test_writing_against_requeue_stores_nothing_under_a_lost_epoch():
    made = floor(2)
    for round_ in range(4):
        conversation = active(made)
        actor = next(a for a in made.actors if a.agent_id == conversation.agent_id)
        send = partial(services.send_message, actor=actor, conversation=conversation, text="Still me", epoch=1, at=AT)
        together(
            partial(services.take_from_agent, agent_id=actor.agent_id, how="dropped", at=AT),
            *[partial(send, client_msg_id=f"late-{round_}-{n:04d}") for n in range(6)],
        )
        segment = Segment.objects.get(conversation=conversation, epoch=1)
        said = Message.objects.filter(conversation=conversation, author="agent")
        assert all(m.seq <= segment.to_seq for m in said)
        assert segment.ended_how == "dropped"


def test_starting_twice_at_once_opens_one_conversation():
    made = floor(0)
    customer = customer_actor(CustomerFactory(programme=made.programme))

    def begin(key: str) -> str:
        conversation, _stored = services.start_conversation(actor=customer, client_msg_id=key, text="Hi", at=AT)
        return conversation.public_id

    same = together(*[lambda: begin("the-same-start")] * 6)
    assert len(set(same)) == 1
    other = together(lambda: begin("another-start-1"), lambda: begin("another-start-2"))
    assert other == ["live.already_open"] * 2
    assert Conversation.objects.get().state == ConversationState.QUEUED
