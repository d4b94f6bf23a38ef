"""The API's description is kept in the repository, says everything, and its examples are true to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from core.errors import DomainError
from marketplace.tests.contract import Operation, errors_of, operations

KEPT = settings.BASE_DIR / "docs" / "openapi.yaml"
FRAMEWORK = (
    "parse_error not_authenticated bad_api_key permission_denied not_acceptable body_too_large unsupported_media_type "
    "throttled"
)
"""Codes that no error class of ours bears."""
EVERY = [pytest.param(operation, id=operation.name) for operation in operations()]


@pytest.mark.slow
def test_the_kept_schema_is_what_the_code_says(tmp_path: Path):
    fresh = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(fresh))
    assert fresh.read_text() == KEPT.read_text(), "docs/openapi.yaml is out of date: make openapi"


@pytest.mark.parametrize("operation", EVERY)
def test_an_operation_is_described(operation: Operation):
    content = operation.content
    assert content["summary"]
    assert len(content["tags"]) == 1
    expected = {"406", "429", "503"}
    if any(content.get("security", [])):
        expected |= {"401"}
    if "requestBody" in content:
        expected |= {"400", "413", "415", "422"}
    if "{" in operation.path:
        expected |= {"404"}
    assert expected <= set(content["responses"])
    for status in content["responses"]:
        said = operation.response(int(status))
        assert said is not None
        if status[0] in "45":
            assert list(said["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("operation", EVERY)
def test_an_operation_has_worked_examples_of_what_it_takes_and_gives(operation: Operation):
    bodies = [operation.content["requestBody"]["content"]] if "requestBody" in operation.content else []
    answers = [operation.response(int(status)) for status in operation.content["responses"]]
    bodies += [answer["content"] for answer in answers if answer and answer.get("content")]
    for body in bodies:
        for media, described in body.items():
            values = [example["value"] for example in described.get("examples", {}).values()]
            values += [described["example"]] if "example" in described else []
            assert values, f"no example of {media}"
            for value in values:
                assert errors_of(described["schema"], value) == []


def test_every_code_that_is_named_exists():
    known = {error.code for error in _all_errors(DomainError)}
    framework = {f"core.{code}" for code in FRAMEWORK.split()}
    for operation in operations():
        for status in operation.content["responses"]:
            if status[0] in "45":
                said = operation.response(int(status))
                codes = said["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"]  # type: ignore[index]
                assert set(codes) <= known | framework


def _all_errors(base: type[DomainError]) -> set[type[DomainError]]:
    return {base, *(error for child in base.__subclasses__() for error in _all_errors(child))}
