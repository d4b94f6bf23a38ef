"""Agreements in force, and who agreed to which version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from accounts import policies
from accounts.actors import Actor
from accounts.models import Consent, LegalText, Organisation
from accounts.states import AgreementKind, ClientRole, StaffRole
from core.errors import NotFound

PLATFORM_KINDS = (AgreementKind.AGREEMENT, AgreementKind.NDA)


@dataclass(frozen=True)
class TextToSign:
    """The version in force of one agreement, in the reader's language where it exists."""

    text: LegalText
    signed_version: int | None
    """The newest version the person agreed to, in any language."""

    @property
    def is_signed(self) -> bool:
        return self.signed_version == self.text.version


def current_texts(*, language: str, organisation: Organisation | None = None) -> list[LegalText]:
    """The newest version of each agreement of the platform (or of a client), in `language` or what there is."""
    texts = LegalText.objects.filter(organisation=organisation).order_by("kind", "-version", "language")
    best: dict[str, LegalText] = {}
    for text in texts:
        known = best.get(text.kind)
        if known is None or (text.version == known.version and text.language == language):
            best[text.kind] = text
    return [best[kind] for kind in AgreementKind.values if kind in best]


def texts_to_sign(*, actor: Actor) -> list[TextToSign]:
    """The platform's agreements with what the person has signed of each."""
    policies.require_person(actor)
    signed = consent_versions(actor.user_id or 0)
    return [TextToSign(text, signed.get(text.kind)) for text in current_texts(language=actor.language)]


def legal_text_by_public_id(public_id: str, *, actor: Actor) -> LegalText:
    """One published text; platform texts for everybody who is logged in, a client's NDA for agents and members."""
    policies.require_person(actor)
    text = LegalText.objects.select_related("organisation").filter(public_id=public_id).first()
    if text is None:
        raise NotFound
    if text.organisation is not None and actor.agent_id is None and not policies.can_staff(actor):
        policies.require_client(actor, text.organisation)
    return text


def consented(text: LegalText, *, actor: Actor) -> Consent | None:
    """The person's own consent to exactly this text, if they gave it."""
    return Consent.objects.filter(text=text, user=policies.person_id(actor)).first()


def published_texts(*, actor: Actor, organisation: Organisation | None = None) -> QuerySet[LegalText]:
    """Every version of the platform's agreements (operators, auditors) or of a client's NDA (its members)."""
    if organisation is None:
        policies.require_staff(actor, StaffRole.OPERATOR, StaffRole.AUDITOR)
    else:
        policies.require_client(actor, organisation, *ClientRole)
    return LegalText.objects.filter(organisation=organisation).order_by("kind", "-version", "language")


def consent_versions(user_id: int) -> dict[str, int]:
    """The newest version of each platform agreement the person agreed to, by kind."""
    rows = (
        Consent.objects.filter(user_id=user_id, text__kind__in=PLATFORM_KINDS)
        .values_list("text__kind")
        .annotate(version=Max("text__version"))
    )
    return dict(rows)


def client_ndas_signed(user_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """`{user id: {organisation id: newest version of its NDA agreed to}}`, in one query."""
    signed: dict[int, dict[int, int]] = {}
    rows = (
        Consent.objects.filter(user_id__in=list(user_ids), text__kind=AgreementKind.CLIENT_NDA)
        .values_list("user_id", "text__organisation_id")
        .annotate(version=Max("text__version"))
    )
    for user_id, organisation_id, version in rows:
        signed.setdefault(user_id, {})[organisation_id or 0] = version
    return signed
