"""Agreements: publishing a version in its languages, and a person's consent to exactly one text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.actors import Actor
from accounts.errors import TextSuperseded, TextUnchanged
from accounts.logic import text_hash
from accounts.models import AgentProfile, Consent, LegalText, Organisation, User
from accounts.services.agents import refresh_onboarding
from accounts.states import AgreementKind, ClientRole, StaffRole
from core import audit, refusals
from core.errors import Invalid, NotFound, Text


@transaction.atomic
def publish_legal_text(
    *,
    actor: Actor,
    kind: str,
    texts: Mapping[str, tuple[str, str]],
    organisation: Organisation | None = None,
    at: datetime,
) -> list[LegalText]:
    """Publish the next version of an agreement, `{language: (title, body)}`, all languages at once.

    Platform texts by an operator, a client's own NDA by its owners. A published text never changes.
    Raises `Invalid`, `TextUnchanged` where these words are what is published, and `Conflict` when somebody published
    the same version meanwhile. Audited.
    """
    if (kind == AgreementKind.CLIENT_NDA) != (organisation is not None) or kind not in AgreementKind.values:
        raise Invalid(fields={"kind": _("Choose which agreement this is.")})
    if organisation is not None:
        policies.require_person(actor)
        policies.require_client(actor, organisation, ClientRole.OWNER)
    else:
        policies.require_staff(actor, StaffRole.OPERATOR)
    policies.require_mfa(actor)
    _check_texts(texts)
    versions = LegalText.objects.filter(kind=kind, organisation=organisation)
    latest = versions.aggregate(v=Max("version"))["v"] or 0
    rows = [
        LegalText(
            kind=kind,
            organisation=organisation,
            version=latest + 1,
            language=language,
            title=title.strip(),
            body=body.strip(),
            sha256=text_hash(title.strip(), body.strip()),
            published_at=at,
        )
        for language, (title, body) in texts.items()
    ]
    words = {row.language: row.sha256 for row in rows}
    if words == dict(versions.filter(version=latest).values_list("language", "sha256")):
        raise TextUnchanged
    with refusals.translated():
        LegalText.objects.bulk_create(rows)
    audit.record(
        stream="accounts",
        action="accounts.publish_legal_text",
        subject=rows[0].public_id,
        at=at,
        actor=actor,
        data={"kind": str(kind), "version": latest + 1, "sha256": words},
    )
    return rows


def _check_texts(texts: Mapping[str, tuple[str, str]]) -> None:
    fields: dict[str, Text | list[Text]] = {}
    if not texts or not set(texts) <= set(dict(settings.LANGUAGES)):
        fields["language"] = _("Write the text in at least one of the languages.")
    for language, (title, body) in texts.items():
        suffix = language.replace("-", "_")
        if not 3 <= len(title.strip()) <= 160:
            fields[f"title_{suffix}"] = _("Give a title of 3 to 160 characters.")
        if len(body.strip()) < 20:
            fields[f"body_{suffix}"] = _("Write the text that people agree to.")
    if fields:
        raise Invalid(fields=fields)


@transaction.atomic
def consent(*, actor: Actor, user: User, text: LegalText, ip: str | None, at: datetime) -> Consent:
    """Record that `user` agreed to exactly this text; a second time returns the first record.

    Only for oneself. Raises `TextSuperseded` when a newer version is out. May complete onboarding.
    """
    policies.require_person(actor)
    if actor.user_id != user.pk and not policies.is_platform(actor):
        raise NotFound
    latest = LegalText.objects.filter(kind=text.kind, organisation=text.organisation_id).aggregate(v=Max("version"))
    if text.version != latest["v"]:
        raise TextSuperseded
    agent = AgentProfile.objects.select_for_update(no_key=True, of=("self",)).filter(user=user).first()
    given, _created = Consent.objects.get_or_create(
        user=user, text=text, defaults={"text_sha256": text.sha256, "at": at, "ip_address": ip}
    )
    if agent is not None:
        refresh_onboarding(agent=agent, at=at)
    return given
