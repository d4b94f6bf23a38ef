"""The page where a client sets how fast a programme's customers are served."""

import pytest
from django.urls import reverse

from accounts.states import ClientRole
from accounts.tests.factories import ProgrammeFactory, client_user
from live import selectors

pytestmark = pytest.mark.django_db


def test_a_manager_sets_the_pace_and_keeps_what_was_typed_wrong(client):
    programme = ProgrammeFactory()
    client.force_login(client_user(programme.organisation, ClientRole.MANAGER))
    address = reverse("client:service_numbers", args=[programme.public_id])
    assert "1 to 10. Empty: 3." in client.get(address).content.decode()
    wrong = client.post(address, {"chats_at_once": "11", "reply_seconds": "90"})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors == {"chats_at_once": ["Between 1 and 10."]}
    assert 'value="11"' in wrong.content.decode()
    assert client.post(address, {"chats_at_once": "5", "reply_seconds": "90"}).status_code == 302
    set_now = {name: n for name, n in selectors.service_numbers(programme.pk).items() if n is not None}
    assert set_now == {"chats_at_once": 5, "reply_seconds": 90}
