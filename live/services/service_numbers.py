"""The numbers of service of a programme, as its client's owners and managers set them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.policies import CLIENT_EDITORS, require_client
from core import audit
from core.errors import Invalid, Text
from live.logic.rules import RULES
from live.models import ProgrammeRules

if TYPE_CHECKING:
    from accounts.models import Programme


@transaction.atomic
def set_service_numbers(
    *, actor: Actor, programme: Programme, numbers: Mapping[str, int | None], at: datetime
) -> ProgrammeRules:
    """Set the `numbers` named as in `RULES.service_bounds`, in seconds but for `chats_at_once`; None: the default.

    What is under way keeps the times it was given. Raises `Invalid` (field: the number) out of bounds. Audited.
    """
    require_client(actor, programme.organisation, *CLIENT_EDITORS)
    errors: dict[str, Text | list[Text]] = {}
    for name, number in numbers.items():
        least, most = RULES.service_bounds[name]
        if number is not None and not least <= number <= most:
            errors[name] = _("Between %(least)d and %(most)d.") % {"least": least, "most": most}
    if errors:
        raise Invalid(fields=errors)
    rules, _created = ProgrammeRules.objects.update_or_create(programme=programme, defaults=dict(numbers))
    audit.record(
        stream=f"live.{programme.public_id}",
        action="live.set_service_numbers",
        subject=programme.public_id,
        at=at,
        actor=actor,
        data=dict(numbers),
    )
    return rules
