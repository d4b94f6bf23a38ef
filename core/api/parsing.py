"""What a body may be: JSON of limited size and depth, its text storable, its moments within reach."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from core.api.problems import BodyTooLarge
from core.fields import OUT_OF_REACH, in_reach

MAX_DEPTH = 20
_UNSTORABLE = re.compile("[\\0\ud800-\udfff]")


class LimitedJSON(JSONParser):
    """The framework's parser within bounds.

    Raises `BodyTooLarge` past `API_MAX_BODY_BYTES`, and `ParseError` (400) for what is no JSON, nests deeper than
    twenty, or holds text that cannot be stored: NUL characters and halves of surrogate pairs.
    """

    def parse(self, stream: IO[Any], media_type: str | None = None, context: Mapping[str, Any] | None = None) -> Any:
        limit = settings.API_MAX_BODY_BYTES
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise BodyTooLarge
        try:
            data = super().parse(BytesIO(body), media_type, context)
        except RecursionError:
            raise _too_deep() from None
        _check(data, MAX_DEPTH)
        return data


class MomentField(serializers.DateTimeField):
    """A moment of this century, as the pages take it (`core.fields.MomentField`)."""

    default_error_messages = {"out_of_reach": OUT_OF_REACH}

    def to_internal_value(self, value: str | datetime) -> datetime:
        """The moment; `ValidationError` outside of this century."""
        moment = super().to_internal_value(value)
        if not in_reach(moment.date()):
            self.fail("out_of_reach")
        return moment


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise ParseError(_("Text holds a character that cannot be stored."))
        return
    if isinstance(value, dict):
        inside = [*value.keys(), *value.values()]
    elif isinstance(value, list):
        inside = value
    else:
        return
    if not depth:
        raise _too_deep()
    for item in inside:
        _check(item, depth - 1)


def _too_deep() -> ParseError:
    return ParseError(_("This nests too deep."))
