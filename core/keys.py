"""Ed25519 signing keys and secret keys, one per purpose, kept in files outside the database and the repository."""

import base64
import os
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings


def signing_key(purpose: str) -> Ed25519PrivateKey:
    """Return the key for `purpose` (`audit`, `certificates`), made on first use and readable by the owner only."""
    return _load(Path(settings.DATA_DIR) / "keys" / f"{purpose}.pem")


@lru_cache
def _load(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        _create(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} is not an Ed25519 key")
    return key


def _create(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _create_file(path, pem)


def _create_file(path: Path, content: bytes) -> None:
    """Write a new key; whoever comes second keeps the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(f".{secrets.token_hex(8)}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def key_id(public: Ed25519PublicKey) -> str:
    """A short stable name of a public key."""
    return sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def secret_key(purpose: str) -> bytes:
    """Return 32 random bytes for `purpose` in URL-safe base 64 (a Fernet key), made on first use; owner-only file."""
    return _load_secret(Path(settings.DATA_DIR) / "keys" / f"{purpose}.key")


def secret_key_id(purpose: str) -> str:
    """A short stable name of a secret key that gives nothing of it away."""
    return sha256(b"key id:" + secret_key(purpose)).hexdigest()[:16]


@lru_cache
def _load_secret(path: Path) -> bytes:
    if not path.exists():
        _create_file(path, base64.urlsafe_b64encode(os.urandom(32)))
    return path.read_bytes()
