"""Refusals that a lower part raises in a door's place: the description of the API allows each of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.tests.factories import AgentFactory
from certification.tests.factories import StandardFactory, give_certificate
from live.logic.rules import RULES
from live.policies import token_for
from marketplace.tests.contract import operation_at
from quality.tests.factories import served
from tasks.tests.factories import NEXT_WEEK
from tasks.tests.test_still_eligible import LONG_AGO, certificate, claimed, revoke

pytestmark = pytest.mark.django_db


def refused(browser: Client, path: str, body: dict[str, Any]) -> str:
    """The code of a refusal the description allows."""
    answer = browser.post(path, body, content_type="application/json")
    operation = operation_at(path, "POST")
    assert operation is not None
    assert operation.complaint(answer) == ""
    code: str = answer.json()["code"]
    return code


@pytest.mark.parametrize(
    ("is_revoked", "code"), [(False, "tasks.no_longer_eligible"), (True, "tasks.certificate_lost")]
)
def test_checking_in_without_what_the_task_asks(client: Client, is_revoked: bool, code: str) -> None:
    agent = AgentFactory()
    standard = StandardFactory(slug="retail", valid_days=365 if is_revoked else 8)
    held = give_certificate(agent, standard, at=LONG_AGO)
    claim = claimed(agent, certificate())
    if is_revoked:
        revoke(held, NEXT_WEEK - timedelta(minutes=1))
    client.force_login(agent.user)
    with time_machine.travel(NEXT_WEEK, tick=False):
        assert refused(client, f"/api/v1/claims/{claim.public_id}/check-in/", {}) == code


def test_rating_when_the_time_for_it_is_over(client: Client) -> None:
    segment = served()
    with time_machine.travel(segment.talk_ended_at + timedelta(seconds=RULES.rate_within_seconds), tick=False):
        body = {"token": token_for(segment.conversation.customer), "segment": segment.public_id, "csat": 5}
        assert refused(client, "/widget/rating/", body) == "quality.rating_too_late"
