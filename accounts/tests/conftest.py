"""What the tests of accounts share."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from accounts import services
from accounts.models import IdentityCheck
from accounts.tests.factories import NewAgentFactory, agent_actor

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **options) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (20, 120, 110)).save(out, kind, **options)
    return out.getvalue()


def sent_check(agent=None) -> IdentityCheck:
    """An identity check that waits for a certifier, both pictures with it."""
    agent = agent or NewAgentFactory()
    IdentityCheck.objects.get_or_create(agent=agent)
    actor = agent_actor(agent)
    for side in ("front", "selfie"):
        services.upload_identity_document(actor=actor, agent=agent, side=side, file=io.BytesIO(picture()), at=AT)
    return services.submit_identity(actor=actor, agent=agent, legal_name="Lin", document_kind="passport", at=AT)
