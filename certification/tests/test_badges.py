"""Credentials as a third party sees them: over HTTP, checked by PyJWT with the published keys only."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, agent_actor, staff_actor
from certification import selectors, services
from certification.logic.badges import LIST_SIZE, encode_bits
from certification.tests.factories import StandardFactory, give_certificate
from core.errors import NotFound

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def agent():
    return AgentFactory(nickname="Xiao Lin")


@pytest.fixture
def certificate(agent):
    return give_certificate(agent, StandardFactory(valid_days=365), at=AT)


@pytest.fixture
def token(agent, certificate):
    return selectors.credential_jwt(agent_actor(agent), certificate.public_id)


class Refused(Exception):
    pass


def third_party(client, token, *, at):
    """Verify as anybody could: fetch the key by `kid`, check signature and time, then the status list."""

    def fetch(url):
        response = client.get(urlsplit(url).path)
        assert response.status_code == 200, url
        return response.content.decode()

    def signed(text):
        key = jwt.PyJWK(json.loads(fetch(jwt.get_unverified_header(text)["kid"])))
        return jwt.decode(text, key.key, algorithms=["EdDSA"])

    with time_machine.travel(at, tick=False):
        try:
            claims = signed(token)
        except jwt.PyJWTError as error:
            raise Refused(type(error).__name__) from error
        status = claims["credentialStatus"]
        listed = signed(fetch(status["statusListCredential"]))["credentialSubject"]
    assert listed["statusPurpose"] == status["statusPurpose"] == "revocation"
    packed = listed["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    index = int(status["statusListIndex"])
    if bits[index // 8] & (0x80 >> index % 8):
        raise Refused("revoked")
    return claims


def test_a_third_party_accepts_it(client, token, certificate):
    claims = third_party(client, token, at=AT + timedelta(days=1))
    assert claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert claims["iss"] == claims["issuer"]["id"]
    assert (claims["validFrom"], claims["validUntil"]) == ("2026-11-01T09:00:00Z", "2027-11-01T09:00:00Z")
    assert (claims["nbf"], claims["exp"]) == (int(AT.timestamp()), int(certificate.valid_until.timestamp()))
    assert claims["credentialSubject"]["achievement"]["name"].startswith(certificate.standard.name_en)
    assert claims["jti"].endswith(f"/verify/{certificate.public_id}/")


def test_every_address_in_it_answers(client, token):
    claims = jwt.decode(token, options={"verify_signature": False})
    achievement = claims["credentialSubject"]["achievement"]
    for url, name in ((claims["iss"], "Tideline"), (achievement["id"], achievement["name"])):
        assert json.loads(client.get(urlsplit(url).path).content)["name"] == name
    assert client.get(urlsplit(claims["id"]).path).status_code == 200
    kid = jwt.get_unverified_header(token)["kid"].rstrip("/").rsplit("/", 1)[-1]
    assert [k["kid"] for k in client.get("/credentials/jwks.json").json()["keys"]] == [kid]
    assert client.get("/credentials/keys/other/").status_code == 404
    assert client.get("/credentials/status/999999/").status_code == 404


def test_it_names_nothing_personal(token, agent):
    text = json.dumps(jwt.decode(token, options={"verify_signature": False}))
    for secret in (agent.user.email, agent.public_id, agent.user.public_id, agent.user.display_name):
        assert secret not in text


def test_a_third_party_refuses_it_when_expired_or_early(client, token, certificate):
    with pytest.raises(Refused, match="ExpiredSignatureError"):
        third_party(client, token, at=certificate.valid_until)
    with pytest.raises(Refused, match="ImmatureSignatureError"):
        third_party(client, token, at=AT - timedelta(seconds=1))


def test_a_third_party_refuses_it_when_revoked(client, token, certificate):
    services.revoke_certificate(
        actor=staff_actor(StaffRole.CERTIFIER), at=AT, certificate=certificate, reason="Somebody else sat the exam."
    )
    with pytest.raises(Refused, match="revoked"):
        third_party(client, token, at=AT + timedelta(days=1))


def test_a_third_party_refuses_it_when_tampered_with(client, token):
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["validUntil"] = "2099-01-01T00:00:00Z"
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    for bad in (f"{head}.{forged}.{signature}", f"{head}.{body}.{signature[:-4]}AAAA"):
        with pytest.raises(Refused, match="InvalidSignatureError"):
            third_party(client, bad, at=AT + timedelta(days=1))
    stolen = jwt.encode(
        claims, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers=jwt.get_unverified_header(token)
    )
    with pytest.raises(Refused, match="InvalidSignatureError"):
        third_party(client, stolen, at=AT + timedelta(days=1))


def test_only_the_holder_and_certifiers_download_it(certificate):
    assert selectors.credential_jwt(staff_actor(StaffRole.CERTIFIER), certificate.public_id)
    with pytest.raises(NotFound):
        selectors.credential_jwt(agent_actor(AgentFactory()), certificate.public_id)


def test_bits_stand_where_the_specification_says():
    bits = gzip.decompress(base64.urlsafe_b64decode(encode_bits([0, 9, LIST_SIZE - 1])[1:] + "=="))
    assert (len(bits), bits[0], bits[1], bits[-1]) == (16_384, 0x80, 0x40, 0x01)
