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
