"""Chinese on every screen is punctuated as Chinese is, and uses the glossary's words."""

import pytest

from marketplace import chinese


def test_word_lists_and_demo_world_are_well_written():
    assert chinese.problems() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("好的,稍等", ["的,"]),
        ("真的吗?", ["吗?"]),
        ("文件(选填)", ["件(", "填)"]),
        ("超过 10 MB,请换一个", [",请"]),
        ("您好！(选填)", ["！(", "填)"]),
        ("{order},昨天签收", [",昨"]),
    ],
)
def test_half_width_punctuation_beside_chinese_is_found(text, found):
    assert chinese.half_width(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "好的，稍等。",
        "共 %(n)s 个，%(m)s 个空闲",
        "您排在第 ${f(n)} 位",
        "按 n / (n + 20) 打折",
        "19:30 之后，满 1,000 元",
        "Shift+回车换行，/ 插入",
        "Send it (now), please?",
    ],
)
def test_placeholders_numbers_times_and_english_stay(text):
    assert chinese.half_width(text) == []


@pytest.mark.parametrize(
    ("source", "text", "right"),
    [
        ("Customer", "客户", "企业 (client) or 顾客 (customer)"),
        ("The client's policy", "商家政策", "企业 (client)"),
        ("Adherence", "出勤率", "履约率 (adherence)"),
        ("A reviewer", "评审员", "质检员 (reviewer)"),
        ("A certifier", "认证员", "认证官 (certifier)"),
        ("Open for claims", "开放抢单", "认领 (claim)"),
        ("Claim a block", "领取一个时段", "认领 (claim)"),
        ("Your account", "你的账号", "您"),
    ],
)
def test_a_word_the_glossary_does_not_have_is_found(source, text, right):
    (found,) = chinese.misnamed(text, source=source)
    assert found.endswith(f" for {right}")


def test_the_words_of_the_glossary_pass_and_courses_may_say_you():
    assert chinese.misnamed("企业、顾客、质检员、认证官、认领、履约率、您", source="Claim") == []
    assert chinese.misnamed("领取下一条", source="Take the next") == []
    assert chinese.misnamed("你可以先道歉", on_pages=False) == []


def test_chinese_of_the_glossary_is_not_what_the_check_refuses():
    glossary = (chinese.BASE_DIR / "docs" / "glossary.md").read_text()
    assert [word for word in chinese._MISNAMED if word in glossary] == []
    assert all(word in glossary for word in ("企业", "顾客", "质检员", "认证官", "认领", "履约率"))


def test_what_people_in_a_dialogue_say_is_not_held_to_the_glossary():
    assert list(chinese._of_toml({"says": "我要跟客户开会", "why": "好"})) == ["好"]


def test_sources_are_read_to_their_strings():
    assert next(iter(chinese._of_python('a = ["好,的", f"{b(1)}好"]  # 好,的'))) == "好,的"
    assert list(chinese._of_toml({"a": [{"b": "好"}], "c": 1})) == ["好"]
