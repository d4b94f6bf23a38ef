"""`manage.py architecture`: write the event table of docs/architecture.md anew; `--check` says whether it differs."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.events import Event, catalogue

PAGE = settings.BASE_DIR / "docs" / "architecture.md"
BEGIN, END = "<!-- events: written by manage.py architecture -->", "<!-- end of events -->"


def event_table() -> str:
    """Every event, what it says, and who hears it when; or why nobody does."""
    lines = ["| event | says | with it, in the same transaction | after commit, by a job |", "|---|---|---|---|"]
    for event, (inside, afterwards) in catalogue().items():
        if ".tests." not in event.__module__:
            heard = f"{_names(inside)} | {_names(afterwards)}" if inside or afterwards else _unheard(event)
            lines.append(f"| `{event.name}` | {_cell((event.__doc__ or '').split(chr(10))[0])} | {heard} |")
    return "\n".join(lines)


def page_with(table: str, page: str) -> str:
    """The page with what stands between the two marks replaced."""
    before, _begin, rest = page.partition(BEGIN)
    _old, _end, rest = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{rest}"


def _names(handlers: list[Callable[[Any], None]]) -> str:
    return "<br>".join(f"`{h.__module__.split('.')[0]}.{h.__name__}`" for h in handlers)


def _unheard(event: type[Event]) -> str:
    return f"*nobody: {_cell(event.unheard_because)}* | "


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


class Command(BaseCommand):
    """Exit code 1 under `--check` when the page is out of date."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        page = PAGE.read_text()
        fresh = page_with(event_table(), page)
        if options["check"] and fresh != page:
            raise CommandError("docs/architecture.md is out of date: run manage.py architecture")
        if not options["check"]:
            PAGE.write_text(fresh)
