"""The API's door: keys and sessions, /me/ and /programmes/."""

import pytest
import time_machine
from django.test import Client

from accounts import services
from accounts.models import ApiKey
from accounts.states import ClientRole, Scope, StaffRole
from accounts.tests.factories import (
    OrganisationFactory,
    ProgrammeFactory,
    UserFactory,
    client_actor,
    client_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return OrganisationFactory(name="Lantern Tea")


def bearer(organisation, at, *scopes):
    _key, secret = services.create_api_key(
        actor=client_actor(organisation), organisation=organisation, name="Shop", scopes=scopes, at=at
    )
    return {"Authorization": f"Bearer {secret}"}


def test_a_key_says_who_it_is(client, organisation, at):
    headers = bearer(organisation, at, Scope.TASKS_READ)
    body = client.get("/api/v1/me/", headers=headers).json()
    key = ApiKey.objects.get()
    assert body == {
        "kind": "api_key",
        "id": key.public_id,
        "name": "Shop",
        "language": "en",
        "time_zone": "UTC",
        "organisations": [{"organisation": organisation.public_id, "name": "Lantern Tea", "role": "manager"}],
        "platform_roles": [],
        "scopes": ["tasks:read"],
    }
    assert key.last_used_at is not None


def test_a_person_says_who_they_are(client, organisation):
    user = client_user(organisation, ClientRole.ANALYST)
    client.force_login(user)
    body = client.get("/api/v1/me/").json()
    assert (body["kind"], body["id"], body["scopes"]) == ("person", user.public_id, [])
    assert body["organisations"][0]["role"] == "analyst"
    client.force_login(staff_user(StaffRole.FINANCE, StaffRole.AUDITOR))
    body = client.get("/api/v1/me/").json()
    assert (body["organisations"], body["platform_roles"]) == ([], ["auditor", "finance"])


@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer tl_x", "bearer tl_abcdefgh_" + "x" * 43, "Bearer a b", "Bearer \xff", ""]
)
def test_a_bad_key_is_refused_as_a_problem(client, authorization):
    response = client.get("/api/v1/me/", headers={"Authorization": authorization})
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 401


def test_a_bad_key_is_not_rescued_by_a_session(client, organisation):
    client.force_login(client_user(organisation))
    assert client.get("/api/v1/me/", headers={"Authorization": "Bearer tl_x"}).status_code == 401


def test_a_revoked_key_is_refused_at_once(client, organisation, at):
    headers = bearer(organisation, at, Scope.TASKS_READ)
    services.revoke_api_key(actor=client_actor(organisation), key=ApiKey.objects.get(), at=at)
    assert client.get("/api/v1/me/", headers=headers).status_code == 401


def test_a_disabled_person_is_refused(client, organisation):
    user = client_user(organisation)
    client.force_login(user)
    user.is_active = False
    user.save()
    assert client.get("/api/v1/me/").status_code == 401


def test_a_session_needs_its_token_to_write(organisation):
    client = Client(enforce_csrf_checks=True)
    client.force_login(client_user(organisation))
    assert client.post("/api/v1/me/", {}, content_type="application/json").status_code in {403, 405}


def test_programmes_are_one_s_own(client, organisation, at):
    mine, other = ProgrammeFactory(organisation=organisation, name="Tea"), ProgrammeFactory()
    headers = bearer(organisation, at, Scope.TASKS_READ)
    body = client.get("/api/v1/programmes/", headers=headers).json()
    assert [p["id"] for p in body["results"]] == [mine.public_id]
    one = client.get(f"/api/v1/programmes/{mine.public_id}/", headers=headers)
    assert (one.json()["name"], one.json()["organisation"]) == ("Tea", organisation.public_id)
    assert client.get(f"/api/v1/programmes/{other.public_id}/", headers=headers).status_code == 404
    assert client.get("/api/v1/programmes/nonsense/", headers=headers).status_code == 404


def test_a_key_needs_its_scope(client, organisation, at):
    headers = bearer(organisation, at, Scope.MONEY_READ)
    response = client.get("/api/v1/programmes/", headers=headers)
    assert (response.status_code, response.json()["code"]) == (403, "accounts.scope_needed")


def test_a_person_without_organisations_sees_none(client):
    client.force_login(UserFactory())
    assert client.get("/api/v1/programmes/").json()["results"] == []


@pytest.mark.parametrize("rows", [1, 3])
@time_machine.travel("2026-11-02 09:00", tick=False)
def test_programmes_cost_the_same_however_many(client, organisation, at, rows, django_assert_num_queries):
    ProgrammeFactory.create_batch(rows, organisation=organisation)
    headers = bearer(organisation, at, Scope.TASKS_READ)
    client.get("/api/v1/me/", headers=headers)
    with django_assert_num_queries(2):
        assert len(client.get("/api/v1/programmes/", headers=headers).json()["results"]) == rows


def test_pages_follow_each_other(client, organisation, at):
    ProgrammeFactory.create_batch(3, organisation=organisation)
    headers = bearer(organisation, at, Scope.TASKS_READ)
    first = client.get("/api/v1/programmes/?page_size=2", headers=headers).json()
    second = client.get(first["next"], headers=headers).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (2, 1, None)
