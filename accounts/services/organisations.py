"""Client organisations and their programmes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.actors import Actor
from accounts.logic import clean_origin
from accounts.models import Membership, Organisation, Programme, User
from accounts.states import ClientRole, Currency, Industry, ServiceLanguage, StaffRole
from core import audit, refusals
from core.errors import Invalid, Text

_COLOUR = re.compile(r"#[0-9a-f]{6}")
MAX_ORIGINS = 20
GUIDE_LENGTH = 20_000


@transaction.atomic
def create_organisation(
    *,
    actor: Actor,
    name: str,
    alias: str,
    owner: User | None,
    at: datetime,
    industry: str = Industry.RETAIL,
    currency: str = Currency.CNY,
    time_zone: str = "Asia/Shanghai",
    hides_name: bool = False,
) -> Organisation:
    """Make a client organisation with `owner` as its first owner.

    A person makes their own; an operator makes one for anybody, also without an owner, who is then
    invited. Raises `Invalid`. Audited.
    """
    policies.require_person(actor)
    for_oneself = owner is not None and actor.user_id == owner.pk
    if not for_oneself:
        policies.require_staff(actor, StaffRole.OPERATOR)
    _check_organisation(name=name, alias=alias, industry=industry, currency=currency, time_zone=time_zone)
    organisation = Organisation.objects.create(
        name=name.strip(),
        alias=alias.strip(),
        industry=industry,
        currency=currency,
        time_zone=time_zone,
        hides_name=hides_name,
    )
    if owner is not None:
        Membership.objects.create(user=owner, organisation=organisation, role=ClientRole.OWNER)
    _record("accounts.create_organisation", organisation.public_id, actor, at)
    return organisation


@transaction.atomic
def update_organisation(
    *,
    actor: Actor,
    organisation: Organisation,
    name: str,
    alias: str,
    industry: str,
    time_zone: str,
    hides_name: bool,
    at: datetime,
) -> Organisation:
    """Change what agents and staff see of an organisation; its currency stays. Owners only; audited."""
    policies.require_person(actor)
    policies.require_client(actor, organisation, ClientRole.OWNER)
    _check_organisation(name=name, alias=alias, industry=industry, currency=organisation.currency, time_zone=time_zone)
    row = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    row.name, row.alias, row.industry = name.strip(), alias.strip(), industry
    row.time_zone, row.hides_name = time_zone, hides_name
    row.save(update_fields=["name", "alias", "industry", "time_zone", "hides_name"])
    _record("accounts.update_organisation", row.public_id, actor, at)
    return row


def _check_organisation(*, name: str, alias: str, industry: str, currency: str, time_zone: str) -> None:
    fields: dict[str, Text | list[Text]] = {}
    if not 2 <= len(name.strip()) <= 120:
        fields["name"] = _("Give a name of 2 to 120 characters.")
    if not 2 <= len(alias.strip()) <= 120:
        fields["alias"] = _("Give an alias of 2 to 120 characters.")
    if industry not in Industry.values:
        fields["industry"] = _("Choose an industry.")
    if currency not in Currency.values:
        fields["currency"] = _("Choose a currency.")
    if time_zone not in available_timezones():
        fields["time_zone"] = _("Choose one of the time zones.")
    if fields:
        raise Invalid(fields=fields)


@transaction.atomic
def create_programme(
    *,
    actor: Actor,
    organisation: Organisation,
    name: str,
    industry: str,
    languages: Iterable[str],
    at: datetime,
    time_zone: str = "",
    greeting: str = "",
    colour: str = "#0f766e",
    allowed_origins: Iterable[str] = (),
) -> Programme:
    """Open a programme of a client, billed in the organisation's currency. Owners and managers; audited."""
    policies.require_client(actor, organisation, *policies.CLIENT_EDITORS)
    values = _programme_values(
        name=name,
        industry=industry,
        languages=languages,
        time_zone=time_zone or organisation.time_zone,
        greeting=greeting,
        colour=colour,
        allowed_origins=allowed_origins,
    )
    programme = Programme(organisation=organisation, currency=organisation.currency, **values)
    with refusals.translated():
        programme.save()
    _record("accounts.create_programme", programme.public_id, actor, at)
    return programme


@transaction.atomic
def update_programme(
    *,
    actor: Actor,
    programme: Programme,
    name: str,
    industry: str,
    languages: Iterable[str],
    time_zone: str,
    greeting: str,
    colour: str,
    allowed_origins: Iterable[str],
    at: datetime,
) -> Programme:
    """Change a programme; its currency and widget key stay. Owners and managers; audited."""
    policies.require_client(actor, programme.organisation, *policies.CLIENT_EDITORS)
    values = _programme_values(
        name=name,
        industry=industry,
        languages=languages,
        time_zone=time_zone,
        greeting=greeting,
        colour=colour,
        allowed_origins=allowed_origins,
    )
    row = Programme.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    programme = row.get(pk=programme.pk)
    for field, value in values.items():
        setattr(programme, field, value)
    with refusals.translated():
        programme.save()
    _record("accounts.update_programme", programme.public_id, actor, at)
    return programme


@transaction.atomic
def write_guide(*, actor: Actor, programme: Programme, guide: str, at: datetime) -> Programme:
    """What agents read beside each conversation of the programme. Owners and managers; raises `Invalid`; audited."""
    policies.require_client(actor, programme.organisation, *policies.CLIENT_EDITORS)
    text = guide.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > GUIDE_LENGTH:
        raise Invalid(fields={"guide": _("Keep the guide under %(limit)d characters.") % {"limit": GUIDE_LENGTH}})
    Programme.objects.filter(pk=programme.pk).update(guide=text)
    programme.guide = text
    _record("accounts.write_guide", programme.public_id, actor, at)
    return programme


def _programme_values(
    *,
    name: str,
    industry: str,
    languages: Iterable[str],
    time_zone: str,
    greeting: str,
    colour: str,
    allowed_origins: Iterable[str],
) -> dict[str, Any]:
    """Check and normalise; raises `Invalid` with every bad field."""
    fields: dict[str, Text | list[Text]] = {}
    chosen = set(languages)
    if not 2 <= len(name.strip()) <= 120:
        fields["name"] = _("Give a name of 2 to 120 characters.")
    if industry not in Industry.values:
        fields["industry"] = _("Choose an industry.")
    if not chosen or not chosen <= set(ServiceLanguage.values):
        fields["languages"] = _("Choose at least one language.")
    if time_zone not in available_timezones():
        fields["time_zone"] = _("Choose one of the time zones.")
    if not _COLOUR.fullmatch(colour.lower()):
        fields["colour"] = _("Give the colour as # and six hexadecimal digits.")
    if len(greeting) > 500:
        fields["greeting"] = _("Keep the greeting under 500 characters.")
    origins: list[str] = []
    for text in allowed_origins:
        try:
            origins.append(clean_origin(text))
        except ValueError:
            fields["allowed_origins"] = _(
                "“%(origin)s” is not an origin. Write https:// and the host, for example https://shop.example."
            ) % {"origin": text[:100]}
    if len(origins) > MAX_ORIGINS:
        fields["allowed_origins"] = _("Give at most 20 origins.")
    if fields:
        raise Invalid(fields=fields)
    return {
        "name": name.strip(),
        "industry": industry,
        "languages": [str(one) for one in ServiceLanguage.values if one in chosen],
        "time_zone": time_zone,
        "greeting": greeting.strip(),
        "colour": colour.lower(),
        "allowed_origins": list(dict.fromkeys(origins)),
    }


def _record(action: str, subject: str, actor: Actor, at: datetime) -> None:
    audit.record(stream="accounts", action=action, subject=subject, at=at, actor=actor)
