"""After an erasure nothing in the database says who it was: every text column of every table is looked through."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AgentProfile, IdentityCheck, User
from accounts.services import erase_person
from accounts.tests.factories import agent_actor
from certification.tests.factories import StandardFactory, give_certificate
from core.models import AuditEntry
from live import services as live
from live.models import AgentPresence, Message, Phrase, SealedText
from live.states import EscalationReason, SystemCode
from live.tests.factories import AT, active, closed, floor
from pay.tests.test_erasing import tables_with
from tasks.models import Claim
from tasks.states import ClaimState

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NAMES = {"display": "Quintessa Moonharbour", "nickname": "Zephyrine-7", "legal": "欧阳若兮"}
PHONE = "13812345678"


def test_no_text_column_holds_a_name_or_a_phone_number_after_an_erasure() -> None:
    made = floor()
    agent = made.agents[0]
    User.objects.filter(pk=agent.user_id).update(display_name=NAMES["display"])
    AgentProfile.objects.filter(pk=agent.pk).update(nickname=NAMES["nickname"])
    IdentityCheck.objects.filter(agent=agent).update(legal_name=NAMES["legal"])
    agent = AgentProfile.objects.select_related("user").get(pk=agent.pk)
    me = agent_actor(agent)
    made.actors[0] = me
    give_certificate(agent, StandardFactory(), at=AT)
    for language in ("en", "zh-hans"):
        talk = closed(made, language=language)
    live.add_own_phrase(actor=me, language="en", shortcut="me", text=f"{NAMES['nickname']} here, call {PHONE}", at=AT)
    talk = active(made)
    live.send_message(
        actor=me, conversation=talk, client_msg_id="my-number", text=f"Call {PHONE}.", epoch=talk.epoch, at=AT
    )
    live.escalate(
        actor=me, conversation=talk, epoch=talk.epoch, reason=EscalationReason.values[0], note="A refund.", at=AT
    )
    active(made)
    AgentPresence.objects.update(last_seen_at=AT)
    assert live.requeue_dropped(at=AT + timedelta(minutes=5)) == 1
    assert {"live_message", "accounts_user", "accounts_agentprofile", "live_phrase"} <= {
        table for name in NAMES.values() for table in tables_with(name)
    }
    Claim.objects.filter(agent=agent).update(state=ClaimState.WAIVED)
    before = AuditEntry.objects.count()
    erase_person(actor=me, user=agent.user, at=AT + timedelta(days=1))
    secrets = [*NAMES.values(), agent.user.email, PHONE]
    assert {table for secret in secrets for table in tables_with(secret)} == set()
    assert AuditEntry.objects.count() == before + 1
    said = set(Message.objects.exclude(code="").values_list("code", "body"))
    assert (SystemCode.AGENT_JOINED, "The agent has joined the conversation.") in said
    assert {SystemCode.AGENT_LEFT, SystemCode.ESCALATED} <= {code for code, _body in said}
    assert not Phrase.objects.exists()
    assert SealedText.objects.count() == 1


def test_of_another_agent_nothing_changes_and_what_people_wrote_is_for_good() -> None:
    made = floor(2)
    first, second = closed(made), closed(made)
    assert {talk.segments.get().agent for talk in (first, second)} == set(made.agents)
    gone, stays = first.segments.get().agent, second.segments.get().agent
    Claim.objects.filter(agent=gone).update(state=ClaimState.WAIVED)
    kept = list(second.messages.order_by("seq").values())
    written = list(first.messages.filter(code="").values())
    erase_person(actor=agent_actor(gone), user=gone.user, at=AT + timedelta(days=1))
    assert list(second.messages.order_by("seq").values()) == kept
    assert any(stays.nickname in row["body"] for row in kept)
    assert list(first.messages.filter(code="").values()) == written
    system, typed = first.messages.exclude(code="").first(), first.messages.filter(code="").first()
    for row, change in ((typed, {"body": "x"}), (system, {"body": "x", "seq": 99}), (system, {"code": ""})):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Message.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        Message.objects.filter(pk=system.pk)._raw_delete("default")
