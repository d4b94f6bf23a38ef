"""The pages where phrases are written, and what the workspace fetches of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.states import ClientRole
from accounts.tests.factories import AgentFactory, client_actor, client_user
from live import services
from live.models import Phrase
from live.tests.factories import AT, active, floor

pytestmark = pytest.mark.django_db


def test_a_manager_writes_changes_and_archives_a_phrase(client):
    programme = floor().programme
    client.force_login(client_user(programme.organisation, ClientRole.MANAGER))
    address = reverse("client:phrases", args=[programme.public_id])
    wrong = client.post(address, {"language": "en", "shortcut": "hi", "text": "Hello {name}"})
    assert wrong.status_code == 422
    assert "{name} is not known" in wrong.content.decode()
    assert "Hello {name}" in wrong.content.decode()
    assert client.post(address, {"language": "en", "shortcut": "hi", "text": "Hello {customer}"}).status_code == 302
    phrase = Phrase.objects.get()
    edit = reverse("client:phrase", args=[phrase.public_id])
    assert "Hello {customer}" in client.get(edit).content.decode()
    client.post(edit, {"language": "en", "shortcut": "hey", "text": "Hey"})
    phrase.refresh_from_db()
    assert (phrase.shortcut, phrase.text) == ("hey", "Hey")
    client.post(reverse("client:phrase_archive", args=[phrase.public_id]))
    assert "/hey</a>" not in client.get(address).content.decode()


def test_an_agents_own_phrases(client):
    agent = AgentFactory()
    client.force_login(agent.user)
    address = reverse("agent:phrases")
    assert client.post(address, {"language": agent.languages[0], "shortcut": "sig", "text": "Yours"}).status_code == 302
    assert "/sig" in client.get(address).content.decode()
    phrase = Phrase.objects.get()
    client.post(reverse("agent:phrase", args=[phrase.public_id]), {"language": "en", "shortcut": "sig", "text": "Bye"})
    phrase.refresh_from_db()
    assert phrase.text == "Bye"
    client.force_login(AgentFactory().user)
    assert client.get(reverse("agent:phrase", args=[phrase.public_id])).status_code == 404


def test_a_programmes_phrase_is_no_agents_to_change(client):
    made = floor()
    phrase = services.add_programme_phrase(
        actor=client_actor(made.programme.organisation, ClientRole.MANAGER),
        programme=made.programme,
        language="en",
        shortcut="hi",
        text="Hi",
        at=AT,
    )
    client.force_login(made.agents[0].user)
    assert client.get(reverse("agent:phrase", args=[phrase.public_id])).status_code == 404
    talk = active(made)
    found = client.get(reverse("agent:workspace_phrases", args=[talk.public_id])).json()
    assert found == {"phrases": [{"shortcut": "hi", "text": "Hi", "language": "en", "own": False}]}


def test_a_list_of_phrases_costs_the_same_however_long(client):
    agent = AgentFactory()
    client.force_login(agent.user)
    costs = []
    for n in range(3):
        Phrase.objects.create(agent=agent, language="en", shortcut=f"s{n}", text="x", created_at=AT, updated_at=AT)
        client.get(reverse("agent:phrases"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("agent:phrases"))
        costs.append(len(queries))
    assert costs[0] == costs[2]
