"""The API's description as a judge: may this operation answer like that?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One method of one path of the schema."""

    path: str
    method: str
    content: dict[str, Any]

    @property
    def name(self) -> str:
        """Like `POST /api/v1/tasks/`."""
        return f"{self.method.upper()} {self.path}"

    def response(self, status: int) -> dict[str, Any] | None:
        """What the schema says of this status, if anything."""
        found: dict[str, Any] | None = self.content["responses"].get(str(status))
        return (
            described()["components"]["responses"][found["$ref"].rsplit("/", 1)[1]]
            if found and "$ref" in found
            else found
        )

    def complaint(self, response: Any) -> str:
        """What is wrong with an answer: a status, type or body that is not described. Empty when nothing is."""
        said = self.response(response.status_code)
        if said is None:
            return f"{self.name} does not say that it answers {response.status_code}: {response.content[:300]!r}"
        if not said.get("content"):
            return "" if not response.content else f"{self.name}: {response.status_code} comes with a body"
        media = response.headers.get("Content-Type", "").partition(";")[0]
        if media not in said["content"]:
            return f"{self.name}: {response.status_code} comes as {media!r}"
        if not media.endswith("json"):
            return ""
        wrong = [header for header in said.get("headers", {}) if header not in response.headers]
        found = errors_of(said["content"][media]["schema"], json.loads(response.content))
        return f"{self.name}: {response.status_code} lacks {wrong}, {found}" if wrong or found else ""


@cache
def described() -> dict[str, Any]:
    """The schema as the code makes it."""
    with translation.override("en"):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    plain: dict[str, Any] = json.loads(json.dumps(made))
    return plain


def operations() -> Iterator[Operation]:
    """Every operation."""
    for path, methods in described()["paths"].items():
        for method in METHODS:
            if method in methods:
                yield Operation(path, method, methods[method])


def operation_at(path: str, method: str) -> Operation | None:
    """The operation a request goes to."""
    for operation in operations():
        if operation.method == method.lower() and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", operation.path), path):
            return operation
    return None


def errors_of(schema: dict[str, Any], value: Any) -> list[str]:
    """What of a value is not as the schema says; a field it does not name is wrong too."""
    validator = Draft202012Validator(
        _strict(schema), registry=_registry(), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]


@cache
def _registry() -> Registry[Any]:
    registry: Registry[Any] = Registry()
    return registry.with_resource("urn:api", Resource.from_contents(_strict(described()), DRAFT202012))


def _strict(schema: Any) -> Any:
    """A schema whose references lead into `described()`, and whose objects hold only what it names."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _strict(value) for name, value in schema.items()}
    if isinstance(made.get("$ref"), str):
        made["$ref"] = made["$ref"].replace("#/", "urn:api#/", 1)
    if made.get("type") == "object" and "properties" in made:
        made.setdefault("additionalProperties", False)
    return made
