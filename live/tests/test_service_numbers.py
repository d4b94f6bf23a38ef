"""The numbers of service a client sets for a programme."""

import pytest

from accounts.errors import RoleNeeded
from accounts.states import ClientRole
from accounts.tests.factories import ProgrammeFactory, client_actor
from core.errors import Invalid, NotFound
from core.models import AuditEntry
from live import selectors, services
from live.logic.rules import RULES
from live.tests.factories import AT

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
    rules, _codes = selectors.programme_rules(programme.pk)
    assert (rules.chats_at_once, rules.reply_seconds, rules.expert_seconds) == (5, 90, 10)
    assert AuditEntry.objects.get(action="live.set_service_numbers").data == {"chats_at_once": 5, "reply_seconds": 90}
    put(programme, chats_at_once=None)
    assert selectors.service_numbers(programme.pk)["chats_at_once"] is None
    assert selectors.programme_rules(programme.pk)[0].chats_at_once == RULES.chats_at_once


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
