"""Random legal and illegal verbs in random order; every invariant is looked at after each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.errors import DomainError
from live import services
from live.models import AgentPresence, Conversation, Message, Offer, Segment
from live.selectors import accepted_units
from live.selectors.conversations import load_of
from live.states import ENDED, OWNED, ConversationState
from live.tests.factories import AT, CustomerFactory, customer_actor, floor

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PICK = st.integers(0, 10)


class Floor(RuleBasedStateMachine):
    """Three agents and four customers who do whatever comes to mind."""

    @initialize()
    def open(self) -> None:
        self.scope = transaction.atomic()
        self.scope.__enter__()
        self.at: datetime = AT
        self.made = floor(3)
        self.customers = [CustomerFactory(programme=self.made.programme) for _ in range(4)]
        self.acknowledged: dict[tuple[int, str, str], int] = {}
        self.epochs: dict[int, int] = {}
        self.number = 0

    def teardown(self) -> None:
        if hasattr(self, "scope"):
            transaction.set_rollback(True)
            self.scope.__exit__(None, None, None)

    # -- What they may do ------------------------------------------------------------------------

    def attempt(self, work: Callable[[], Any]) -> Any:
        """Do it; a refusal must have changed nothing."""
        before = self.picture()
        try:
            with transaction.atomic():
                return work()
        except DomainError:
            assert self.picture() == before
            return None

    @staticmethod
    def picture() -> list[Any]:
        return [
            list(Conversation.objects.order_by("pk").values_list("pk", "state", "epoch", "last_seq", "agent_id")),
            list(Offer.objects.order_by("pk").values_list("pk", "state")),
            Message.objects.count(),
        ]

    def talk(self, pick: int) -> Conversation | None:
        talks = list(Conversation.objects.select_related("customer").order_by("-pk")[:8])
        return talks[pick % len(talks)] if talks else None

    @rule(pick=PICK)
    def start(self, pick: int) -> None:
        customer = self.customers[pick % len(self.customers)]
        self.number += 1
        key = f"start-{self.number:06d}"
        done = self.attempt(
            lambda: services.start_conversation(
                actor=customer_actor(customer), client_msg_id=key, text="Hello", at=self.at
            )
        )
        if done:
            self.acknowledged[done[0].pk, "customer", key] = done[1].seq

    @rule(pick=PICK, repeat=st.booleans())
    def customer_writes(self, pick: int, repeat: bool) -> None:
        talk = self.talk(pick)
        if talk is not None:
            self.write(customer_actor(talk.customer), talk, "customer", None, repeat)

    @rule(pick=PICK, agent=st.integers(0, 2), stale=st.booleans(), repeat=st.booleans())
    def agent_writes(self, pick: int, agent: int, stale: bool, repeat: bool) -> None:
        talk = self.talk(pick)
        if talk is not None:
            self.write(self.made.actors[agent], talk, "agent", talk.epoch - stale, repeat)

    def write(self, actor: Any, talk: Conversation, side: str, epoch: int | None, repeat: bool) -> None:
        known = [key for pk, author, key in self.acknowledged if (pk, author) == (talk.pk, side)]
        self.number += 1
        key = known[-1] if repeat and known else f"write-{self.number:06d}"
        text = "Hello" if key.startswith("start") else "And another thing"
        stored = self.attempt(
            lambda: services.send_message(
                actor=actor, conversation=talk, client_msg_id=key, text=text, epoch=epoch, at=self.at
            )
        )
        if stored:
            assert self.acknowledged.setdefault((talk.pk, side, key), stored.seq) == stored.seq

    @rule()
    def drain(self) -> None:
        services.assign_waiting(programme_id=self.made.programme.pk, at=self.at)

    @rule(pick=PICK, agent=st.integers(0, 2), verb=st.sampled_from(["accept", "accept", "decline"]))
    def answer_offer(self, pick: int, agent: int, verb: str) -> None:
        offers = list(Offer.objects.order_by("-pk")[:5])
        if not offers:
            return
        offer = offers[pick % len(offers)]
        service = services.accept_offer if verb == "accept" else services.decline_offer
        self.attempt(lambda: service(actor=self.made.actors[agent], offer=offer, at=self.at))

    @rule(
        pick=PICK,
        agent=st.integers(0, 2),
        stale=st.booleans(),
        verb=st.sampled_from(["wrap", "close", "abuse", "escalate"]),
    )
    def finish(self, pick: int, agent: int, stale: bool, verb: str) -> None:
        talk = self.talk(pick)
        if talk is None:
            return
        who = {"actor": self.made.actors[agent], "conversation": talk, "epoch": talk.epoch - stale, "at": self.at}
        works: dict[str, Callable[[], Any]] = {
            "wrap": lambda: services.begin_wrap_up(**who),
            "close": lambda: services.close_conversation(**who, wrap_up_code="resolved"),
            "abuse": lambda: services.end_for_abuse(**who, note="Insults"),
            "escalate": lambda: services.escalate(**who, reason="knowledge", note="Hard"),
        }
        self.attempt(works[verb])

    @rule(pick=PICK)
    def customer_ends(self, pick: int) -> None:
        talk = self.talk(pick)
        if talk is not None:
            actor = customer_actor(talk.customer)
            self.attempt(lambda: services.end_by_customer(actor=actor, conversation=talk, at=self.at))

    @rule(agent=st.integers(0, 2), status=st.sampled_from(["available", "break"]))
    def presence(self, agent: int, status: str) -> None:
        services.set_presence(actor=self.made.actors[agent], status=status, at=self.at)

    @rule(seconds=st.sampled_from([1, 5, 21, 40, 130, 700]), heard=st.sets(st.integers(0, 2)))
    def time_passes(self, seconds: int, heard: set[int]) -> None:
        """Some agents are heard of, the sweepers run."""
        self.at = min(self.at + timedelta(seconds=seconds), AT + timedelta(minutes=24))
        for agent in heard:
            services.heartbeat(actor=self.made.actors[agent], at=self.at)
        services.expire_offers(at=self.at)
        services.requeue_dropped(at=self.at)
        services.warn_overdue_replies(at=self.at)
        services.end_left(at=self.at)
        services.close_overdue_wrap_ups(at=self.at)

    # -- What must hold --------------------------------------------------------------------------

    @invariant()
    def numbers_have_no_gap(self) -> None:
        for talk in Conversation.objects.all():
            numbers = list(Message.objects.filter(conversation=talk).order_by("seq").values_list("seq", flat=True))
            assert numbers == list(range(1, talk.last_seq + 1))

    @invariant()
    def no_acknowledged_message_is_lost(self) -> None:
        for (pk, author, key), seq in getattr(self, "acknowledged", {}).items():
            assert Message.objects.get(conversation_id=pk, author=author, client_msg_id=key).seq == seq

    @invariant()
    def one_owner_an_epoch(self) -> None:
        for talk in Conversation.objects.all():
            assert talk.epoch >= self.epochs.get(talk.pk, 0)
            self.epochs[talk.pk] = talk.epoch
            open_segments = list(Segment.objects.filter(conversation=talk, ended_at=None))
            if talk.state in OWNED:
                assert [(s.agent_id, s.epoch, s.claim_id) for s in open_segments] == [
                    (talk.agent_id, talk.epoch, talk.claim_id)
                ]
            else:
                assert open_segments == []
        for segment in Segment.objects.all():
            said = Message.objects.filter(conversation=segment.conversation_id, author="agent", epoch=segment.epoch)
            assert set(said.values_list("agent_id", flat=True)) <= {segment.agent_id}

    @invariant()
    def nobody_holds_more_than_their_places(self) -> None:
        assert all(load <= 3 for load in load_of([a.agent_id for a in self.made.actors]).values())

    @invariant()
    def offered_means_one_open_offer(self) -> None:
        offered = set(Conversation.objects.filter(state=ConversationState.OFFERED).values_list("pk", flat=True))
        assert set(Offer.objects.filter(state="open").values_list("conversation_id", flat=True)) == offered

    @invariant()
    def ended_stays_ended_and_units_are_closed_segments(self) -> None:
        assert not Conversation.objects.filter(state__in=ENDED, ended_at=None).exists()
        units = sum(accepted_units(claim.pk) for claim in self.made.claims)
        closed = Segment.objects.exclude(ended_at=None).exclude(wrap_up_code__in=["", "overdue"])
        assert units == closed.count()

    @invariant()
    def presence_rows_are_sane(self) -> None:
        assert all(row.missed_offers < 3 for row in AgentPresence.objects.all())


Floor.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_no_order_of_verbs_breaks_a_conversation():
    Floor.TestCase("runTest").runTest()
