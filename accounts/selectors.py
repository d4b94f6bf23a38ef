"""Every read of people, organisations and programmes that another app or a page needs."""

from __future__ import annotations

import hashlib
from datetime import datetime

from accounts.models import ApiKey


def verified_key(secret: str, at: datetime) -> ApiKey | None:
    """The live API key whose full text is `secret`, or None. Only hashes are stored and compared."""
    if not secret.startswith("tl_") or len(secret) > 200:
        return None
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return ApiKey.objects.filter(key_hash=digest, revoked_at=None).first()
