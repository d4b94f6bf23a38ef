"""The demo shop may open at another address than last time (another port); the demo programmes let it in there too."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from accounts import services
from accounts.actors import actor_for
from accounts.models import Programme
from accounts.states import ClientRole


def follow_shop(*, at: datetime) -> None:
    """Where programmes allow the shop's last address, let their owners put the present one in its place.

    The last address stands in a file beside the uploads; without it nothing is changed.
    """
    note = Path(settings.DATA_DIR) / "demo-shop.txt"
    last = note.read_text().strip() if note.exists() else settings.SHOP_URL
    if last != settings.SHOP_URL:
        for programme in Programme.objects.filter(allowed_origins__contains=[last]).select_related("organisation"):
            _let_in(programme, last, at)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(settings.SHOP_URL)


def _let_in(programme: Programme, last: str, at: datetime) -> None:
    owner = programme.organisation.memberships.filter(role=ClientRole.OWNER).order_by("pk").first()
    if owner is not None:
        services.update_programme(
            actor=actor_for(owner.user),
            programme=programme,
            name=programme.name,
            industry=programme.industry,
            languages=programme.languages,
            time_zone=programme.time_zone,
            greeting=programme.greeting,
            colour=programme.colour,
            allowed_origins=[settings.SHOP_URL if o == last else o for o in programme.allowed_origins],
            at=at,
        )
