"""What import contracts (`.importlinter`) cannot show. Each test names the file and line that breaks it."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings

from core.events import catalogue

BASE_DIR: Path = settings.BASE_DIR
APPS = ["marketplace", "frontend", "pay", "quality", "live", "tasks", "certification", "training", "ledger", "accounts"]
APPS.append("core")
TOP = {*APPS, "docs", "benchmarks", "e2e"}
MAX_LINES = 600


def sources(*patterns: str) -> Iterator[Path]:
    """Yield our Python files that match, tests and migrations left out."""
    for app in APPS:
        for pattern in patterns:
            for path in sorted((BASE_DIR / app).glob(pattern)):
                if not {"tests", "migrations", "conftest.py"} & set(path.relative_to(BASE_DIR).parts):
                    yield path


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(BASE_DIR)}:{line}"


def test_top_folders_are_the_ones_the_house_knows():
    listed = subprocess.run(["git", "ls-files"], cwd=BASE_DIR, capture_output=True, text=True, check=False).stdout
    folders = {line.split("/")[0] for line in listed.splitlines() if "/" in line and not line.startswith(".")}
    assert folders - TOP == set()


def test_installed_apps_are_in_the_order_of_the_house():
    ours = [config.label for config in apps.get_app_configs() if Path(config.path).parent == BASE_DIR]
    assert ours == [app for app in APPS if app != "marketplace"] + ["marketplace"]


def test_foreign_keys_point_down():
    broken = []
    for config in apps.get_app_configs():
        if config.label not in APPS:
            continue
        for model in config.get_models():
            for field in model._meta.get_fields():
                target = field.related_model if field.is_relation and not field.auto_created else None
                if target is None or target == "self" or target._meta.app_label not in APPS:
                    continue
                other = target._meta.app_label
                if APPS.index(other) < APPS.index(config.label):
                    broken.append(f"{model._meta.label}.{field.name} points up to {other}")
                if other != config.label and not field.remote_field.hidden:
                    broken.append(f"{model._meta.label}.{field.name} crosses apps without related_name='+'")
    assert broken == []


def test_models_do_not_override_save():
    broken = []
    for path in sources("models.py", "models/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}:
                broken.append(where(path, node.lineno))
    assert broken == []


DOORS = ["api.py", "api/**/*.py", "consumers.py", "consumers/**/*.py"]


def test_doors_touch_no_rows():
    """Pages, API and sockets read through selectors and write through services."""
    broken = []
    pattern = re.compile(r"\.objects\b|\.save\(|\.delete\(|\._default_manager\b|\.raw\(")
    paths = [p for p in sources(*DOORS) if p.parts[len(BASE_DIR.parts)] != "core"]
    paths += [p for p in sources("**/*.py") if p.relative_to(BASE_DIR).parts[0] == "frontend"]
    for path in paths:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if pattern.search(line.split("#")[0]) and "storage" not in line:
                broken.append(where(path, number))
    assert broken == []


@pytest.mark.slow
def test_state_is_moved_only_by_core():
    broken = []
    for path in sources("**/*.py"):
        if path.relative_to(BASE_DIR).parts[0] == "core":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(isinstance(t, ast.Attribute) and t.attr == "state" and _is_row(t) for t in targets):
                broken.append(where(path, node.lineno))
    assert broken == []


def _is_row(target: ast.Attribute) -> bool:
    """`self.state = ...` in a form, consumer or plain object is not a row's state."""
    return not (isinstance(target.value, ast.Name) and target.value.id == "self")


def test_services_take_keywords_only():
    broken = []
    for path in sources("services.py", "services/**/*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.args.args:
                broken.append(f"{where(path, node.lineno)} {node.name}")
    assert broken == []


def test_every_job_has_a_name_and_a_time_limit():
    current_app.loader.import_default_modules()
    jobs = {name: job for name, job in current_app.tasks.items() if job.__module__.split(".")[0] in APPS}
    broken = []
    for name, job in sorted(jobs.items()):
        app = job.__module__.split(".")[0]
        if not re.fullmatch(rf"{app}\.[a-z]+(_[a-z]+)+", name):
            broken.append(f"{name}: named otherwise than {app}.<verb_noun>")
        if not (job.soft_time_limit and job.time_limit and job.soft_time_limit < job.time_limit):
            broken.append(f"{name}: no soft and hard time limit")
    assert broken == []


def test_every_scheduled_job_exists():
    from marketplace.schedule import SCHEDULE

    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in SCHEDULE.values()} - set(current_app.tasks) == set()


def test_every_event_has_a_handler_or_says_why_not():
    broken = []
    for event, (inside, afterwards) in catalogue().items():
        if event.__module__.split(".")[0] not in APPS or ".tests." in event.__module__:
            continue
        if bool(inside or afterwards) == bool(event.unheard_because):
            broken.append(event.name)
    assert broken == []


@pytest.mark.parametrize("room", ["states", "events", "errors"])
def test_words_import_only_words(room):
    """`states`, `events` and `errors` stand at the bottom: core, Django, the standard library, lower apps' states."""
    broken = []
    for path in sources(f"{room}.py"):
        app = path.relative_to(BASE_DIR).parts[0]
        for node in ast.walk(ast.parse(path.read_text())):
            module = (node.module or "") if isinstance(node, ast.ImportFrom) and not node.level else ""
            if module.split(".")[0] in set(APPS) - {"core", app} and module.split(".")[1:] != ["states"]:
                broken.append(where(path, node.lineno))
    assert broken == []


def test_logic_is_pure():
    """No rows and no reading of the clock in `logic` and `eligibility`."""
    broken = []
    pattern = re.compile(r"django\.db|\.objects\b|clock\.now|timezone\.now|import now\b|datetime\.now|time\.time\(")
    for path in sources("logic.py", "logic/**/*.py", "eligibility/**/*.py"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if pattern.search(line):
                broken.append(where(path, number))
    assert broken == []


def test_no_file_is_too_long():
    names = subprocess.run(["git", "ls-files"], cwd=BASE_DIR, capture_output=True, text=True, check=False).stdout
    long = {}
    for name in names.splitlines():
        path = BASE_DIR / name
        if path.suffix in {".py", ".ts", ".css", ".html"} and "/migrations/" not in name and path.exists():
            lines = len(path.read_text().splitlines())
            if lines > MAX_LINES:
                long[name] = lines
    assert long == {}


def test_no_junk_drawers():
    names = {"utils", "helpers", "common", "constants", "signals"}
    assert [str(path) for path in sources("**/*.py") if path.stem in names or path.parent.name in names] == []
