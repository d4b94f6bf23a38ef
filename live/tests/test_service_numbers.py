"""The numbers of service a client sets for a programme."""

import pytest

from accounts.errors import RoleNeeded
from accounts.states import ClientRole
from accounts.tests.factories import ProgrammeFactory, client_actor
from core.errors import Invalid, NotFound
from core.models import AuditEntry
from live import selectors, services
from live.events import AgentDeskChanged, QueueMoved
from live.logic.rules import RULES
from live.models import AgentPresence, Offer
from live.services import programme_rules
from live.tests.factories import AT, active, floor, later, start

pytestmark = pytest.mark.django_db


def put(programme, role=ClientRole.MANAGER, **numbers):
    actor = client_actor(programme.organisation, role)
    return services.set_service_numbers(actor=actor, programme=programme, numbers=numbers, at=AT)


def test_numbers_hold_until_they_are_emptied_and_leave_the_experts_alone():
    programme = ProgrammeFactory()
    services.set_experts(
        actor=client_actor(programme.organisation), programme=programme, skill="", score=None, seconds=10, at=AT
    )
    put(programme, chats_at_once=5, reply_seconds=90)
    rules = selectors.programme_rules(programme.pk)
    assert (rules.chats_at_once, rules.reply_seconds, rules.expert_seconds) == (5, 90, 10)
    assert AuditEntry.objects.get(action="live.set_service_numbers").data == {"chats_at_once": 5, "reply_seconds": 90}
    put(programme, chats_at_once=None)
    assert selectors.service_numbers(programme.pk)["chats_at_once"] is None
    assert selectors.programme_rules(programme.pk).chats_at_once == RULES.chats_at_once


@pytest.mark.parametrize("name", RULES.service_bounds)
def test_a_number_out_of_bounds_is_refused_at_its_field(name):
    programme = ProgrammeFactory()
    least, most = RULES.service_bounds[name]
    assert least <= getattr(RULES, name) <= most
    for number in (least - 1, most + 1, 10**12):
        with pytest.raises(Invalid) as refused:
            put(programme, **{name: number})
        assert list(refused.value.fields) == [name]
    put(programme, **{name: least})
    put(programme, **{name: most})


def test_only_the_clients_owners_and_managers_set_them():
    programme = ProgrammeFactory()
    with pytest.raises(RoleNeeded):
        put(programme, ClientRole.SUPERVISOR, chats_at_once=2)
    stranger = client_actor(ProgrammeFactory().organisation)
    with pytest.raises(NotFound):
        services.set_service_numbers(actor=stranger, programme=programme, numbers={"chats_at_once": 2}, at=AT)
    assert selectors.service_numbers(programme.pk)["chats_at_once"] is None


def set_experts(programme):
    actor = client_actor(programme.organisation)
    return services.set_experts(actor=actor, programme=programme, skill="", score=None, seconds=0, at=AT)


@pytest.mark.parametrize("change", [lambda programme: put(programme, chats_at_once=2), set_experts])
def test_who_waits_is_offered_when_a_change_makes_room(monkeypatch, django_capture_on_commit_callbacks, change):
    """Desks show the number, customers their estimate: both look again."""
    told: list[object] = []
    made = floor()
    put(made.programme, chats_at_once=1)
    active(made)
    waiting = start(made.programme)
    if change is set_experts:  # a place came free and nobody noticed
        programme_rules.ProgrammeRules.objects.update(chats_at_once=2)
    monkeypatch.setattr(programme_rules, "publish", told.append)
    with django_capture_on_commit_callbacks(execute=True):
        change(made.programme)
    assert Offer.objects.get(state="open").conversation_id == waiting.pk
    assert told == [QueueMoved(made.programme.pk, AT), AgentDeskChanged(made.agents[0].pk, AT)]


def test_an_offer_keeps_its_place_when_the_number_is_lowered():
    made = floor()
    active(made)
    second, third = start(made.programme), start(made.programme)
    assert services.assign_all_waiting(at=AT) == 2
    put(made.programme, chats_at_once=1)
    for talk in (second, third):
        offer = Offer.objects.get(conversation=talk)
        assert services.accept_offer(actor=made.actors[0], offer=offer, at=later(seconds=5)).state == "active"
    assert services.expire_offers(at=later(seconds=30)) == 0
    assert AgentPresence.objects.get().missed_offers == 0
    start(made.programme, at=later(seconds=6))
    assert services.assign_all_waiting(at=later(seconds=6)) == 0
