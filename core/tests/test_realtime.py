"""Push after commit, and tokens that open one topic to one person."""

import asyncio

import pytest
import time_machine
from channels.layers import BaseChannelLayer, get_channel_layer
from django.db import transaction

from core import realtime


def test_a_token_opens_its_topic_to_its_person_for_a_day():
    with time_machine.travel("2026-11-11 09:00", tick=False) as clock:
        token = realtime.topic_token("claims.agt_1", user_id=7)
        assert realtime.topic_of(token, user_id=7) == "claims.agt_1"
        assert realtime.topic_of(token, user_id=8) is None
        assert realtime.topic_of(token, user_id=None) is None
        assert realtime.topic_of(token[:-1] + "x", user_id=7) is None
        assert realtime.topic_of("", user_id=7) is None
        clock.shift(realtime.TOKEN_MAX_AGE_SECONDS + 1)
        assert realtime.topic_of(token, user_id=7) is None


def test_a_token_signed_for_something_else_opens_nothing():
    from django.core.signing import TimestampSigner

    stranger = TimestampSigner(salt="another").sign_object({"topic": "x", "user": 7})
    assert realtime.topic_of(stranger, user_id=7) is None
    assert realtime.topic_of(realtime._signer().sign_object(["x"]), user_id=7) is None


def test_group_names_suit_the_channel_layer():
    layer = BaseChannelLayer()
    for key in ("cnv_01jd3k5w1r8m0q2y7x9z4t6v5b", 7, "带汉字", "x" * 300, "a b:c"):
        assert layer.require_valid_group_name(realtime.group_name("page", key))
    assert realtime.group_name("page", "a b") != realtime.group_name("page", "a_b")


@pytest.mark.django_db
def test_nudges_leave_after_commit_and_only_then(monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(realtime, "send", lambda group, message: sent.append((group, message["version"])))
    with django_capture_on_commit_callbacks(execute=True):
        realtime.nudge("task.1", version=3)
        assert sent == []
    assert sent == [("page.task.1", "3")]

    class Undone(Exception):
        pass

    def undo():
        with transaction.atomic():
            realtime.nudge("task.2")
            raise Undone

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Undone):
        undo()
    assert len(sent) == 1


class Away:
    async def group_send(self, *args):
        raise ConnectionError


def test_a_channel_layer_that_is_away_is_no_error(monkeypatch, caplog):
    monkeypatch.setattr(realtime, "get_channel_layer", Away)
    realtime.send("page.x", {"type": "page.nudge"})
    assert "was lost" in caplog.text


async def test_on_the_thread_of_a_running_loop_another_thread_sends(caplog):
    """As in a browser test, where Playwright's loop runs on the test's own thread."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add("page.x", channel)
    realtime.send("page.x", {"type": "page.nudge", "topic": "x"})
    async with asyncio.timeout(5):
        assert await layer.receive(channel) == {"type": "page.nudge", "topic": "x"}
    assert caplog.records == []


async def test_a_send_that_fails_in_another_thread_is_logged(monkeypatch, caplog):
    monkeypatch.setattr(realtime, "get_channel_layer", Away)
    realtime.send("page.x", {"type": "page.nudge"})
    async with asyncio.timeout(5):
        while "was lost" not in caplog.text:
            await asyncio.sleep(0.01)
