"""Home pages are lists of panels. A panel is one template and one function that reads what it shows.

    PANELS = [Panel("agent/home/next_block.html", next_block)]

The function takes the request and returns the template's context, or None when the panel has nothing to say
to this person. It calls selectors only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from frontend.requests import PageRequest


@dataclass(frozen=True)
class Panel:
    """`template` is drawn with what `read` returns; `wide` panels take the whole row on a wide screen."""

    template: str
    read: Callable[[PageRequest], dict[str, Any] | None]
    wide: bool = False


def build(panels: list[Panel], request: PageRequest) -> list[dict[str, Any]]:
    """Return the panels that have something to say, drawn."""
    built = []
    for panel in panels:
        data = panel.read(request)
        if data is not None:
            built.append({"html": render_to_string(panel.template, data, request), "wide": panel.wide})
    return built
