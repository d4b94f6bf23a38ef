"""The pages where a client sets a programme's pace and its experts."""

from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.states import ClientRole
from accounts.tests.factories import MembershipFactory, OrganisationFactory, ProgrammeFactory, client_actor, client_user
from live import selectors
from live.tests.factories import AT
from quality.logic.scores import STANDARD_ITEMS
from quality.logic.smart_qa import DEFAULT_SETTINGS
from quality.services import publish_scorecard
from quality.states import Rule

pytestmark = pytest.mark.django_db
STRICTER = "Your scorecard is stricter than your pace"


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def pace(client, programme):
    client.force_login(client_user(programme.organisation, ClientRole.MANAGER))
    return reverse("client:service_numbers", args=[programme.public_id])


def test_a_manager_sets_the_pace_and_keeps_what_was_typed_wrong(client, programme, pace):
    assert "1 to 10. Empty: 3." in client.get(pace).content.decode()
    for wrong in ("11", "0", "99999999999"):
        answer = client.post(pace, {"chats_at_once": wrong, "reply_seconds": "90"})
        assert answer.status_code == 422
        assert answer.context["form"].errors == {"chats_at_once": ["Between 1 and 10."]}
        assert f'value="{wrong}"' in answer.content.decode()
    assert client.post(pace, {"chats_at_once": "5", "reply_seconds": "90"}).status_code == 302
    set_now = {name: n for name, n in selectors.service_numbers(programme.pk).items() if n is not None}
    assert set_now == {"chats_at_once": 5, "reply_seconds": 90}


def test_a_pace_slower_than_the_scorecard_says_so(client, programme, pace):
    """Nobody learns from lost points that what was in time here was late there."""
    assert STRICTER not in client.get(pace).content.decode()
    told = client.post(pace, {"first_reply_seconds": "600", "reply_seconds": "180"}, follow=True)
    assert told.context["stricter"] == ["First reply: the pace gives 600 seconds, but smart QA takes points after 180."]
    text = told.content.decode()
    assert STRICTER in text
    assert reverse("client:scorecard", args=[programme.public_id]) in text
    seconds = {Rule.FIRST_RESPONSE: 600, Rule.REPLY_GAP: 179}
    rules = [replace(r, params={"seconds": seconds[r.rule]}) for r in DEFAULT_SETTINGS if r.rule in seconds]
    publish(programme, rules)
    assert client.get(pace).context["stricter"] == [
        "Further replies: the pace gives 180 seconds, but smart QA takes points after 179."
    ]
    publish(programme, [replace(rule, deduction=0) for rule in rules])
    assert client.get(pace).context["stricter"] == []


def publish(programme, rules):
    publish_scorecard(
        actor=client_actor(programme.organisation), programme=programme, items=STANDARD_ITEMS, rules=rules, at=AT
    )


PAGES = ["service_numbers", "experts", "phrases", "guide", "programme"]


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_a_programme_name_the_organisation_it_belongs_to(client, programme, page):
    """Not the one that comes first of those the person acts for."""
    user = client_user(programme.organisation, ClientRole.MANAGER)
    MembershipFactory(user=user, organisation=OrganisationFactory(name="!First of all"), role=ClientRole.MANAGER)
    client.force_login(user)
    answer = client.get(reverse(f"client:{page}", args=[programme.public_id]))
    assert answer.context["organisation"] == programme.organisation
