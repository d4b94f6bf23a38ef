"""Words for what people, programmes and keys carry as codes, and the look of an onboarding step."""

from collections.abc import Iterable

from django import template
from django.urls import reverse

from accounts.forms.agent import DAYS
from accounts.logic import UsualHours
from accounts.selectors import Step
from accounts.states import Industry, Region, Scope, ServiceLanguage, StaffRole
from core.text import listed

register = template.Library()
_LOOKS = {"todo": "todo", "done": "done", "waiting": "waiting", "refused": "error", "locked": "locked"}


@register.filter
def language_name(code: str) -> str:
    """`en` -> "English", in the reader's language."""
    return language_names([code])


@register.filter
def language_names(codes: Iterable[str]) -> str:
    """`["en"]` -> "English", in the reader's language."""
    return listed(ServiceLanguage(code).label if code in ServiceLanguage.values else code for code in codes)


@register.filter
def scope_names(codes: Iterable[str]) -> str:
    """What a key may do, in words."""
    return listed(Scope(code).label if code in Scope.values else code for code in codes)


@register.filter
def region_name(code: str) -> str:
    """A region in the reader's language."""
    return str(Region(code).label) if code in Region.values else code


@register.filter
def hours_by_day(hours: UsualHours) -> list[tuple[str, str]]:
    """`{"mon": [["19:00", "24:00"]]}` -> `[("Monday", "19:00–24:00")]`, in the order of the week."""
    return [
        (str(label), listed("–".join(span) for span in hours[day])) for day, label in DAYS.items() if hours.get(day)
    ]


@register.filter
def industry_name(code: str) -> str:
    """An industry in the reader's language."""
    return str(Industry(code).label) if code in Industry.values else code


@register.simple_tag
def step_url(step: Step) -> str:
    """The page where a step is done."""
    return reverse(step.url_name, args=[step.url_arg] if step.url_arg else [])


@register.simple_tag
def step_look(step: Step, upcoming: Step | None = None) -> str:
    """The `state` of `<c-step>`; the step to do next is `current`."""
    return "current" if step == upcoming and step.state == "todo" else _LOOKS[step.state]


@register.simple_tag(takes_context=True)
def is_staff_as(context: template.Context, role: str) -> bool:
    """Whether the reader holds this platform role."""
    return bool(context["actor"].is_staff(StaffRole(role)))
