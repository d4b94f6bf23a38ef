"""Template tags and filters of the components; loaded into every template (see `TEMPLATES` in the settings)."""

import datetime as dt
import json
from typing import Any

from django import template
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import realtime
from core.clock import now
from frontend import formats, markdown, statuses

register = template.Library()
SILENT = SafeString('aria-hidden="true"')


@register.simple_tag
def icon(name: str, size: str = "", label: str = "", css: str = "") -> SafeString:
    """Return the Lucide icon `name` (listed in `frontend/icons.txt`); silent to screen readers unless labelled."""
    named = format_html('role="img" aria-label="{}"', label) if label else SILENT
    return format_html(
        '<svg class="icon {} {}" {} focusable="false"><use href="{}#{}"></use></svg>',
        f"icon-{size}" if size else "",
        css,
        named,
        static("icons.svg"),
        name,
    )


BUTTONS = {
    "primary": "btn-primary",
    "plain": "btn-outline border-base-300 bg-base-100 hover:bg-base-200 hover:text-base-content",
    "ghost": "btn-ghost",
    "danger": "btn-error",
    "hot": "btn-accent",
    "link": "btn-link px-1",
}
KINDS = {
    "neutral": "border-base-300 text-base-content",
    "info": "border-info/30 bg-info/10 text-info",
    "success": "border-success/30 bg-success/10 text-success",
    "warning": "border-warning/30 bg-warning/10 text-warning",
    "error": "border-error/30 bg-error/10 text-error",
    "hot": "border-accent/30 bg-accent/10 text-accent",
}


@register.simple_tag
def button_class(variant: str = "plain", size: str = "") -> str:
    """Return the classes of a button; an unknown variant is an error, never a silent default."""
    return BUTTONS[variant] + {"": "", "sm": " btn-sm", "lg": " btn-lg", "icon": " btn-square"}[size]


@register.simple_tag
def kind_class(kind: str = "neutral") -> str:
    """Return the border, tint and text colour of a kind (neutral, info, success, warning, error, hot)."""
    return KINDS[kind or "neutral"]


@register.simple_tag
def kind_icon(kind: str = "neutral") -> str:
    """Return the icon that goes with a kind."""
    return statuses.KIND_ICONS[kind or "neutral"]


@register.simple_tag
def state_look(state: Any) -> dict[str, str]:
    """Return {'kind', 'icon'} of a state's value."""
    kind, name = statuses.look(getattr(state, "value", state))
    return {"kind": kind, "icon": name}


@register.simple_tag
def control(field: BoundField, **extra: str) -> SafeString:
    """Return the field's own widget with our classes, and with its help and errors tied to it for screen readers."""
    widget = field.field.widget
    attrs: dict[str, Any] = {key.replace("_", "-"): value for key, value in extra.items() if value != ""}
    if "placeholder" not in attrs:
        widget.attrs.pop("placeholder", None)  # a placeholder of the form repeats the label; a page may give a real one
    described = [f"{field.auto_id}_help"] if field.help_text else []
    if field.errors:
        described.append(f"{field.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    css = _widget_class(widget)
    attrs["class"] = " ".join(filter(None, [css, widget.attrs.get("class", "")]))
    return field.as_widget(attrs=attrs)


@register.simple_tag
def fault(field: BoundField | str | None, id: str) -> str:
    """Return what ties a control written by hand to its `<c-faults :field id>`; nothing where nothing is wrong."""
    if not getattr(field, "errors", None):
        return ""
    return format_html(' aria-invalid="true" aria-describedby="{}_error"', id)


@register.filter
def errors_of_no_field(form: BaseForm) -> list[str]:
    """Return the errors a person sees at no field: those of the whole form, and those of hidden fields."""
    hidden = [error for field in form.hidden_fields() for error in field.errors]
    return [str(error) for error in [*form.non_field_errors(), *hidden]]


@register.filter
def as_typed(field: BoundField) -> str:
    """Return what was sent for a field; a choice in its words."""
    words = dict(getattr(field.field, "choices", ())).get(field.data)
    return format_html('<data value="{}">{}</data>', field.data, words) if words else str(field.data)


def _widget_class(widget: Any) -> str:
    if isinstance(widget, CheckboxInput):
        return "checkbox"
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "checkbox" if isinstance(widget, CheckboxSelectMultiple) else "radio"  # the one inherits the other
    if isinstance(widget, FileInput):
        return "file-input"
    if isinstance(widget, Select):
        return "select h-auto" if getattr(widget, "allow_multiple_selected", False) else "select"
    if isinstance(widget, Textarea):
        return "textarea"
    return "input"


@register.filter
def field_shape(field: BoundField) -> str:
    """Return how a field is laid out: `hidden`, `check` (label after the box), `group`, `file` or `line`."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)) or hasattr(widget, "widgets"):
        return "group"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "file" if isinstance(widget, FileInput) else "line"


@register.simple_tag
def money(minor: Any, currency: str = "", signed: bool = False) -> str:
    """Return money in the reader's writing; takes minor units with a currency, or a value that carries both."""
    if hasattr(minor, "minor"):
        return formats.money(minor.minor, str(minor.currency), signed=signed)
    return formats.money(int(minor), currency, signed=signed)


@register.filter
def in_currency(minor: int, currency: str) -> str:
    """`{{ line.amount_minor|in_currency:line.currency }}`: minor units as money."""
    return formats.money(int(minor), currency)


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """Return a number with the reader's grouping; nothing for nothing."""
    return "" if value is None or value == "" else formats.number(value, places)


@register.filter
def percent(share: Any, places: int = 0) -> str:
    """Return a share between 0 and 1 as a percentage; nothing for nothing."""
    return "" if share is None or share == "" else formats.percent(share, places)


@register.filter
def duration(seconds: Any) -> str:
    """Return seconds as `1 h 20 min`; nothing for nothing."""
    return "" if seconds is None or seconds == "" else formats.duration(seconds)


@register.simple_tag
def when(at: dt.datetime | dt.date, style: str = "moment", zone: str = "") -> SafeString:
    """Return a `<time>` element: moment, clock, day, weekday or relative; `zone` is named unless the reader's own."""
    if not isinstance(at, dt.datetime):
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), formats.day(at))
    text = {
        "moment": lambda: formats.moment(at, zone or None),
        "clock": lambda: formats.clock(at, zone or None),
        "day": lambda: formats.day(at),
        "weekday": lambda: formats.weekday(at),
        "relative": lambda: formats.relative(at, now()),
    }[style]()
    mark = formats.zone_label(zone, at)
    return format_html(
        '<time datetime="{}" title="{}" class="tabular">{}{}</time>',
        at.isoformat(),
        formats.full_moment(at),
        text,
        format_html(' <span class="text-muted">{}</span>', mark) if mark else "",
    )


@register.filter
def isotime(at: dt.datetime | None) -> str:
    """Return a moment as ISO 8601 for a data attribute."""
    return at.isoformat() if at else ""


@register.simple_tag
def server_now() -> str:
    """Return the server's present moment, against which browser timers set themselves."""
    return now().isoformat()


@register.simple_tag(takes_context=True)
def topic_token(context: template.Context, topic: str) -> str:
    """Return the signed leave of this page's reader to listen to `topic`."""
    return realtime.topic_token(topic, user_id=context["request"].user.pk)


@register.filter
def markdown_html(text: str) -> SafeString:
    """Return Markdown as safe HTML."""
    return markdown.render(text or "")


@register.filter
def to_json(value: Any) -> str:
    """Return `value` as JSON for a data attribute (escaped by the template, never for a script)."""
    return json.dumps(value, ensure_ascii=False, default=str)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """Return the page's query string with some parameters changed; an empty value drops one."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        else:
            params[key] = str(value)
    return "?" + params.urlencode()
