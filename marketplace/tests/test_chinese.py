"""Chinese on every screen is punctuated as Chinese is."""

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


def test_sources_are_read_to_their_strings():
    assert next(iter(chinese._of_python('a = ["好,的", f"{b(1)}好"]  # 好,的'))) == "好,的"
    assert list(chinese._of_toml({"a": [{"b": "好"}], "c": 1})) == ["好"]
