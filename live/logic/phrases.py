"""What a phrase may look like: its shortcut, and the places that are filled in when it is inserted."""

from __future__ import annotations

import re

PLACES = ("customer", "agent", "programme")
"""What `{…}` in a text may name; the browser fills them in (`frontend/ts/workspace/phrases.ts`)."""
SHORTCUT_LENGTH = 24
TEXT_LENGTH = 2000

_SHORTCUT = re.compile(rf"[\w-]{{1,{SHORTCUT_LENGTH}}}")
_PLACE = re.compile(r"\{([^{}\n]{0,40})\}")


def clean_shortcut(text: str) -> str | None:
    """Lower-case, without the leading slash; None where it holds anything but letters, digits, - and _."""
    bare = text.strip().removeprefix("/").casefold()
    return bare if _SHORTCUT.fullmatch(bare) else None


def unknown_places(text: str) -> list[str]:
    """Names in braces that nothing would fill in, in order, each once."""
    return [name for name in dict.fromkeys(_PLACE.findall(text)) if name not in PLACES]
