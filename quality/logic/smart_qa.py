"""Smart QA: rules over a closed conversation. Each hit names the message that triggered it.

A rule is a function from turns and its parameters to hits; the scorecard says what a hit costs and
whether it is fatal. The score starts at 100; a rule's deduction is taken once however often it hits
(the hits are all shown); a fatal hit sets the score to 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from quality.logic.transcripts import Turn, is_question, normalise, similarity
from quality.states import Rule


@dataclass(frozen=True)
class RuleSetting:
    """What one rule costs on a scorecard and with which parameters it runs."""

    rule: str
    deduction: int
    fatal: bool = False
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Hit:
    """A rule found something at message `seq`; `found` is the word, the wait or the twin it found."""

    rule: str
    seq: int
    found: str = ""


@dataclass(frozen=True)
class Outcome:
    """The score from 0 to 100 and every hit behind it."""

    score: int
    hits: tuple[Hit, ...]


DEFAULT_SECONDS = 180
"""How soon an answer is in time where a rule does not say."""
GREETINGS = (
    "hello",
    "hi",
    "good morning",
    "good afternoon",
    "good evening",
    "welcome",
    "您好",
    "你好",
    "早上好",
    "下午好",
    "晚上好",
    "欢迎",
)
FAREWELLS = (
    "bye",
    "have a nice",
    "have a good",
    "have a great",
    "take care",
    "anything else",
    "glad to help",
    "happy to help",
    "再见",
    "祝您",
    "祝你",
    "还有其他",
    "还有什么",
    "很高兴为您",
    "感谢您的",
    "生活愉快",
)
PROMISES = (
    "i will get back",
    "i'll get back",
    "i will check",
    "i'll check",
    "i will call",
    "i'll call",
    "let me check",
    "one moment",
    "稍后回复",
    "我去查",
    "我帮您查",
    "帮您核实",
    "我核实一下",
    "稍等",
    "回复您",
    "给您回电",
)
SECRETS = (
    "password",
    "passcode",
    "pin code",
    "cvv",
    "security code",
    "verification code",
    "one-time code",
    "密码",
    "验证码",
    "安全码",
    "支付口令",
    "银行卡背面",
)
ASKING = (
    "what is your",
    "what's your",
    "tell me your",
    "give me your",
    "send me your",
    "provide your",
    "share your",
    "may i have your",
    "请提供",
    "告诉我",
    "发给我",
    "发一下",
    "报一下",
    "提供一下",
    "您的",
)
OFF_PLATFORM = (
    "wechat",
    "whatsapp",
    "telegram",
    "my phone",
    "call me at",
    "my e-mail",
    "my email",
    "add me",
    "加我微信",
    "加微信",
    "我的微信",
    "私下",
    "加qq",
    "我的手机",
    "我的电话",
    "转账给我",
)
NEGATIONS = (
    "not",
    "never",
    "don't",
    "do not",
    "can't",
    "cannot",
    "won't",
    "no",
    "不",
    "没",
    "勿",
    "别",
    "请勿",
    "不要",
    "不会",
)
FORBIDDEN = ("not my problem", "shut up", "stupid", "calm down", "whatever", "guarantee",
             "不关我的事", "你自己看", "爱买不买", "随便你", "闭嘴", "保证绝对", "最好的", "第一名")  # fmt: skip


def evaluate(turns: Sequence[Turn], settings: Sequence[RuleSetting]) -> Outcome:
    """Run every set rule over `turns` (in `seq` order) and price the hits."""
    hits: list[Hit] = []
    deducted = 0
    for setting in settings:
        if found := RULES[setting.rule](turns, setting.params):
            hits.extend(found)
            deducted += 100 if setting.fatal else setting.deduction
    return Outcome(max(0, 100 - deducted), tuple(sorted(hits, key=lambda h: (h.seq, h.rule))))


def _agent_turns(turns: Sequence[Turn]) -> list[Turn]:
    return [t for t in turns if t.author == "agent"]


def _spoken_turns(turns: Sequence[Turn]) -> list[Turn]:
    """The agent's messages that say something; one that only sends a file is judged for its time alone."""
    return [t for t in _agent_turns(turns) if t.text]


def _contains(text: str, phrases: Sequence[str]) -> str | None:
    folded = normalise(text)
    for phrase in phrases:
        if phrase.isascii():
            if re.search(rf"(?<![a-z0-9]){re.escape(phrase)}(?![a-z0-9])", folded):
                return phrase
        elif phrase in folded:
            return phrase
    return None


def greeting(turns: Sequence[Turn], params: Mapping[str, Any]) -> list[Hit]:
    """The agent's first message holds a greeting."""
    mine = _spoken_turns(turns)
    if mine and not _contains(mine[0].text, params.get("words", GREETINGS)):
        return [Hit(Rule.GREETING, mine[0].seq)]
    return []


def closing(turns: Sequence[Turn], params: Mapping[str, Any]) -> list[Hit]:
    """One of the agent's last two messages takes leave or asks whether anything is open."""
    mine = _spoken_turns(turns)
    if mine and not any(_contains(t.text, params.get("words", FAREWELLS)) for t in mine[-2:]):
        return [Hit(Rule.CLOSING, mine[-1].seq)]
    return []


def first_response(turns: Sequence[Turn], params: Mapping[str, Any]) -> list[Hit]:
    """The first answer comes within `seconds` of the agent joining.

    The wait starts when the conversation was handed to the agent (`since`, a datetime) or, without
    it, at the customer's first message: queueing is not the agent's doing.
    """
    limit = int(params.get("seconds", DEFAULT_SECONDS))
    mine = _agent_turns(turns)
    asked = next((t for t in turns if t.author == "customer"), None)
    if not mine or asked is None:
        return []
    since = max(asked.at, params["since"]) if params.get("since") else asked.at
    waited = int((mine[0].at - since).total_seconds())
    return [Hit(Rule.FIRST_RESPONSE, mine[0].seq, f"{waited} s")] if waited > limit else []


def reply_gap(turns: Sequence[Turn], params: Mapping[str, Any]) -> list[Hit]:
    """After the first answer, each message of the customer is answered within `seconds`."""
    limit = int(params.get("seconds", DEFAULT_SECONDS))
    hits, waiting, answered = [], None, False
    for turn in turns:
        if turn.author == "customer" and waiting is None:
            waiting = turn
        elif turn.author == "agent":
            if answered and waiting is not None:
                waited = int((turn.at - waiting.at).total_seconds())
                if waited > limit:
                    hits.append(Hit(Rule.REPLY_GAP, turn.seq, f"{waited} s"))
            waiting, answered = None, True
    return hits


def forbidden_words(turns: Sequence[Turn], params: Mapping[str, Any]) -> list[Hit]:
    """No forbidden word, unless a negation stands within the `window` (6) characters or words before it."""
    words, window = params.get("words", FORBIDDEN), int(params.get("window", 6))
    hits = []
    for turn in _agent_turns(turns):
        found = _contains(turn.text, words)
        if found and not _negated(normalise(turn.text), found, window):
            hits.append(Hit(Rule.FORBIDDEN_WORDS, turn.seq, found))
    return hits


def _negated(text: str, phrase: str, window: int) -> bool:
    before = text[: text.find(phrase)]
    if phrase.isascii():
        nearby = before.split()[-window:]
        return any(" ".join(nearby).endswith(n) or n in nearby for n in NEGATIONS if n.isascii())
    return any(n in before[-window:] for n in NEGATIONS if not n.isascii())


def unanswered_question(turns: Sequence[Turn], params: Mapping[str, Any]) -> list[Hit]:
    """The conversation does not end on a customer's question nobody answered."""
    for turn in reversed(turns):
        if turn.author == "agent":
            return []
        if turn.author == "customer" and is_question(turn.text):
            return [Hit(Rule.UNANSWERED_QUESTION, turn.seq)]
    return []


def repeated_question(turns: Sequence[Turn], params: Mapping[str, Any]) -> list[Hit]:
    """The customer does not ask the same thing again after an answer (similarity from `alike`, 0.6, up)."""
    alike = float(params.get("alike", 0.6))
    hits: list[Hit] = []
    asked: list[Turn] = []
    answered_up_to = 0
    for turn in turns:
        if turn.author == "agent":
            answered_up_to = turn.seq
        elif turn.author == "customer" and is_question(turn.text):
            twin = next((t for t in asked if t.seq < answered_up_to and similarity(t.text, turn.text) >= alike), None)
            if twin is not None:
                hits.append(Hit(Rule.REPEATED_QUESTION, turn.seq, f"#{twin.seq}"))
            asked.append(turn)
    return hits


def promise(turns: Sequence[Turn], params: Mapping[str, Any]) -> list[Hit]:
    """After "I will check" comes at least one more message of the agent."""
    mine = _spoken_turns(turns)
    if mine and (found := _contains(mine[-1].text, params.get("words", PROMISES))):
        return [Hit(Rule.PROMISE, mine[-1].seq, found)]
    return []


def sensitive_data(turns: Sequence[Turn], params: Mapping[str, Any]) -> list[Hit]:
    """The agent does not ask for passwords or codes (warning a customer not to tell them is fine)."""
    hits = []
    for turn in _agent_turns(turns):
        secret = _contains(turn.text, SECRETS)
        if secret and _contains(turn.text, ASKING) and not _negated(normalise(turn.text), secret, 12):
            hits.append(Hit(Rule.SENSITIVE_DATA, turn.seq, secret))
    return hits


def off_platform(turns: Sequence[Turn], params: Mapping[str, Any]) -> list[Hit]:
    """The agent does not draw the customer to private channels."""
    hits = []
    for turn in _agent_turns(turns):
        found = _contains(turn.text, params.get("words", OFF_PLATFORM))
        if found and not _negated(normalise(turn.text), found, 6):
            hits.append(Hit(Rule.OFF_PLATFORM, turn.seq, found))
    return hits


def copy_paste(turns: Sequence[Turn], params: Mapping[str, Any]) -> list[Hit]:
    """Of four or more agent messages no more than `share` (0.5) repeat an earlier one to the letter."""
    mine = _spoken_turns(turns)
    seen: set[str] = set()
    repeats = []
    for turn in mine:
        text = normalise(turn.text)
        if text in seen:
            repeats.append(turn)
        seen.add(text)
    if len(mine) >= 4 and len(repeats) / len(mine) > float(params.get("share", 0.5)):
        return [Hit(Rule.COPY_PASTE, turn.seq) for turn in repeats]
    return []


RULES: Mapping[str, Callable[[Sequence[Turn], Mapping[str, Any]], list[Hit]]] = {
    Rule.GREETING: greeting,
    Rule.CLOSING: closing,
    Rule.FIRST_RESPONSE: first_response,
    Rule.REPLY_GAP: reply_gap,
    Rule.FORBIDDEN_WORDS: forbidden_words,
    Rule.UNANSWERED_QUESTION: unanswered_question,
    Rule.REPEATED_QUESTION: repeated_question,
    Rule.PROMISE: promise,
    Rule.SENSITIVE_DATA: sensitive_data,
    Rule.OFF_PLATFORM: off_platform,
    Rule.COPY_PASTE: copy_paste,
}

DEFAULT_SETTINGS: tuple[RuleSetting, ...] = (
    RuleSetting(Rule.GREETING, 5),
    RuleSetting(Rule.CLOSING, 5),
    RuleSetting(Rule.FIRST_RESPONSE, 10, params={"seconds": DEFAULT_SECONDS}),
    RuleSetting(Rule.REPLY_GAP, 10, params={"seconds": DEFAULT_SECONDS}),
    RuleSetting(Rule.FORBIDDEN_WORDS, 20),
    RuleSetting(Rule.UNANSWERED_QUESTION, 15),
    RuleSetting(Rule.REPEATED_QUESTION, 10),
    RuleSetting(Rule.PROMISE, 10),
    RuleSetting(Rule.SENSITIVE_DATA, 100, fatal=True),
    RuleSetting(Rule.OFF_PLATFORM, 40),
    RuleSetting(Rule.COPY_PASTE, 10),
)
"""What a programme's first scorecard starts with; each programme may publish its own."""
TIMED = (Rule.FIRST_RESPONSE, Rule.REPLY_GAP)
"""Rules with a limit in `seconds`."""
LISTED = {Rule.FORBIDDEN_WORDS: FORBIDDEN}
"""Rules with `words` of the programme's own, and what they are until it names some."""
