"""How several words stand in one line of text."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def listed(words: Iterable[object]) -> str:
    """Return the words one after another, parted as the reader's language does: `A, B` or `甲、乙`."""
    return pgettext("between the words of a list", ", ").join(str(word) for word in words)
