"""Phrases: who writes them, who has them at hand, and what the database refuses."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from accounts.states import ClientRole
from accounts.tests.factories import AgentFactory, agent_actor, client_actor
from core.errors import Invalid, NotFound
from core.models import AuditEntry
from live import selectors, services
from live.errors import PhraseArchived, TooManyPhrases
from live.logic import phrases as logic
from live.logic.rules import RULES
from live.models import Phrase
from live.services import phrases as service_module
from live.tests.factories import AT, active, floor, later

pytestmark = pytest.mark.django_db


def manager_of(programme):
    return client_actor(programme.organisation, ClientRole.MANAGER)


def add(programme, shortcut="hello", text="Hello {customer}!", language="en"):
    return services.add_programme_phrase(
        actor=manager_of(programme), programme=programme, language=language, shortcut=shortcut, text=text, at=AT
    )


def test_a_phrase_is_at_hand_for_the_owner_of_a_conversation_in_its_language_first_and_own_ones_before():
    made = floor(agents=2)
    add(made.programme)
    made.programme.languages = ["en", "zh-hans"]
    made.programme.save()
    add(made.programme, language="zh-hans", text="您好!")
    talk = active(made)
    owner = next(actor for actor in made.actors if actor.agent_id == talk.agent_id)
    other = next(actor for actor in made.actors if actor.agent_id != talk.agent_id)
    services.add_own_phrase(actor=owner, language="en", shortcut="zz", text="Mine", at=AT)
    services.add_own_phrase(actor=other, language="en", shortcut="theirs", text="Not mine", at=AT)
    found = selectors.phrases_at_hand(talk.public_id, actor=owner)
    assert [(p.shortcut, p.language) for p in found] == [("zz", "en"), ("hello", "en"), ("hello", "zh-hans")]
    with pytest.raises(NotFound):
        selectors.phrases_at_hand(talk.public_id, actor=other)


def test_phrases_of_another_programme_are_not_at_hand():
    made, elsewhere = floor(), floor()
    add(elsewhere.programme)
    talk = active(made)
    assert selectors.phrases_at_hand(talk.public_id, actor=made.actors[0]) == []


def test_a_former_owner_has_nothing_at_hand():
    made = floor()
    talk = active(made)
    services.close_conversation(
        actor=made.actors[0], conversation=talk, epoch=talk.epoch, wrap_up_code="resolved", note="", at=later(minutes=1)
    )
    with pytest.raises(NotFound):
        selectors.phrases_at_hand(talk.public_id, actor=made.actors[0])


def test_a_shortcut_is_free_again_once_archived_and_an_archived_phrase_does_not_change():
    programme = floor().programme
    first = add(programme, shortcut="/Hello")
    assert first.shortcut == "hello"
    with pytest.raises(Invalid) as refused:
        add(programme)
    assert set(refused.value.fields) == {"shortcut"}
    for _ in range(2):
        services.archive_phrase(actor=manager_of(programme), phrase=first, at=later(minutes=1))
    add(programme)
    with pytest.raises(PhraseArchived):
        services.change_phrase(
            actor=manager_of(programme), phrase=first, language="en", shortcut="x", text="x", at=later(minutes=2)
        )
    actions = list(
        AuditEntry.objects.filter(stream__name="live.phrases").order_by("pk").values_list("action", flat=True)
    )
    assert actions == ["live.add_phrase", "live.archive_phrase", "live.add_phrase"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"shortcut": ""}, "shortcut"),
        ({"shortcut": "two words"}, "shortcut"),
        ({"shortcut": "x" * 25}, "shortcut"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "Your order {order}"}, "text"),
        ({"language": "ja"}, "language"),
    ],
)
def test_what_cannot_be_a_phrase_is_refused_at_its_field(values, field):
    programme = floor().programme
    with pytest.raises(Invalid) as refused:
        add(programme, **values)
    assert set(refused.value.fields) == {field}
    assert Phrase.objects.count() == 0


def test_there_is_a_most(monkeypatch):
    monkeypatch.setattr(service_module, "RULES", replace(RULES, own_phrases=1))
    actor = agent_actor(AgentFactory())
    services.add_own_phrase(actor=actor, language="en", shortcut="a", text="a", at=AT)
    with pytest.raises(TooManyPhrases):
        services.add_own_phrase(actor=actor, language="en", shortcut="b", text="b", at=AT)


def test_a_phrase_has_one_owner_by_constraint():
    programme, agent = floor().programme, AgentFactory()
    common = {"language": "en", "shortcut": "x", "text": "x", "created_at": AT, "updated_at": AT}
    for owners in ({}, {"programme": programme, "agent": agent}):
        with pytest.raises(IntegrityError, match="phrase_of_one_owner"), transaction.atomic():
            Phrase.objects.create(**owners, **common)


@pytest.mark.parametrize(
    ("text", "clean"),
    [("/Hello", "hello"), (" 退款 ", "退款"), ("a-b_1", "a-b_1"), ("a b", None), ("", None), ("/", None)],
)
def test_a_shortcut_is_letters_and_digits(text, clean):
    assert logic.clean_shortcut(text) == clean


def test_unknown_places_are_named_once():
    assert logic.unknown_places("{customer} {order} {x} {order} {agent}{programme}") == ["order", "x"]
