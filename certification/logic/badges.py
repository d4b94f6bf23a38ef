"""Certificates as Open Badges 3.0 credentials (1EdTech, section 8.2 VC-JWT) and the Bitstring Status List (W3C, 1.0).

Everything a verifier reads is built here from plain values; signing and rows are the selector's.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
LIST_SIZE = 131_072
"""Entries of one status list: the 16 KB the specification asks for, so that no entry can be singled out."""


@dataclass(frozen=True)
class Places:
    """Addresses of the documents a verifier may fetch; `base` is the site's public address without a slash."""

    base: str

    @property
    def issuer(self) -> str:
        return f"{self.base}/credentials/issuer/"

    @property
    def jwks(self) -> str:
        return f"{self.base}/credentials/jwks.json"

    def key(self, kid: str) -> str:
        return f"{self.base}/credentials/keys/{kid}/"

    def verify(self, certificate: str) -> str:
        return f"{self.base}/verify/{certificate}/"

    def standard(self, standard: str) -> str:
        return f"{self.base}/credentials/standards/{standard}/"

    def status_list(self, number: int) -> str:
        return f"{self.base}/credentials/status/{number}/"


def stamp(at: datetime) -> str:
    """A moment as the credentials write it: whole seconds, UTC, `Z`."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def issuer(places: Places) -> dict[str, Any]:
    """The issuer's profile."""
    return {"id": places.issuer, "type": ["Profile"], "name": "Tideline", "url": f"{places.base}/"}


def achievement(places: Places, *, standard: str, version: int, name: str, criteria: str) -> dict[str, Any]:
    """What the certificate attests."""
    return {
        "id": places.standard(standard),
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": name,
        "description": criteria,
        "criteria": {"narrative": criteria},
        "version": str(version),
        "creator": issuer(places),
    }


def credential(
    places: Places,
    *,
    certificate: str,
    status_index: int,
    service_name: str,
    issued_at: datetime,
    valid_until: datetime,
    of: dict[str, Any],
) -> dict[str, Any]:
    """The claims of the VC-JWT: the credential itself with the registered claims beside it.

    The holder is named by service name only; `exp`/`nbf` say in seconds what `validUntil`/`validFrom` say.
    """
    number, entry = divmod(status_index, LIST_SIZE)
    listed = places.status_list(number)
    own = places.verify(certificate)
    return {
        "@context": CONTEXT,
        "id": own,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": issuer(places),
        "validFrom": stamp(issued_at),
        "validUntil": stamp(valid_until),
        "name": of["name"],
        "credentialSubject": {
            "id": f"{own}#holder",
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": service_name, "identityType": "name"}
            ],
            "achievement": of,
        },
        "credentialStatus": {
            "id": f"{listed}#{entry}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(entry),
            "statusListCredential": listed,
        },
        "iss": places.issuer,
        "jti": own,
        "sub": f"{own}#holder",
        "nbf": int(issued_at.timestamp()),
        "exp": int(valid_until.timestamp()),
    }


def status_list_credential(places: Places, *, number: int, revoked: Iterable[int], at: datetime) -> dict[str, Any]:
    """The signed list that says which certificates were revoked, as of `at`; `revoked` holds positions in it."""
    own = places.status_list(number)
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": own,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": places.issuer,
        "validFrom": stamp(at),
        "credentialSubject": {
            "id": f"{own}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode_bits(revoked),
        },
        "iss": places.issuer,
        "jti": own,
        "nbf": int(at.timestamp()),
    }


def encode_bits(positions: Iterable[int]) -> str:
    """Multibase base64url of the gzipped bitstring; position 0 is the highest bit of the first byte."""
    bits = bytearray(LIST_SIZE // 8)
    for position in positions:
        bits[position // 8] |= 0x80 >> position % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")


def jwk(public: bytes, kid: str) -> dict[str, str]:
    """An Ed25519 public key (raw 32 bytes) as RFC 8037 writes it."""
    x = base64.urlsafe_b64encode(public).decode().rstrip("=")
    return {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x}
