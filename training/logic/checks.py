"""What keeps a lesson from being published, whatever its kind."""

from __future__ import annotations

from training.logic import dialogue
from training.logic.content import Content, Dialogue, Problem


def problems(content: Content) -> list[Problem]:
    """Everything to mend in a lesson; none: it can be published."""
    return dialogue.problems(content) if isinstance(content, Dialogue) else content.problems()
