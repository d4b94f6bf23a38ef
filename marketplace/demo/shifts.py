"""Weeks of work in the demo world: tasks posted, blocks claimed and served, conversations, ratings, reviews, appeals, pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from accounts.actors import PLATFORM
from accounts.states import ClientRole
from core import clock, events
from core.clock import BLOCK
from core.money import Money
from live import services as live
from live.actors import CustomerActor
from live.models import Conversation, Offer, Segment
from live.policies import customer_of
from marketplace.demo import handovers, people, talks
from pay import services as pay
from pay.models import Payout
from quality import services as quality
from quality.logic.scores import Verdict
from quality.models import Appeal, Review, Sample
from quality.selectors import qa_result_of
from tasks import services as tasks
from tasks.logic.plan import PlannedBlock
from tasks.models import Block, Claim, Task

if TYPE_CHECKING:
    from accounts.actors import Actor
    from marketplace.demo.cast import Cast

_HAND_OVER_EVERY = 50
"""Of the first conversations one in so many is handed to an expert."""
TIERS = ("certification", "bronze", "silver", "gold", "platinum")


def settle_events() -> None:
    """Let everything that follows from what just happened happen now, as the workers would."""
    while events.deliver_due(at=clock.now()):
        pass


def open_books(cast: Cast, at: datetime) -> None:
    """Each client deposits, and each programme publishes a rate card."""
    for organisation in people.ORGANISATIONS:
        deposit = pay.deposit(
            actor=cast.actor(organisation.owner),
            at=at,
            organisation=cast.organisations[organisation.key],
            amount=Money(8_000_000, organisation.currency),
            idempotency_key=f"demo-deposit-{organisation.key}",
        )
        pay.confirm_deposit(
            actor=PLATFORM,
            at=at + timedelta(minutes=30),
            provider="demo",
            reference=deposit.reference,
            amount=Money(deposit.amount_minor, deposit.currency),
        )
    for brand in people.PROGRAMMES:
        tasks.publish_rate_card(
            actor=manager_of(cast, brand),
            at=at + timedelta(hours=1),
            programme=cast.programmes[brand.key],
            floor_rate_minor=brand.floor_rate_minor,
            unit_price_minor={tier: brand.unit_price_minor + 10 * n for n, tier in enumerate(TIERS)},
            block_bonus_minor=0,
            escalation_minor=500,
        )


def give_accounts(cast: Cast, random: Random, at: datetime) -> None:
    """Agents who work say where their pay goes."""
    for person in people.AGENTS:
        if person.stage == "working":
            pay.set_payout_account(
                actor=cast.actor(person.key),
                at=at,
                agent=cast.agent(person.key),
                holder=person.name,
                bank="招商银行" if person.language == "zh-hans" else "Harbour Savings Bank",
                number=_card_number(random),
            )


def _card_number(random: Random) -> str:
    """Sixteen digits that pass the Luhn check and begin like no real card."""
    digits = [9, 9, 9, 9, *(random.randint(0, 9) for _n in range(11))]
    doubled = sum(d if n % 2 else d * 2 - 9 * (d > 4) for n, d in enumerate(digits))
    return "".join(map(str, [*digits, -doubled % 10]))


def manager_of(cast: Cast, brand: people.Brand) -> Actor:
    """Who posts work for a programme."""
    members = next(o for o in people.ORGANISATIONS if o.key == brand.organisation).members
    return cast.actor(next(key for key, role in members if role == ClientRole.MANAGER))


def post(
    cast: Cast, brand: people.Brand, *, title: str, brief: str, starts: list[datetime], seats: int, at: datetime,
    language: str, requirement: dict[str, Any] | None = None, publish: bool = True,
) -> Task:  # fmt: skip
    """A manager writes a task for the half hours in `starts` and publishes it."""
    actor = manager_of(cast, brand)
    task = tasks.create_task(
        actor=actor,
        at=at,
        programme=cast.programmes[brand.key],
        title=title,
        brief=brief,
        language=language,
        requirement=requirement or {},
        expected_units_per_seat=3,
        blocks=[PlannedBlock(start, seats) for start in starts],
    )
    if publish:
        tasks.publish_task(actor=actor, at=at + timedelta(minutes=5), task=task)
    return task


POOR_NOTES = {
    "zh-hans": ("没有听清顾客的第一个问题。", "应当先说明下一步，再请顾客等待。", "语气有些生硬，可以先表示理解。"),
    "en": (
        "The first question was not heard out.",
        "Say what happens next before asking the customer to wait.",
        "A little curt; show first that you understand.",
    ),
}
"""What reviewers write where points are lost."""


@dataclass
class Shift:
    """One evening of one programme: consecutive blocks and the agents who take them."""

    brand: people.Brand
    language: str
    starts: list[datetime]
    agents: list[people.Agent]
    title: str
    brief: str


class Work:
    """Lives through shifts one after the other."""

    def __init__(self, cast: Cast, random: Random) -> None:
        self.cast = cast
        self.random = random
        self.conversations = 0

    def live_through(self, shift: Shift) -> None:
        """Post, claim, check in, serve, settle; everything at the moments it would have happened."""
        first = shift.starts[0]
        requirement = {"any": [{"all": [{"subject": "language", "op": "in", "value": [shift.language]}]}]}
        task = post(
            self.cast,
            shift.brand,
            title=shift.title,
            brief=shift.brief,
            starts=shift.starts,
            seats=len(shift.agents),
            at=first - timedelta(days=4),
            language=shift.language,
            requirement=requirement,
        )
        tasks.advance_due(at=first - timedelta(days=4) + timedelta(minutes=10))
        claims: dict[int, list[Claim]] = {}
        for block in Block.objects.filter(task=task).order_by("starts_at"):
            for n, agent in enumerate(shift.agents):
                claims.setdefault(block.pk, []).append(
                    tasks.claim_block(
                        actor=self.cast.actor(agent.key),
                        at=first - timedelta(days=3, minutes=n),
                        block=block,
                        agent=self.cast.agent(agent.key),
                    )
                )
        for block in Block.objects.filter(task=task).order_by("starts_at"):
            self._serve(shift, block, claims[block.pk])

    def _serve(self, shift: Shift, block: Block, claims: list[Claim]) -> None:
        tasks.advance_due(at=block.starts_at - timedelta(minutes=1))
        actors: dict[int, Actor] = {}
        for claim in claims:
            agent = next(a for a in shift.agents if self.cast.agents[a.key].pk == claim.agent_id)
            if self.random.random() < 0.03:
                continue
            actors[claim.agent_id] = self.cast.actor(agent.key)
            late = 0 if self.random.random() < 0.9 else self.random.randint(3, 8)
            tasks.check_in(
                actor=actors[claim.agent_id], at=block.starts_at + timedelta(minutes=late, seconds=2), claim=claim
            )
        moment = block.starts_at + timedelta(minutes=9)
        for actor in actors.values():
            live.set_presence(actor=actor, status="available", at=moment)
        while actors and moment < block.ends_at - timedelta(minutes=5):
            moment = self._converse(shift, actors, moment) + timedelta(seconds=self.random.randint(20, 90))
        for actor in actors.values():
            live.set_presence(actor=actor, status="break", at=block.ends_at)
        tasks.advance_due(at=block.ends_at + timedelta(minutes=1))
        settle_events()

    def _converse(self, shift: Shift, actors: dict[int, Actor], at: datetime) -> datetime:
        """One conversation from the first word to the rating; returns when it was over."""
        for actor in actors.values():
            live.heartbeat(actor=actor, at=at)
        talk = self.random.choice([t for t in talks.TALKS if t.language == shift.language])
        customer = self._customer(shift, at)
        words = {
            "order": f"{self.random.randint(2026_1000_0000, 2026_9999_9999)}",
            "item": self.random.choice(talks.ITEMS[shift.language]),
        }
        self.conversations += 1
        conversation, _stored = live.start_conversation(
            actor=customer,
            client_msg_id=f"demo-{self.conversations:06d}-0",
            text=talk.lines[0][1].format(**words),
            form={"name": self.random.choice(talks.CUSTOMERS[shift.language])},
            language=shift.language,
            at=at,
        )
        offer = Offer.objects.filter(conversation=conversation, state="open").first()
        if offer is None:
            live.end_by_customer(actor=customer, conversation=conversation, at=at + timedelta(minutes=2))
            return at + timedelta(minutes=2)
        actor = actors[offer.agent_id]
        moment = at + timedelta(seconds=self.random.randint(3, 12))
        live.accept_offer(actor=actor, offer=offer, at=moment)
        conversation = Conversation.objects.get(pk=conversation.pk)
        skill = next(a.skill for a in people.AGENTS if self.cast.agents[a.key].pk == offer.agent_id)
        good = self.random.random() < skill
        for n, (who, line) in enumerate((talk.lines if good else talk.worse)[1:], start=1):
            moment += timedelta(seconds=self.random.randint(8, 28 if good else 40))
            live.send_message(
                actor=actor if who == "a" else customer,
                conversation=conversation,
                client_msg_id=f"demo-{self.conversations:06d}-{n}",
                text=line.format(**words),
                epoch=conversation.epoch if who == "a" else None,
                at=moment,
            )
        handed = self.conversations // _HAND_OVER_EVERY - 1
        if self.conversations % _HAND_OVER_EVERY == 0 and len(actors) > 1 and handed < len(handovers.HAND_OVERS):
            conversation, actor, moment = handovers.hand_over(
                handovers.HAND_OVERS[handed], conversation, actors, moment + timedelta(seconds=10)
            )
        live.begin_wrap_up(
            actor=actor, conversation=conversation, epoch=conversation.epoch, at=moment + timedelta(seconds=10)
        )
        over = moment + timedelta(seconds=self.random.randint(25, 60))
        live.close_conversation(
            actor=actor,
            conversation=conversation,
            epoch=conversation.epoch,
            wrap_up_code=talk.code if good else "follow_up",
            at=over,
        )
        if self.random.random() < 0.7:
            segment = Segment.objects.select_related("conversation__programme", "agent", "claim").get(
                conversation=conversation, epoch=conversation.epoch
            )
            csat = (
                self.random.choices((5, 4, 3), (6, 3, 1))[0] if good else self.random.choices((3, 2, 1), (2, 2, 1))[0]
            )
            comment = talk.praise if csat == 5 else talk.complaint if csat < 3 else ""
            quality.rate(segment=segment, csat=csat, comment=comment, at=over + timedelta(seconds=20))
        return over

    def _customer(self, shift: Shift, at: datetime) -> CustomerActor:
        programme = self.cast.programmes[shift.brand.key]
        session = live.open_widget_session(
            site_key=programme.site_key, origin=programme.allowed_origins[0], at=at, language=shift.language
        )
        return customer_of(session.token)

    # -- After the work ------------------------------------------------------------------------

    def judge(self, at: datetime, *, share: float = 0.9, leave: int = 0) -> None:
        """Reviewers work through what waits, but for the newest `leave`; some agents appeal."""
        reviewers = [self.cast.actor("reviewer"), self.cast.actor("reviewer2")]
        waiting = list(Sample.objects.filter(state="waiting").order_by("pk"))
        for sample in waiting[: len(waiting) - leave]:
            if self.random.random() > share:
                continue
            self._review(self.random.choice(reviewers), sample, at)
        handovers.appeal(self.cast, at + timedelta(hours=3))
        settle_events()

    def _review(self, reviewer: Actor, sample: Sample, at: datetime) -> None:
        quality.take_sample(actor=reviewer, sample=sample, at=at)
        sheet = quality.scorecard_for(programme=sample.programme, at=at)
        found = qa_result_of(sample.segment)
        poor = found is not None and found.score < 85
        language = sample.segment.conversation.language
        notes = POOR_NOTES["zh-hans" if language == "zh-hans" else "en"]
        verdicts = {}
        for item in sheet.items.all():
            lost = self.random.choice((5, 8, 10)) if poor and not item.is_fatal else self.random.choice((0, 0, 0, 2))
            verdicts[item.pk] = Verdict(item.max_points - lost, self.random.choice(notes) if lost else "", None)
        review = quality.submit_review(
            actor=reviewer, sample=Sample.objects.select_related("segment__claim", "agent", "programme").get(pk=sample.pk),
            verdicts=verdicts, escalation=handovers.verdict_on(sample.segment), at=at + timedelta(minutes=4),
        )  # fmt: skip
        if poor and self.random.random() < 0.35:
            self._appeal(review, at + timedelta(hours=3))

    def _appeal(self, review: Review, at: datetime) -> None:
        item = review.items.order_by("-item__max_points")[0]
        key = next(k for k, agent in self.cast.agents.items() if agent.pk == review.agent_id)
        chinese = review.segment.conversation.language == "zh-hans"
        reason = (
            "顾客的问题我当时就确认过，请看第二条消息。"
            if chinese
            else "I did confirm the question; please see my first message."
        )
        quality.appeal_item(actor=self.cast.actor(key), item=item, reason=reason, at=at)

    def answer_appeals(self, at: datetime, *, leave: int = 0) -> None:
        """The other reviewer answers what is open, but for the newest `leave`."""
        waiting = list(Appeal.objects.filter(state="open").order_by("pk"))
        for appeal in waiting[: len(waiting) - leave if leave else None]:
            first = appeal.review_item.review.reviewer_id
            key = "reviewer" if self.cast.users["reviewer"].pk != first else "reviewer2"
            changed = self.random.random() < 0.5
            item = appeal.review_item
            chinese = item.review.segment.conversation.language == "zh-hans"
            answers = ("核对后确实已确认，恢复满分。", "已复核，原判断成立。") if chinese else (
                "You did confirm it. Full points.", "Read again; the first judgement stands.")  # fmt: skip
            quality.decide_appeal(
                actor=self.cast.actor(key),
                appeal=appeal,
                points=item.item.max_points if changed else item.points,
                answer=answers[0 if changed else 1],
                at=at,
            )
        settle_events()

    def keep_the_books(self, at: datetime, *, pay_out: bool) -> None:
        """Reviews of earnings open and end by the clock; once a week what is due is paid out."""
        pay.open_reviews(actor=PLATFORM, at=at)
        pay.accept_due(actor=PLATFORM, at=at)
        tasks.advance_due(at=at)
        settle_events()
        if pay_out:
            finance = self.cast.actor("finance")
            pay.run_payouts(actor=finance, at=at, idempotency_key=f"demo-run-{at:%Y%m%d}")
            pay.send_payouts(actor=finance, at=at + timedelta(minutes=10))
            for payout in Payout.objects.filter(state="sent"):
                pay.confirm_payout(actor=finance, at=at + timedelta(hours=4), payout=payout)
            settle_events()


def evening(day: datetime, *, hour: int, blocks: int) -> list[datetime]:
    """Starts of consecutive half hours from `hour` o'clock UTC on a day."""
    start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return [start + n * BLOCK for n in range(blocks)]
