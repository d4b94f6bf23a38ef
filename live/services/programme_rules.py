"""A programme's live floor as its client's owners and managers set it: the numbers of service, and who is an expert."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.policies import CLIENT_EDITORS, require_client
from core import audit
from core.errors import Invalid, Text
from core.events import publish
from live.events import AgentDeskChanged, QueueMoved
from live.logic.rules import RULES
from live.models import ProgrammeRules
from live.services.routing import _drain_after_commit
from tasks.selectors import checked_in_claims, vocabulary

if TYPE_CHECKING:
    from accounts.models import Programme


@transaction.atomic
def set_service_numbers(
    *, actor: Actor, programme: Programme, numbers: Mapping[str, int | None], at: datetime
) -> ProgrammeRules:
    """Set the `numbers` named as in `RULES.service_bounds`, in seconds but for `chats_at_once`; None: the default.

    What is under way keeps the times it was given, and an open offer its place. Raises `Invalid` (field: the number)
    out of bounds. Audited; publishes as `_store` says.
    """
    require_client(actor, programme.organisation, *CLIENT_EDITORS)
    errors: dict[str, Text | list[Text]] = {}
    for name, number in numbers.items():
        least, most = RULES.service_bounds[name]
        if number is not None and not least <= number <= most:
            errors[name] = _("Between {least} and {most}.").format(least=least, most=most)
    if errors:
        raise Invalid(fields=errors)
    changes = dict(numbers)
    return _store(programme, changes, "set_service_numbers", data=changes, actor=actor, at=at)


@transaction.atomic
def set_experts(
    *, actor: Actor, programme: Programme, skill: str, score: int | None, seconds: int | None, at: datetime
) -> ProgrammeRules:
    """Experts are agents with at least `score` in `skill` (its slug; "": every other agent); they are asked alone for
    `seconds` (None: the platform's default).

    Raises `Invalid` for a skill that does not exist, a score outside 1 to 100 or seconds above
    `RULES.longest_expert_seconds`. Audited; publishes as `_store` says.
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
    changes = {"expert_requirement": asked, "expert_seconds": seconds}
    data = {"requirement": asked, "seconds": seconds}
    return _store(programme, changes, "set_experts", data=data, actor=actor, at=at)


def _store(
    programme: Programme, changes: Mapping[str, Any], action: str, *, data: dict[str, Any], actor: Actor, at: datetime
) -> ProgrammeRules:
    """Keep the changes, audited as `live.<action>`: more agents may be free to take what waits, so the line is drained.

    Publishes `QueueMoved` (waits are estimated anew) and `AgentDeskChanged` for every agent at work.
    """
    rules, _created = ProgrammeRules.objects.update_or_create(programme=programme, defaults=changes)
    stream = f"live.{programme.public_id}"
    audit.record(stream=stream, action=f"live.{action}", subject=programme.public_id, at=at, actor=actor, data=data)
    publish(QueueMoved(programme.pk, at))
    for claim in checked_in_claims(programme.pk, at):
        publish(AgentDeskChanged(claim.agent_id, at))
    _drain_after_commit(programme.pk, at)
    return rules
