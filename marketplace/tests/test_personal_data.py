"""The file of everything about oneself: an agent with one of everything finds it there, nothing of others."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import IdentityDocument
from accounts.selectors import export_sections, own_data
from accounts.states import DocumentSide
from core.ids import new_public_id
from live.models import Conversation, Customer, Message, Offer, Phrase, RoutingDecision, Segment
from marketplace.tests.matrix.world import NOW, World
from pay.models import Earning, PayoutAccount
from quality.models import QaResult, Rating
from quality.states import Rule
from tasks.models import Claim

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
FREE = {"availability", "equipment", "steps", "inputs", "tax_inputs", "data"}
"""Values with keys of their own, described where they are made."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        made = World()
        result = QaResult.objects.create(
            segment=made.segment, agent=made.agent, scorecard=made.review.scorecard, score=90, at=NOW
        )
        result.hits.create(rule=Rule.values[0], message_seq=1, found="rude")
        picture = {"file": "x.png", "media_type": "image/png", "size_bytes": 1, "sha256": "0" * 64, "uploaded_at": NOW}
        IdentityDocument.objects.create(check_of=made.agent.identity_check, side=DocumentSide.values[0], **picture)
        yield made
        transaction.set_rollback(True)


def tables(value: Any, path: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every object in the file: its path without positions, and its keys."""
    if isinstance(value, list):
        for item in value:
            yield from tables(item, path)
    elif isinstance(value, dict):
        yield path, set(value)
        for key, item in value.items():
            if key not in FREE:
                yield from tables(item, f"{path}.{key}".lstrip("."))


def test_one_of_everything_is_in_the_file_and_in_its_description(world: World) -> None:
    file = own_data(actor=world.roles.actor("agent"), at=NOW)
    json.dumps(file)
    described = {}
    for line in Path(settings.BASE_DIR, "docs/personal-data.md").read_text().splitlines():
        if line.startswith("| `"):
            key, _what, keys = (cell.strip() for cell in line.strip("|").split(" | ", 2))
            described[key.strip("` ")] = set(re.findall(r"`(\w+)`", keys))
    found: dict[str, set[str]] = {}
    for path, keys in tables(file):
        if (path and "." in path) or path in ("person", "agent", "consents"):
            found.setdefault(path, set()).update(keys)
    assert {path: described.get(path) for path in found} == found
    assert set(described) - set(found) == {"made_at", "platform_roles", "memberships"}
    assert "rude" not in json.dumps(file)  # what a rule found may be the customer's words
    assert {section.name for section in export_sections()} <= set(file)


def test_nothing_of_another_agent_nor_of_a_customer_is_in_it(world: World) -> None:
    mine = json.dumps(own_data(actor=world.roles.actor("agent"), at=NOW), ensure_ascii=False)
    for name in ("other_agent", "lead"):
        agent = world.roles.agents[name]
        theirs = own_data(actor=world.roles.actor(name), at=NOW)
        assert not {agent.nickname, agent.public_id, agent.user.public_id, agent.user.email} & set(
            re.findall(r'"([^"]*)"', mine)
        )
        assert world.agent.public_id not in json.dumps(theirs)
        assert all(theirs["live"][key] in ([], None) for key in theirs["live"])
        assert theirs["pay"]["earnings"] == theirs["tasks"]["claims"] == theirs["quality"]["reviews"] == []
    for row in Message.objects.exclude(author="agent"):
        assert row.body not in mine
    for name in Customer.objects.exclude(display_name="").values_list("display_name", flat=True):
        assert name not in mine
    for person in ("reviewer", "finance", "owner"):
        user = world.roles.users[person]
        assert user.public_id not in mine
        assert user.email not in mine


def test_staff_get_what_is_theirs_not_what_they_may_read(world: World) -> None:
    for name in ("finance", "reviewer", "operator"):
        file = own_data(actor=world.roles.actor(name), at=NOW)
        assert file["pay"] == {"earnings": [], "payouts": [], "bank_accounts": []}
        assert world.agent.public_id not in json.dumps(file)


def test_every_row_of_the_agent_is_there(world: World) -> None:
    file = own_data(actor=world.roles.actor("agent"), at=NOW)

    def ids(model: Any) -> list[str]:
        return sorted(model.objects.filter(agent=world.agent).values_list("public_id", flat=True))

    for section, key, model in (
        ("tasks", "claims", Claim),
        ("live", "offers", Offer),
        ("live", "phrases", Phrase),
        ("pay", "earnings", Earning),
        ("pay", "bank_accounts", PayoutAccount),
    ):
        assert sorted(row["id"] for row in file[section][key]) == ids(model) != []
    said = [message for row in file["live"]["conversations"] for message in row["messages"]]
    assert len(said) == Message.objects.filter(agent=world.agent).count() > 0
    assert all(entry["by"] in ("you", "platform", "somebody else") for entry in file["audit"]["about_me"])
    assert "pay.request_payout" in {entry["action"] for entry in file["audit"]["by_me"]}
    assert "pay.payout_approved" in {entry["action"] for entry in file["audit"]["about_me"]}


def many_conversations(world: World, number: int) -> None:
    """As many more as told, each with ten messages of one's own, an offer and a rating, at once."""
    model, made = world.conversation, []
    guards = [f"{m._meta.label}:{t.name}" for m, t in pgtrigger.registered() if m._meta.app_label == "live"]
    with pgtrigger.ignore(*guards):
        for n in range(number):
            row = Conversation.objects.get(pk=model.pk) if n == 0 else made[-1]
            made.append(copied(row, start_key=f"many-{n}"))
        Conversation.objects.bulk_create(made)
        part, offer = model.segments.get(), model.offers.get()
        parts = Segment.objects.bulk_create(copied(part, conversation=row) for row in made)
        decisions = RoutingDecision.objects.bulk_create(copied(offer.decision, conversation=row) for row in made)
        Offer.objects.bulk_create(
            copied(offer, conversation=row, decision=decision) for row, decision in zip(made, decisions, strict=True)
        )
        said = Message.objects.filter(conversation=model, author="agent").first()
        Message.objects.bulk_create(
            copied(said, conversation=row, seq=100 + n, client_msg_id=f"many-{n}") for row in made for n in range(10)
        )
        Rating.objects.bulk_create(copied(world.rating, segment=row) for row in parts)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does for rows that did not come a moment ago


def copied(row: Any, **fields: Any) -> Any:
    """An unsaved row like `row`, with an id of its own."""
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    values |= {"public_id": new_public_id(row.public_id.partition("_")[0])} if "public_id" in values else {}
    new = type(row)(**values)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def test_five_hundred_conversations_cost_no_more_queries_and_under_two_seconds(world: World) -> None:
    actor = world.roles.actor("agent")
    with CaptureQueriesContext(connection) as few:
        own_data(actor=actor, at=NOW)
    many_conversations(world, 500)
    with CaptureQueriesContext(connection) as many:
        file = own_data(actor=actor, at=NOW)
    assert len(many) == len(few)
    assert len(file["live"]["conversations"]) > 500
    answered = sum(float(query["time"]) for query in many.captured_queries)
    page = Client()
    page.force_login(world.agent.user)
    started = time.process_time()
    response = page.get(reverse("public:own_data"))
    took = time.process_time() - started + answered
    assert response.json()["live"] == file["live"]
    assert took < 2, f"{len(response.content)} bytes in {took:.2f} s"
