"""The documents a third party verifies certificates by: signed credentials, the key set, status lists.

They are public: nothing is in them that the verification page does not show.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from accounts.actors import Actor
from certification.logic import badges
from certification.models import Certificate, Standard
from certification.selectors.certificates import certificate_by_public_id
from certification.states import CertificateState
from core import keys
from core.errors import NotFound

KEY_PURPOSE = "certificates"


def _places() -> badges.Places:
    return badges.Places(settings.BASE_URL)


def _key() -> tuple[Ed25519PrivateKey, str]:
    key = keys.signing_key(KEY_PURPOSE)
    return key, keys.key_id(key.public_key())


def _sign(claims: dict[str, Any], typ: str) -> str:
    key, kid = _key()
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"typ": typ, "kid": _places().key(kid)})


def credential_jwt(actor: Actor, public_id: str) -> str:
    """The certificate as a signed Open Badges 3.0 credential; for its holder and certifiers, else `NotFound`.

    A revoked one is still given: its status entry says that it no longer holds.
    """
    certificate = certificate_by_public_id(actor, public_id)
    claims = badges.credential(
        _places(),
        certificate=certificate.public_id,
        status_index=certificate.pk,
        service_name=certificate.agent.nickname,
        issued_at=certificate.issued_at,
        valid_until=certificate.valid_until,
        of=_achievement(certificate.standard),
    )
    return _sign(claims, "vc+ld+jwt")


def _achievement(standard: Standard) -> dict[str, Any]:
    return badges.achievement(
        _places(),
        standard=standard.public_id,
        version=standard.version,
        name=f"{standard.name_en} / {standard.name_zh}",
        criteria=f"{standard.criteria_en}\n\n{standard.criteria_zh}",
    )


def achievement(public_id: str) -> dict[str, Any]:
    """A standard as the achievement the credentials name; `NotFound` when there is none."""
    standard = Standard.objects.filter(public_id=public_id[:30]).first()
    if standard is None:
        raise NotFound
    return {"@context": badges.CONTEXT, **_achievement(standard)}


def issuer() -> dict[str, Any]:
    """The issuer's profile."""
    return {"@context": badges.CONTEXT, **badges.issuer(_places())}


def jwks() -> dict[str, Any]:
    """The public keys credentials are signed with."""
    key, kid = _key()
    return {"keys": [badges.jwk(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), kid)]}


def public_key(kid: str) -> dict[str, Any]:
    """One key of the set, as a credential's `kid` names it; else `NotFound`."""
    for key in jwks()["keys"]:
        if key["kid"] == kid:
            return dict(key)
    raise NotFound


def status_list_jwt(number: int, at: datetime) -> str:
    """The signed list of what was revoked among certificates `number * 131072 …`; one query."""
    if not 0 <= number < 10_000:
        raise NotFound
    first = number * badges.LIST_SIZE
    revoked = Certificate.objects.filter(
        pk__gte=first, pk__lt=first + badges.LIST_SIZE, state=CertificateState.REVOKED
    ).values_list("pk", flat=True)
    claims = badges.status_list_credential(_places(), number=number, revoked=[pk - first for pk in revoked], at=at)
    return _sign(claims, "vc+ld+jwt")
