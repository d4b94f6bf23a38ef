"""Push after commit, and tokens that open one topic to one person."""

import pytest
import time_machine
from channels.layers import BaseChannelLayer
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


def test_a_channel_layer_that_is_away_is_no_error(monkeypatch, caplog):
    class Away:
        async def group_send(self, *args):
            raise ConnectionError

    monkeypatch.setattr(realtime, "get_channel_layer", Away)
    realtime.send("page.x", {"type": "page.nudge"})
    assert "was lost" in caplog.text
