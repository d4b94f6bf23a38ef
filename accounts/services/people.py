"""Persons: registering without the sign-up pages, personal settings, platform roles."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.actors import Actor
from accounts.errors import LastOperator
from accounts.models import StaffAssignment, User
from accounts.states import StaffRole, Theme
from core import audit, refusals
from core.errors import Invalid, NotAllowed, NotFound


@transaction.atomic
def register_person(
    *,
    actor: Actor,
    email: str,
    password: str | None,
    display_name: str,
    language: str = "en",
    time_zone: str = "Asia/Shanghai",
    at: datetime,
) -> User:
    """Make a person whose e-mail address counts as verified; for operators, set-up commands and the demo.

    With `password=None` the person sets one by "forgot password". Raises `Invalid`.
    """
    policies.require_staff(actor, StaffRole.OPERATOR)
    address = email.strip().lower()
    _check_email(address)
    _check_choices(language=language, time_zone=time_zone, theme=Theme.SYSTEM)
    if password is not None:
        try:
            validate_password(password)
        except ValidationError as error:
            raise Invalid(fields={"password": list(error.messages)}) from error
    with refusals.translated():
        user = User.objects.create_user(
            address, password, display_name=display_name.strip()[:80], language=language, time_zone=time_zone
        )
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    audit.record(stream="accounts", action="accounts.register_person", subject=user.public_id, at=at, actor=actor)
    return user


def _check_email(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid(fields={"email": list(error.messages)}) from error


def _check_choices(*, language: str, time_zone: str, theme: str) -> None:
    fields = {}
    if language not in dict(settings.LANGUAGES):
        fields["language"] = _("Choose one of the languages.")
    if time_zone not in available_timezones():
        fields["time_zone"] = _("Choose one of the time zones.")
    if theme not in Theme.values:
        fields["theme"] = _("Choose one of the appearances.")
    if fields:
        raise Invalid(fields=fields)


@transaction.atomic
def update_personal_settings(
    *, actor: Actor, display_name: str, language: str, time_zone: str, theme: str, at: datetime
) -> User:
    """Change one's own name, language, time zone and appearance. Raises `Invalid`."""
    user_id = policies.person_id(actor)
    if not display_name.strip():
        raise Invalid(fields={"display_name": _("Tell us what to call you.")})
    _check_choices(language=language, time_zone=time_zone, theme=theme)
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    user.display_name = display_name.strip()[:80]
    user.language, user.time_zone, user.theme = language, time_zone, theme
    user.save(update_fields=["display_name", "language", "time_zone", "theme"])
    return user


@transaction.atomic
def assign_staff_role(*, actor: Actor, user: User, role: StaffRole, at: datetime) -> StaffAssignment:
    """Give a person a platform role; giving it twice changes nothing. Operators only, audited.

    Raises `NotAllowed` for a role of one's own: two people stand behind every right to certify or to pay.
    """
    policies.require_staff(actor, StaffRole.OPERATOR)
    policies.require_mfa(actor)
    if actor.user_id == user.pk:
        raise NotAllowed(_("Another operator has to give you a role."))
    assignment, created = StaffAssignment.objects.get_or_create(user=user, role=role)
    if created:
        audit.record(
            stream="accounts",
            action="accounts.assign_staff_role",
            subject=user.public_id,
            at=at,
            actor=actor,
            data={"role": str(role)},
        )
    return assignment


@transaction.atomic
def withdraw_staff_role(*, actor: Actor, user: User, role: StaffRole, at: datetime) -> None:
    """Take a platform role away. Raises `NotFound` when it is not held, `LastOperator` for the last one."""
    policies.require_staff(actor, StaffRole.OPERATOR)
    policies.require_mfa(actor)
    holders = StaffAssignment.objects.select_for_update(of=("self",)).filter(role=role).order_by("pk")
    held = [a for a in holders if a.user_id == user.pk]
    if not held:
        raise NotFound
    if role == StaffRole.OPERATOR and len(holders) == 1:
        raise LastOperator
    held[0].delete()
    audit.record(
        stream="accounts",
        action="accounts.withdraw_staff_role",
        subject=user.public_id,
        at=at,
        actor=actor,
        data={"role": str(role)},
    )
