"""API keys of a client: shown once, kept as a hash, scoped, revocable."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.actors import Actor
from accounts.errors import KeyAlreadyMade
from accounts.logic import secret_hash
from accounts.models import ApiKey, Organisation
from accounts.states import Scope
from core import audit
from core.errors import Invalid, Text
from core.idempotency import run_once

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def create_api_key(
    *,
    actor: Actor,
    organisation: Organisation,
    name: str,
    scopes: Iterable[str],
    at: datetime,
    idempotency_key: str | None = None,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret `tl_<prefix>_<secret>`, which nothing can show again.

    Owners and managers, with a second factor where one is demanded; never by another key. Audited. Nothing is made
    the second time under one `idempotency_key`: raises `KeyAlreadyMade`, for the secret is not kept to show it again.
    """
    creator_id = policies.person_id(actor)
    policies.require_client(actor, organisation, *policies.CLIENT_EDITORS)
    policies.require_mfa(actor)
    wanted = set(scopes)
    fields: dict[str, Text | list[Text]] = {}
    if not 1 <= len(name.strip()) <= 80:
        fields["name"] = _("Name the key after what will use it.")
    if not wanted or not wanted <= set(Scope.values):
        fields["scopes"] = _("Choose at least one thing the key may do.")
    if fields:
        raise Invalid(fields=fields)
    if run_once(
        actor=actor,
        key=idempotency_key,
        command="accounts.create_api_key",
        body={"organisation": organisation.public_id},
        at=at,
        do=dict,
    ).replayed:
        raise KeyAlreadyMade
    prefix = "".join(secrets.choice(_LETTERS) for _n in range(8))
    secret = f"tl_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        organisation=organisation,
        name=name.strip(),
        prefix=prefix,
        key_hash=secret_hash(secret),
        scopes=[scope for scope in Scope.values if scope in wanted],
        created_by_id=creator_id,
        created_at=at,
    )
    _record("accounts.create_api_key", key, actor, at)
    return key, secret


@transaction.atomic
def revoke_api_key(*, actor: Actor, key: ApiKey, at: datetime) -> ApiKey:
    """Make a key useless at once; doing it again changes nothing. Owners and managers; audited."""
    policies.require_person(actor)
    policies.require_client(actor, key.organisation, *policies.CLIENT_EDITORS)
    row = ApiKey.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=key.pk)
    if row.revoked_at is None:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        _record("accounts.revoke_api_key", row, actor, at)
    return row


def note_api_key_use(*, key: ApiKey, at: datetime) -> None:
    """Remember that a key was used, at most once a minute."""
    if key.last_used_at is None or key.last_used_at < at - timedelta(minutes=1):
        stale = Q(last_used_at=None) | Q(last_used_at__lt=at - timedelta(minutes=1))
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=at)


def _record(action: str, key: ApiKey, actor: Actor, at: datetime) -> None:
    audit.record(
        stream="accounts",
        action=action,
        subject=key.public_id,
        at=at,
        actor=actor,
        data={"organisation": key.organisation.public_id, "scopes": list(key.scopes)},
    )
