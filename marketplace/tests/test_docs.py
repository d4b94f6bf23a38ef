"""What the pages for people say is what the code does: diagrams, guards, the event table, links."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from core.states import StateTable
from marketplace.management.commands import architecture

BASE_DIR: Path = settings.BASE_DIR
WITH_STATES = ["pay", "quality", "live", "tasks", "certification", "training", "accounts"]


@pytest.mark.parametrize("app", WITH_STATES)
def test_every_state_table_is_drawn_on_the_app_s_page(app):
    page = (BASE_DIR / app / "README.md").read_text()
    tables = {
        name: t for name, t in vars(importlib.import_module(f"{app}.states")).items() if isinstance(t, StateTable)
    }
    assert [name for name, table in tables.items() if table.mermaid() not in page] == []


@pytest.mark.parametrize("app", [*WITH_STATES, "ledger"])
def test_every_guard_named_on_the_app_s_page_exists(app):
    """In the table of invariants, `names_like_this` are constraints and triggers, or words of the code."""
    page = (BASE_DIR / app / "README.md").read_text()
    section = re.search(r"^## (?:Invariants|What always holds).*?(?=^## |\Z)", page, re.M | re.S)
    assert section is not None
    rows = [line for line in section[0].splitlines() if line.startswith("| ")][1:]
    named = {name for row in rows for name in re.findall(r"`([a-z]+(?:_[a-z0-9]+)+)`", row.split("|")[2])}
    assert named
    known = " ".join(
        name
        for model in apps.get_models()
        for name in [
            *(c.name for c in model._meta.constraints),
            *(t.name for t in getattr(model._meta, "triggers", [])),
            *(f.name for f in model._meta.get_fields()),
        ]
    )
    code = " ".join(path.read_text() for path in (BASE_DIR / app).rglob("*.py") if "tests" not in path.parts)
    assert {name for name in named if not re.search(rf"\b{name}\b", known) and f"def {name}" not in code} == set()


def test_the_event_table_is_the_code_s():
    page = architecture.PAGE.read_text()
    assert page == architecture.page_with(architecture.event_table(), page), "run manage.py architecture"


def test_the_event_table_tells_of_a_change():
    page = architecture.PAGE.read_text()
    table = architecture.event_table()
    assert "| `tasks.ClaimServed` |" in table
    assert "`pay.price_served_claim`" in table
    assert architecture.page_with(table.replace("price_served_claim", "other"), page) != page


PAGES = sorted([*BASE_DIR.glob("*.md"), *BASE_DIR.glob("*/README.md"), *BASE_DIR.glob("docs/**/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(BASE_DIR)))
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.slow
def test_the_script_that_takes_the_picture_runs_as_the_page_says():
    """It is started by itself, with no settings, beside a site that is running."""
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run([sys.executable, "-c", "import e2e.picture"], cwd=BASE_DIR, env=bare, check=True, timeout=60)
