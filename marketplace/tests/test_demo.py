"""The demo world is built through the services, and everything the books and the audit log promise holds in it.

Two of its five weeks: an evening is like the next.
"""

from random import Random

import pytest
from django.core.management import call_command

from accounts.models import AgentProfile
from core import audit, clock
from live.models import Segment
from marketplace.demo import world
from pay.models import Earning, Payout
from quality.models import EscalationReview, Rating, Review

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_demo_world_is_whole(tmp_path, settings, monkeypatch):
    evenings = len(world.past_shifts(Random(1), clock.now()))
    monkeypatch.setattr(world, "WEEKS", 2)
    built = len(world.past_shifts(Random(1), clock.now()))
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    said: list[str] = []
    world.build(say=said.append, now=clock.now())
    assert AgentProfile.objects.count() == 30
    assert Segment.objects.count() / built * evenings >= 200
    assert Rating.objects.count() / built * evenings >= 100
    assert Review.objects.count() >= 8
    assert Earning.objects.count() >= 30
    assert Payout.objects.filter(state="paid").count() >= 3
    judged = [(row.state, row.appealed_at is not None) for row in EscalationReview.objects.order_by("pk")]
    assert judged[0] == ("justified", False)
    assert list(audit.verify()) == []
    call_command("verify_books")
    assert said
