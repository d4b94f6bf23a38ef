"""Each rule on a conversation that breaks it and one that does not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.logic import smart_qa
from quality.logic.smart_qa import DEFAULT_SETTINGS, Hit, RuleSetting, evaluate
from quality.logic.transcripts import Turn
from quality.states import Rule

START = datetime(2026, 11, 11, 12, tzinfo=UTC)


def talk(*lines: tuple[str, str] | tuple[str, str, int]) -> list[Turn]:
    """Turns from (author, text[, seconds after the one before = 20])."""
    at, turns = START, []
    for seq, line in enumerate(lines, start=1):
        at += timedelta(seconds=line[2] if len(line) == 3 else 20)
        turns.append(Turn(seq, line[0], line[1], at))
    return turns


GOOD_EN = talk(
    ("customer", "Hi, when will my parcel arrive?"),
    ("agent", "Hello! Let me look at the tracking for you."),
    ("agent", "It arrives on Friday before noon."),
    ("customer", "Great, thank you."),
    ("agent", "Happy to help. Have a nice day!"),
)
GOOD_ZH = talk(
    ("customer", "你好,我的快递什么时候到?"),
    ("agent", "您好!我先看一下物流信息。"),
    ("agent", "预计周五中午前送达,到时会短信通知您。"),
    ("customer", "好的谢谢"),
    ("agent", "不客气,祝您生活愉快!"),
)


@pytest.mark.parametrize("turns", [GOOD_EN, GOOD_ZH], ids=["en", "zh"])
def test_a_good_conversation_scores_100(turns):
    assert evaluate(turns, DEFAULT_SETTINGS) == smart_qa.Outcome(100, ())


@pytest.mark.parametrize(
    ("rule", "turns", "seqs"),
    [
        (Rule.GREETING, talk(("customer", "Hello"), ("agent", "Order number?")), [2]),
        (Rule.GREETING, talk(("customer", "在吗"), ("agent", "订单号")), [2]),
        (Rule.CLOSING, talk(("customer", "Hello"), ("agent", "Hello"), ("agent", "Done.")), [3]),
        (Rule.FIRST_RESPONSE, talk(("customer", "Hello"), ("agent", "Hello", 181)), [2]),
        (
            Rule.REPLY_GAP,
            talk(("customer", "a"), ("agent", "b"), ("customer", "c"), ("customer", "d", 100), ("agent", "e", 100)),
            [5],
        ),
        (Rule.FORBIDDEN_WORDS, talk(("customer", "Why?"), ("agent", "That is not my problem.")), [2]),
        (Rule.FORBIDDEN_WORDS, talk(("customer", "为什么"), ("agent", "这不关我的事")), [2]),
        (Rule.UNANSWERED_QUESTION, talk(("agent", "Hello"), ("customer", "Where is it?"), ("customer", "ok")), [2]),
        (
            Rule.REPEATED_QUESTION,
            talk(("customer", "where is my parcel?"), ("agent", "Soon."), ("customer", "So where is my parcel?")),
            [3],
        ),
        (Rule.PROMISE, talk(("customer", "Hello"), ("agent", "I will check and get back to you.")), [2]),
        (Rule.PROMISE, talk(("customer", "你好"), ("agent", "我帮您核实一下,稍后回复")), [2]),
        (Rule.SENSITIVE_DATA, talk(("customer", "I cannot log in"), ("agent", "Please send me your password.")), [2]),
        (Rule.SENSITIVE_DATA, talk(("customer", "登录不了"), ("agent", "请提供短信验证码")), [2]),
        (Rule.OFF_PLATFORM, talk(("customer", "Hi"), ("agent", "Add me on WeChat, it is quicker.")), [2]),
        (Rule.OFF_PLATFORM, talk(("customer", "你好"), ("agent", "您加我微信吧")), [2]),
        (Rule.COPY_PASTE, talk(*[("agent", "Please wait.")] * 4), [2, 3, 4]),
    ],
)
def test_rule_points_at_the_message_that_broke_it(rule, turns, seqs):
    assert [hit.seq for hit in smart_qa.RULES[rule](turns, {})] == seqs


@pytest.mark.parametrize(
    ("rule", "turns"),
    [
        (Rule.FIRST_RESPONSE, talk(("customer", "Hello"), ("agent", "Hello", 180))),
        (Rule.FORBIDDEN_WORDS, talk(("customer", "Sure?"), ("agent", "I cannot guarantee Friday, sorry."))),
        (Rule.FORBIDDEN_WORDS, talk(("customer", "几号到"), ("agent", "我不能保证绝对准时"))),
        (Rule.SENSITIVE_DATA, talk(("agent", "Please never tell me your password."))),
        (Rule.OFF_PLATFORM, talk(("agent", "请不要加微信,以免受骗"))),
        (Rule.UNANSWERED_QUESTION, talk(("customer", "Where is it?"), ("agent", "On its way."))),
        (Rule.REPEATED_QUESTION, talk(("customer", "Where is it?"), ("customer", "Where is it?"), ("agent", "Here."))),
        (Rule.COPY_PASTE, talk(*[("agent", "Please wait.")] * 3)),
    ],
)
def test_rule_stays_silent(rule, turns):
    assert smart_qa.RULES[rule](turns, {}) == []


def test_a_file_without_words_is_an_answer_in_time_and_nothing_else():
    start = datetime(2026, 11, 11, 12, tzinfo=UTC)
    said = ["", "Hello!", "", "", "", "Anything else?"]
    turns = [Turn(1, "customer", "Where is it?", start)]
    turns += [Turn(n, "agent", text, start + timedelta(seconds=n)) for n, text in enumerate(said, start=2)]
    assert evaluate(turns, DEFAULT_SETTINGS).hits == ()


def test_first_response_counts_from_the_agent_joining():
    turns = talk(("customer", "Hello"), ("agent", "Hello", 600))
    joined = turns[1].at - timedelta(seconds=30)
    assert smart_qa.first_response(turns, {"since": joined}) == []


def test_fatal_rule_makes_the_score_zero():
    turns = talk(("customer", "Hi"), ("agent", "Hello, please send me your password."), ("agent", "Take care"))
    assert evaluate(turns, DEFAULT_SETTINGS) == smart_qa.Outcome(0, (Hit(Rule.SENSITIVE_DATA, 2, "password"),))


def test_deduction_is_taken_once_however_often_a_rule_hits():
    turns = talk(("agent", "Hello, whatever"), ("agent", "whatever, take care"))
    outcome = evaluate(turns, [RuleSetting(Rule.FORBIDDEN_WORDS, 20)])
    assert (outcome.score, len(outcome.hits)) == (80, 2)


@given(st.lists(st.tuples(st.sampled_from(["customer", "agent", "system"]), st.text(max_size=60)), max_size=12))
def test_any_transcript_gets_a_score_and_hits_that_exist(lines):
    turns = talk(*lines)
    outcome = evaluate(turns, DEFAULT_SETTINGS)
    assert 0 <= outcome.score <= 100
    assert {hit.seq for hit in outcome.hits} <= {turn.seq for turn in turns}
