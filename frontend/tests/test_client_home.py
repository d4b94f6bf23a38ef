"""A client's home: what runs, what waits, how customers took it."""

import pytest
from django.urls import reverse

from accounts.states import ClientRole
from accounts.tests.factories import OrganisationFactory, client_user
from quality.tests.factories import rated
from tasks.tests.factories import OpenTaskFactory

pytestmark = pytest.mark.django_db


def test_home_without_work_offers_the_next_step(client):
    client.force_login(client_user(OrganisationFactory(), ClientRole.MANAGER))
    page = client.get(reverse("client:home"))
    assert page.status_code == 200
    assert reverse("client:task_new") in page.content.decode()


@pytest.mark.parametrize("role", ClientRole)
def test_home_leads_who_may_post_to_the_next_task_while_others_run(client, role):
    task = OpenTaskFactory(title="Evening peak")
    client.force_login(client_user(task.programme.organisation, role))
    page = client.get(reverse("client:home")).content.decode()
    may = role in {ClientRole.OWNER, ClientRole.MANAGER}
    assert (f'href="{reverse("client:task_new")}"' in page, "Evening peak" in page) == (may, True)


def test_home_shows_ones_own_work_only(client):
    mine, other = OpenTaskFactory(title="Evening peak"), OpenTaskFactory(title="Not yours")
    client.force_login(client_user(mine.programme.organisation, ClientRole.MANAGER))
    page = client.get(reverse("client:home")).content.decode()
    assert mine.title in page
    assert other.title not in page


def test_home_counts_satisfied_customers(client, monkeypatch):
    rating = rated(csat=5)
    monkeypatch.setattr("frontend.client.panels.now", lambda: rating.at)
    client.force_login(client_user(rating.programme.organisation, ClientRole.ANALYST))
    assert "n = 0" not in client.get(reverse("client:home")).content.decode()
