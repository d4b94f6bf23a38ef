"""Masking, routing and waiting times: pure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.logic.masking import is_identity_number, mask, passes_luhn
from live.logic.routing import Candidate, choose, refused_by
from live.logic.rules import RULES
from live.logic.waiting import estimate_seconds, mean_absolute_error

AT = datetime(2026, 11, 11, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "masked", "kinds"),
    [
        ("Call 13812345678.", "Call 138****5678.", ("phone",)),
        ("电话１３９１２３４５６７８，谢谢", "电话139****5678，谢谢", ("phone",)),
        ("138-1234-5678 or 138 1234 5679", "138****5678 or 138****5679", ("phone",)),
        ("+86 138 1234 5678", "138****5678", ("phone",)),
        ("0571-87654321", "057****4321", ("phone",)),
        ("+44 20 7946 0958", "442****0958", ("phone",)),
        ("身份证11010519491231002X", "身份证110***********002X", ("identity",)),
        ("6222 0212 3456 7890 128", "**** 0128", ("card",)),
        ("4111111111111111", "**** 1111", ("card",)),
        ("li.wei@example.com，", "l***@example.com，", ("email",)),
        (
            "a@b.cn 13812345678 4111-1111-1111-1111",
            "a***@b.cn 138****5678 **** 1111",
            ("card", "email", "phone"),
        ),
    ],
)
def test_mask_hides(text, masked, kinds):
    assert (mask(text).text, mask(text).kinds) == (masked, kinds)


@pytest.mark.parametrize(
    "text",
    [
        "Where is my parcel?",
        "order 20261122123456789",
        "4111 1111 1111 1112",
        "110105194912310021",
        "199.00, 2026-11-22 10:30:00",
        "SF1234567890123",
        "@everyone hello",
        "",
    ],
)
def test_mask_leaves(text):
    assert mask(text).text == text
    assert not mask(text).is_masked


@given(st.text(max_size=80))
def test_mask_is_stable_and_never_fails(text):
    once = mask(text).text
    assert mask(once).text == once or mask(once).kinds == ("email",)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text("您好，请 联系。abc", max_size=8))
def test_no_mobile_number_survives(number, around):
    assert number not in mask(f"{around} {number} {around}").text


def test_checksums():
    assert is_identity_number("11010519491231002X")
    assert not is_identity_number("110105194912310021")
    assert not is_identity_number("11010519491331002X")
    assert passes_luhn("79927398713")
    assert not passes_luhn("79927398710")


def candidate(agent_id=1, **changes):
    base = Candidate(
        agent_id=agent_id,
        claim_id=agent_id * 10,
        languages=("en",),
        is_onboarded=True,
        is_suspended=False,
        is_eligible=True,
        is_available=True,
        last_seen_at=AT,
        idle_since=AT - timedelta(minutes=agent_id),
        load=0,
    )
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("changes", "predicate"),
    [
        ({}, ""),
        ({"is_suspended": True}, "suspended"),
        ({"is_onboarded": False}, "not_onboarded"),
        ({"is_eligible": False}, "not_eligible"),
        ({"languages": ("zh-hans",)}, "language"),
        ({"is_available": False}, "not_available"),
        ({"last_seen_at": None}, "not_connected"),
        ({"last_seen_at": AT - timedelta(seconds=31)}, "not_connected"),
        ({"last_seen_at": AT - timedelta(seconds=30)}, ""),
        ({"load": 3}, "capacity"),
        ({"load": 2}, ""),
        ({"declined_at": AT - timedelta(seconds=59)}, "declined"),
        ({"declined_at": AT - timedelta(seconds=60)}, ""),
    ],
)
def test_hard_predicates(changes, predicate):
    assert refused_by(candidate(**changes), language="en", at=AT, rules=RULES, capacity=3) == predicate


def pick(*candidates, seed=1):
    return choose(candidates, language="en", at=AT, rules=RULES, capacity=3, seed=seed)


def test_longest_idle_comes_first_but_who_was_asked_comes_last():
    choice = pick(candidate(1), candidate(2), candidate(3, times_offered=1), candidate(4, load=3))
    assert [(r.agent_id, r.rank, r.idle_seconds) for r in choice.eligible] == [(2, 1, 120), (1, 2, 60), (3, 3, 180)]
    assert choice.refused == {4: "capacity"}


@given(st.integers(0, 2**62), st.permutations(range(1, 8)))
def test_equals_are_drawn_by_the_seed_alone(seed, order):
    same = [candidate(n, idle_since=AT) for n in range(1, 8)]
    drawn = [r.agent_id for r in pick(*same, seed=seed).eligible]
    assert drawn == [r.agent_id for r in pick(*[same[n - 1] for n in order], seed=seed).eligible]


def test_draw_favours_nobody():
    same = [candidate(n, idle_since=AT) for n in range(1, 4)]
    first = [pick(*same, seed=seed).eligible[0].agent_id for seed in range(600)]
    assert all(150 < first.count(n) < 250 for n in range(1, 4))


def test_waiting_estimate():
    numbers = {"places": 6, "handle_seconds": 300, "answer_seconds": 10}
    assert estimate_seconds(position=1, free_places=2, **numbers) == 10
    assert estimate_seconds(position=3, free_places=2, **numbers) == 60
    assert estimate_seconds(position=14, free_places=2, **numbers) == 610
    assert estimate_seconds(position=1, places=0, free_places=0, handle_seconds=300, answer_seconds=10) == 310


def test_measured_error_needs_samples():
    assert mean_absolute_error([(10, 20)] * 9, min_samples=10) is None
    assert mean_absolute_error([(10, 20), (30, 10)] * 5, min_samples=10) == 15
