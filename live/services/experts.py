"""Who is an expert of a programme, as its client's owners and managers say."""

from __future__ import annotations

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
from tasks.selectors import vocabulary

if TYPE_CHECKING:
    from accounts.models import Programme


@transaction.atomic
def set_experts(
    *, actor: Actor, programme: Programme, skill: str, score: int | None, seconds: int | None, at: datetime
) -> ProgrammeRules:
    """Experts are agents with at least `score` in `skill` (its slug; "": every other agent); they are asked alone for
    `seconds` (None: the platform's default).

    Raises `Invalid` for a skill that does not exist, a score outside 1 to 100 or seconds above
    `RULES.longest_expert_seconds`. Audited.
    """
    require_client(actor, programme.organisation, *CLIENT_EDITORS)
    errors: dict[str, Text | list[Text]] = {}
    if skill and not vocabulary().knows("skill", skill):
        errors["skill"] = _("There is no such skill.")
    if skill and (score is None or not 1 <= score <= 100):
        errors["score"] = _("Between 1 and 100.")
    if seconds is not None and not 0 <= seconds <= RULES.longest_expert_seconds:
        errors["seconds"] = _("At most %(n)d seconds: nobody waits for ever.") % {"n": RULES.longest_expert_seconds}
    if errors:
        raise Invalid(fields=errors)
    asked = {"any": [{"all": [{"subject": f"skill.{skill}", "op": "gte", "value": score}]}]} if skill else {}
    rules, _created = ProgrammeRules.objects.update_or_create(
        programme=programme, defaults={"expert_requirement": asked, "expert_seconds": seconds}
    )
    audit.record(
        stream=f"live.{programme.public_id}",
        action="live.set_experts",
        subject=programme.public_id,
        at=at,
        actor=actor,
        data={"requirement": asked, "seconds": seconds},
    )
    return rules
