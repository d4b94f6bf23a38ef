"""Days and moments that can be reckoned with, and a largest size for everything that is typed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import django_filters
import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.utils import timezone
from rest_framework import serializers

from core.api import parsing
from core.fields import DayField, MomentField, MomentFilter

OWN = {config.name for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR}


def _own_forms() -> Iterator[type[forms.Form]]:
    for app in sorted(OWN):
        try:
            package = import_module(f"{app}.forms")
        except ModuleNotFoundError:
            continue
        for module in iter_modules(getattr(package, "__path__", [])):
            import_module(f"{app}.forms.{module.name}")
    import_module("frontend.gallery.forms")
    waiting = [forms.Form]
    while waiting:
        for form in waiting.pop().__subclasses__():
            waiting.append(form)
            if form.__module__.split(".")[0] in OWN and ".tests." not in form.__module__:
                yield form


def _is_endless(field: forms.Field) -> bool:
    if isinstance(field, (forms.DateField, forms.DateTimeField)):
        return not isinstance(field, (DayField, MomentField))
    if isinstance(field, forms.DecimalField):
        return field.max_digits is None and field.max_value is None
    if isinstance(field, forms.IntegerField):
        return field.max_value is None
    if isinstance(field, forms.RegexField):
        return False  # its pattern says how long
    return type(field) in (forms.CharField, forms.SlugField, forms.JSONField) and not getattr(field, "max_length", None)


def test_every_field_of_every_form_has_an_end() -> None:
    found = list(_own_forms())
    assert len(found) > 40
    endless = [f"{f.__module__}.{f.__name__}.{n}" for f in found for n, x in f.base_fields.items() if _is_endless(x)]
    assert endless == [], "give these a max_length or max_value, or use a field of core.fields"


@pytest.mark.parametrize("typed", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_a_day_beyond_this_century_is_refused(typed: str) -> None:
    for field, text in ((DayField(), typed), (MomentField(), f"{typed}T12:00")):
        with pytest.raises(forms.ValidationError, match="between 2000 and 2099"):
            field.clean(text)


@pytest.mark.parametrize("sent", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1999-12-31T12:00:00Z"])
def test_a_moment_beyond_this_century_is_refused_by_queries_and_bodies(sent: str) -> None:
    with pytest.raises(forms.ValidationError, match="between 2000 and 2099"):
        MomentFilter(field_name="at").field.clean(sent)
    with pytest.raises(serializers.ValidationError):
        parsing.MomentField().run_validation(sent)


def test_every_moment_of_a_query_is_within_reach() -> None:
    plain = [
        f"{kind.__name__}.{name}"
        for kind in django_filters.FilterSet.__subclasses__()
        for name, one in kind.base_filters.items()
        if isinstance(one, django_filters.DateTimeFilter) and not isinstance(one, MomentFilter)
    ]
    assert plain == [], "use MomentFilter of core.fields"


def test_a_day_and_a_moment_of_this_century_are_taken() -> None:
    assert DayField().clean("2026-11-11").isoformat() == "2026-11-11"
    assert (
        timezone.localtime(MomentField().clean("2026-11-11T20:30")).isoformat(timespec="minutes")[:16]
        == "2026-11-11T20:30"
    )
