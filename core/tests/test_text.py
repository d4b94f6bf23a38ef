from django.utils import translation

from core.text import listed


def test_words_are_parted_as_the_language_does():
    assert listed(["A", "B"]) == "A, B"
    with translation.override("zh-hans"):
        assert listed(["甲", "乙"]) == "甲、乙"
