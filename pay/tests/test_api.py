"""Balance and spending by API: with a key of the right scope, with a session, and refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import ApiKey, Organisation
from accounts.services import create_api_key
from accounts.states import Scope
from accounts.tests.factories import MembershipFactory, OrganisationFactory, UserFactory, client_actor, client_user
from pay.tests.factories import Facts, owed_earning
from tasks.tests.factories import NOON

pytestmark = pytest.mark.django_db


def key(organisation: Organisation, *scopes: Scope) -> dict[str, str]:
    """Headers with a fresh key."""
    made: tuple[ApiKey, str] = create_api_key(
        actor=client_actor(organisation), organisation=organisation, name="k", scopes=list(scopes), at=NOON
    )
    return {"Authorization": f"Bearer {made[1]}"}


def get(path: str, **more: Any) -> Any:
    return Client().get(f"/api/v1/{path}/", **more)


def test_balance_and_spending_by_key(facts: Facts) -> None:
    facts.units = 12
    row = owed_earning()
    headers = key(row.organisation, Scope.MONEY_READ)

    assert get("balance", headers=headers).json() == {
        "organisation": row.organisation.public_id,
        "currency": "CNY",
        "funds_minor": 0,
        "reserved_minor": 97_120,
        "debt_minor": 0,
        "spent_minor": 2_880,
    }
    assert get("spending", headers=headers).json() == [
        {
            "programme": row.programme.public_id,
            "name": row.programme.name,
            "currency": "CNY",
            "earned_minor": 2_400,
            "fee_minor": 480,
            "total_minor": 2_880,
            "tasks": [
                {
                    "task": row.task.public_id,
                    "title": row.task.title,
                    "blocks": 1,
                    "minutes": 30,
                    "earned_minor": 2_400,
                    "fee_minor": 480,
                    "total_minor": 2_880,
                    "reserved_minor": 97_120,
                }
            ],
        }
    ]
    assert get("spending", headers=headers, data={"since": "2026-11-18"}).json() == []
    assert len(get("spending", headers=headers, data={"until": "2026-11-17"}).json()) == 1


@pytest.mark.parametrize("path", ["balance", "spending"])
def test_refusals_are_problems(path: str) -> None:
    organisation = OrganisationFactory()
    assert get(path).status_code in (401, 403)
    wrong = get(path, headers=key(organisation, Scope.TASKS_READ))
    assert (wrong.status_code, wrong.json()["code"]) == (403, "accounts.scope_needed")
    right = key(organisation, Scope.MONEY_READ)
    other = get(path, headers=right, data={"organisation": OrganisationFactory().public_id})
    assert other.status_code == 404
    assert get(path, headers=right, data={"organisation": "' OR 1=1"}).status_code == 404


def test_a_bad_period_is_refused_at_its_field() -> None:
    headers = key(OrganisationFactory(), Scope.MONEY_READ)
    for query, field in (
        ({"since": "tomorrow"}, "since"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "until"),
    ):
        answer = get("spending", headers=headers, data=query)
        assert answer.status_code == 422
        assert field in answer.json()["errors"]


def test_a_person_of_several_organisations_names_one() -> None:
    one = OrganisationFactory()
    user = client_user(one)
    client = Client()
    client.force_login(user)
    assert client.get("/api/v1/balance/").status_code == 200
    two = MembershipFactory(user=user).organisation
    assert client.get("/api/v1/balance/").status_code == 422
    assert client.get("/api/v1/balance/", {"organisation": two.public_id}).json()["organisation"] == two.public_id
    client.force_login(UserFactory())
    assert client.get("/api/v1/balance/").status_code == 404
