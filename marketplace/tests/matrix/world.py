"""One client, one agent, and one of everything they can own, made through the factories and services.

`things` are named for what can be done with them: `block` can be claimed, `running_claim` checked out, `draft`
published. All belong to the roles `agent` and `owner`; everybody else is a stranger to them.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any

from accounts.actors import PLATFORM
from accounts.models import AgentProfile
from accounts.services import invitation_token
from accounts.states import StaffRole
from accounts.tests.factories import OrganisationFactory, ProgrammeFactory, fresh_actor, staff_actor, staff_user
from certification import services as certification
from certification.selectors import jwks
from certification.states import QuestionKind
from certification.tests.factories import (
    QuestionFactory,
    ScenarioFactory,
    StandardFactory,
    answer_all,
    give_certificate,
    open_exam,
    pass_exam,
)
from core.clock import BLOCK, floor_to_block
from core.money import Money
from ledger.models import Entry
from live import services as live
from live.models import AgentPresence, Conversation, Segment
from live.policies import address_of_file, token_for
from live.tests.factories import AT as SERVED_AT
from live.tests.factories import Floor, again, closed, customer_actor, join, start
from live.tests.files import upload
from marketplace.tests.matrix.people import things_of_people
from marketplace.tests.matrix.pictures import picture
from marketplace.tests.matrix.roles import Roles
from pay import services as pay
from pay.logic.rules import RULES as PAY_RULES
from pay.models import Payout
from pay.services import payouts as payout_services
from pay.tests.factories import REVIEWED, fund, give_account, reserve
from quality import services as quality
from quality.tests.factories import rated, refused_escalation, reviewed, sampled
from tasks import services as tasks
from tasks.logic.plan import PlannedBlock
from tasks.models import Block, Task
from tasks.tests.factories import (
    NEXT_WEEK,
    NOON,
    ClaimFactory,
    OpenTaskFactory,
    RateCardFactory,
    checked_in_claim,
    served_claim,
)
from training import services as training
from training.models import Level
from training.tests.factories import draft_course, lessons_of, published_course

NOW = NEXT_WEEK + timedelta(days=9, minutes=25)
"""The moment every request is made at: conversations were served before, blocks are still to come."""
LATER = NOW + timedelta(days=7)


class World:
    """Rows by name, and the roles."""

    def __init__(self) -> None:
        self.organisation = OrganisationFactory()
        self.programme = ProgrammeFactory(organisation=self.organisation)
        self.elsewhere = ProgrammeFactory()
        self.card = RateCardFactory(programme=self.programme)
        self.roles = Roles(self.organisation, self.elsewhere.organisation)
        self.agent: AgentProfile = self.roles.agents["agent"]
        self.things: dict[str, Any] = {
            "agent": self.agent,
            "organisation": self.organisation,
            "programme": self.programme,
            "elsewhere": self.elsewhere,
            "rate_card": self.card,
            **things_of_people(self.roles, self.organisation, NOW),
        }
        tokens = {"token": self.invitation, "mailed_token": self.mailed_invitation}
        self.things |= {name: invitation_token(invitation=row) for name, row in tokens.items()}
        for make in (self._work, self._live, self._quality, self._money, self._training, self._certification):
            make()

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["things"][name]
        except KeyError:
            raise AttributeError(name) from None

    def private(self) -> dict[bool, dict[str, str]]:
        """What strangers must not read anywhere, by whether the stranger is an agent."""
        of_client = (
            "organisation programme task draft published conversation active_conversation waiting_conversation segment "
            "rating review appeal sample deposit transfer entry rate_card claim earning payout sent_payout"
        )
        of_agent = (
            "claim coming_claim running_claim earning payout sent_payout approved_payout review review_item appeal "
            "refused_escalation attempt passed_attempt practical certificate conversation active_conversation segment "
            "rating draft deposit transfer entry sample"
        )
        ids = {True: of_agent, False: of_client}
        return {who: {name: getattr(self, name).public_id for name in names.split()} for who, names in ids.items()}

    def verdicts(self) -> dict[str, object]:
        """A filled-in scorecard for `sample`."""
        sheet = quality.scorecard_for(programme=self.programme, at=NOW)
        return {f"item_{item.pk}": item.max_points for item in sheet.items.all()} | {"comment": "Well done."}

    def _task(self, start: Any, seats: int = 5) -> tuple[Task, Block]:
        task = OpenTaskFactory(rate_card=self.card, blocks=[start], blocks__seats=seats)
        return task, task.blocks.get()

    def _work(self) -> None:
        fund(self.organisation, 10_000_000, at=NOON)
        self.things["task"], self.things["block"] = self._task(floor_to_block(LATER))
        _task, held = self._task(floor_to_block(LATER) + BLOCK)
        self.things["claim"] = ClaimFactory(block=held, agent=self.agent, committed_at=NOW)
        _task, coming = self._task(floor_to_block(NOW) + BLOCK)
        self.things["coming_claim"] = ClaimFactory(block=coming, agent=self.agent, committed_at=NOON)
        _task, running = self._task(floor_to_block(NOW))
        self.things["running_claim"] = checked_in_claim(block=running, agent=self.agent)
        manager = self.roles.actor("manager")

        def draft(**terms: Any) -> Task:
            blocks = [PlannedBlock(floor_to_block(LATER) + 4 * BLOCK, 2)]
            return tasks.create_task(
                actor=manager, at=NOW, programme=self.programme, title="Evening peak", language="en",
                brief="Answer shop customers.", blocks=blocks, **terms,
            )  # fmt: skip

        self.things["draft"] = draft()
        self.things["published"] = tasks.publish_task(actor=manager, at=NOW, task=draft())
        self.things["calendar_token"] = tasks.renew_calendar_feed(actor=self.roles.actor("agent"), at=NOW)

    def _live(self) -> None:
        _task, block = self._task(NOON)
        self.floor = Floor(self.programme, block, [], [], [])
        join(self.floor, agent=self.agent)
        self.things["conversation"] = closed(self.floor)
        self.sampled, self.taken = (self._closed(minutes) for minutes in (6, 9))
        self.judge = fresh_actor(staff_user(StaffRole.REVIEWER))
        self.things["refused_escalation"] = refused_escalation(
            self.floor, by=self.judge, at=self._seen(10), judged_at=NOW
        )
        self.things["appealed_escalation"] = quality.appeal_escalation(
            actor=self.roles.actor("agent"),
            review=refused_escalation(self.floor, by=self.judge, at=self._seen(11), judged_at=NOW),
            reason="It is not.",
            at=NOW,
        )
        given_up = self.things["earlier_conversation"] = start(self.programme, at=self._seen(11))
        live.end_by_customer(actor=customer_actor(given_up.customer), conversation=given_up, at=self._seen(11))
        self.things["active_conversation"] = again(self.floor, given_up.customer, at=self._seen(12))
        self.things["waiting_conversation"] = start(self.programme, at=self._seen(13))
        self.things["unrated"] = self._served_lately()
        self._files()
        self._phrases()

    def _files(self) -> None:
        talk = self.things["active_conversation"]
        self.things["attachment"] = upload(self.roles.actor("agent"), talk, at=self._seen(12))
        self.things["unsent"] = upload(customer_actor(talk.customer), talk, at=self._seen(12))
        live.send_message(
            actor=self.roles.actor("agent"),
            conversation=talk,
            client_msg_id="with-a-file",
            text="",
            attachment=self.things["attachment"].public_id,
            epoch=talk.epoch,
            at=self._seen(12),
        )
        self.things["file_address"] = address_of_file(self.things["unsent"].public_id, customer_actor(talk.customer))
        self.things["file_key"] = self.things["file_address"].rpartition("key=")[2]
        self.things["chat_token"] = token_for(talk.customer)

    def _phrases(self) -> None:
        words = {"language": "en", "shortcut": "hello", "text": "Hello {customer}!", "at": NOW}
        manager, agent = self.roles.actor("manager"), self.roles.actor("agent")
        self.things["phrase"] = live.add_programme_phrase(actor=manager, programme=self.programme, **words)
        self.things["own_phrase"] = live.add_own_phrase(actor=agent, **words)

    def _served_lately(self) -> Segment:
        """Ended the day before, so that its customer may still rate it."""
        at = floor_to_block(NOW) - timedelta(days=1)
        _task, block = self._task(at)
        claim = checked_in_claim(block=block, agent=self.agent)
        AgentPresence.objects.filter(agent=self.agent).update(last_seen_at=at)
        lately = Floor(self.programme, block, [self.agent], [self.roles.actor("agent")], [claim])
        segment = self._segment(closed(lately, at=at))
        self._seen(13)
        return segment

    def _closed(self, minutes: int) -> Segment:
        return self._segment(closed(self.floor, at=self._seen(minutes)))

    def _seen(self, minutes: int) -> datetime:
        """So many minutes later, the agent's workspace still open."""
        at = SERVED_AT + timedelta(minutes=minutes)
        AgentPresence.objects.filter(agent=self.agent).update(last_seen_at=at)
        return at

    @staticmethod
    def _segment(conversation: Conversation) -> Segment:
        return conversation.segments.select_related("conversation__programme", "agent", "claim").get()

    def _quality(self) -> None:
        segment = self.things["segment"] = self._segment(self.things["conversation"])
        self.things["rating"] = rated(segment, csat=1)
        first = self.judge
        self.things["rating_token"] = token_for(self.things["unrated"].conversation.customer)
        self.things["sample"] = sampled(self.sampled, at=NOW)
        self.things["taken_sample"] = quality.take_sample(
            actor=self.roles.actor("reviewer"), sample=sampled(self.taken, at=NOW), at=NOW
        )
        review = reviewed(sampled(segment, at=NOW), by=first, at=NOW)
        self.things["review"] = review
        items = list(review.items.order_by("item__position"))
        self.things["review_item"] = items[1]
        self.things["appeal"] = quality.appeal_item(
            actor=self.roles.actor("agent"), item=items[0], reason="I did ask.", at=NOW
        )

    def _money(self) -> None:
        give_account(self.agent)
        owner, finance, me = (self.roles.actor(name) for name in ("owner", "finance", "agent"))

        def earning(hours: int) -> Any:
            claim = served_claim(agent=self.agent, block=self._task(NEXT_WEEK + timedelta(hours=hours))[1])
            reserve(claim.task, 100_000 + hours)
            return pay.price_claim(actor=PLATFORM, at=claim.ends_at + timedelta(minutes=1), claim=claim)

        def payout(hours: int, *, above_limit: bool = False) -> Payout:
            earning(hours)
            pay.accept_due(actor=PLATFORM, at=REVIEWED + timedelta(days=1))
            kept = payout_services.RULES
            payout_services.RULES = dataclasses.replace(PAY_RULES, approval_limits_minor={}) if above_limit else kept
            try:
                return pay.request_payout(actor=me, at=NOW, agent=self.agent, idempotency_key=f"payout-{hours}")
            finally:
                payout_services.RULES = kept

        self.things["sent_payout"] = payout(1)
        self.things["batch"] = pay.send_payouts(actor=finance, at=NOW)
        self.things["approved_payout"] = payout(2)
        self.things["payout"] = payout(3, above_limit=True)
        self.things["earning"] = earning(4)
        pay.accept_due(actor=PLATFORM, at=REVIEWED + timedelta(days=1))
        self.things["entry"] = Entry.objects.get(public_id=self.things["earning"].prices.get().entry)
        self.things["deposit"] = pay.deposit(
            actor=owner, at=NOW, organisation=self.organisation, amount=Money(50_000, "CNY"), idempotency_key="first"
        )
        self.things["transfer"] = pay.record_transfer(
            actor=staff_actor(StaffRole.FINANCE),
            at=NOW,
            organisation=self.organisation,
            amount=Money(600_000, "CNY"),
            reference="CMB 7",
            idempotency_key="transfer",
        )

    def _training(self) -> None:
        me = self.roles.actor("agent")
        course = published_course()
        enrolment = training.enrol(actor=me, agent=self.agent, course=course, at=NOW)
        article, quiz, dialogue = lessons_of(course)
        mine = {"actor": me, "enrolment": enrolment, "at": NOW}
        self.things |= {"course": course, "article": article, "quiz": quiz, "dialogue": dialogue}
        self.things["new_course"] = published_course()
        training.complete_article(**mine, lesson=article)
        self.things["quiz_run"] = training.start_run(**mine, lesson=quiz)
        self.things["dialogue_run"] = training.start_run(**mine, lesson=dialogue)
        fresh = published_course()
        begun = training.enrol(actor=me, agent=self.agent, course=fresh, at=NOW)
        fresh_article, self.things["fresh_quiz"], _dialogue = lessons_of(fresh)
        training.complete_article(actor=me, enrolment=begun, lesson=fresh_article, at=NOW)
        unread = published_course()
        training.enrol(actor=me, agent=self.agent, course=unread, at=NOW)
        self.things["unread"] = lessons_of(unread)[0]
        old = published_course()
        training.enrol(actor=me, agent=self.agent, course=old, at=NOW)
        second = training.start_draft(actor=PLATFORM, course=old, at=NOW)
        training.publish_version(actor=PLATFORM, version=second, revision=second.revision, changes="Clearer.", at=NOW)
        self.things["old_course"] = old
        drafted = draft_course()
        version = drafted.versions.get()
        self.things |= {"drafted": drafted, "version": version}
        self.things["level"] = Level.objects.filter(version=version).earliest("position")
        self.things["drafted_article"], self.things["drafted_quiz"], self.things["drafted_dialogue"] = lessons_of(
            drafted
        )
        self.things["picture"] = training.upload_image(
            actor=PLATFORM, course=course, file=picture(), name="calm.png", at=NOW
        )

    def _certification(self) -> None:
        me = self.roles.actor("agent")

        def begun(**fields: Any) -> Any:
            exam = open_exam(attempts_allowed=3, **fields)
            return certification.start_attempt(actor=me, at=NOW, agent=self.agent, exam=exam)

        self.things["exam"] = open_exam([QuestionKind.SINGLE, QuestionKind.FREE])
        self.things["attempt"] = begun()
        self.things["passed_attempt"] = pass_exam(self.agent, open_exam(), at=NOW)

        def practical() -> Any:
            exam = open_exam(scenario=ScenarioFactory(time_limit_seconds=900, pass_mark=60))
            return pass_exam(self.agent, exam, at=NOW).practical

        self.things["practical"] = practical()
        self.things["begun_practical"] = certification.start_practical(actor=me, at=NOW, practical=practical())
        self.things["replied_practical"] = self._replied(practical())
        self._to_mark()
        self.things["standard"] = StandardFactory()
        self.things["kid"] = jwks()["keys"][0]["kid"]
        self.things["certificate"] = give_certificate(self.agent, self.things["standard"], at=NOW)

    def _to_mark(self) -> None:
        """What waits at the certifiers' desk."""
        other = self.roles.agents["other_agent"]
        actor = self.roles.actor("other_agent")
        free = open_exam([QuestionKind.FREE])
        written = certification.start_attempt(actor=actor, at=NOW, agent=other, exam=free)
        answer_all(actor, written, at=NOW)
        self.things["written"] = certification.submit_attempt(actor=actor, at=NOW, attempt=written)
        practical = self._replied(pass_exam(self.agent, open_exam(scenario=ScenarioFactory()), at=NOW).practical)
        me = self.roles.actor("agent")
        self.things["handed_in"] = certification.submit_practical(actor=me, at=NOW, practical=practical)
        certification.record_signal(actor=me, at=NOW, attempt=self.things["attempt"], kind="paste", position=1)
        self.things["exam_of_standard"] = open_exam()
        self.things["issuable_standard"] = StandardFactory(exam=self.things["exam_of_standard"])
        self.things["issuable"] = pass_exam(other, self.things["exam_of_standard"], at=NOW)
        self.things["question"] = QuestionFactory()
        self.things["pool"] = self.things["question"].pool
        self.things["scenario"] = ScenarioFactory()
        self.things["tag"] = self.things["issuable_standard"].skill_tag

    def _replied(self, practical: Any) -> Any:
        me = self.roles.actor("agent")
        practical = certification.start_practical(actor=me, at=NOW, practical=practical)
        for turn in (1, 2):
            certification.save_reply(
                actor=me, at=NOW, practical=practical, turn=turn, text="I look at once.", is_sent=True
            )
        return practical
