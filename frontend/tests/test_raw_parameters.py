"""Parameters read past any form: what cannot be stored is never a broken page."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, MembershipFactory, staff_user

pytestmark = pytest.mark.django_db
NUL = "a\0b"
RAW = [
    ("nobody", "public:verify_search", {"id": NUL}),
    ("nobody", "account_login", {"next": NUL}),
    ("agent", "agent:blocks", {"week": NUL}),
    ("agent", "agent:find_work", {"page": NUL, "day": NUL, "industry": NUL}),
    ("agent", "agent:earnings", {"page": NUL, "month": NUL, "programme": NUL}),
    ("client", "client:live", {"cursor": NUL}),
    ("client", "client:live", {"cursor": f"<.{NUL}", "state": NUL}),
    ("client", "client:tasks", {"state": NUL, "page": NUL}),
    ("client", "client:task_new", {"programme": NUL}),
    ("client", "client:money", {"page": NUL}),
    ("client", "api-balance", {"organisation": NUL}),
    ("client", "api-spending", {"organisation": NUL}),
    ("operator", "desk:organisations", {"q": NUL}),
    ("operator", "desk:identity", {"state": NUL}),
    ("operator", "desk:people", {"q": NUL}),
]


def browser(who: str) -> Client:
    client = Client()
    if who == "agent":
        client.force_login(AgentFactory().user)
    elif who == "client":
        client.force_login(MembershipFactory().user)
    elif who == "operator":
        client.force_login(staff_user(StaffRole.OPERATOR))
    return client


@pytest.mark.parametrize(("who", "name", "parameters"), RAW)
def test_a_nul_in_a_parameter_breaks_no_page(who, name, parameters):
    answer = browser(who).get(reverse(name), parameters)
    assert answer.status_code in (200, 422), answer.status_code
