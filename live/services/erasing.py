"""Forgetting an agent: what the platform said of them by name, and the texts they kept for themselves."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.policies import is_platform
from core.errors import NotAllowed
from live.models import Message, Phrase, Segment
from live.states import SystemCode


@transaction.atomic
def erase_agent(*, actor: Actor, agent_id: int) -> int:
    """Say "the agent" in every system message that names this one, delete their own phrases; for the platform.

    Returns how many messages changed. What people wrote themselves stays: it is the client's record of the
    conversation, personal numbers masked.
    """
    if not is_platform(actor):
        raise NotAllowed
    Phrase.objects.filter(agent_id=agent_id).delete()
    mine = Segment.objects.filter(agent_id=agent_id)
    rows = Message.objects.filter(
        Exists(mine.filter(conversation=OuterRef("conversation"), epoch=OuterRef("epoch"))),
        conversation__in=mine.values("conversation"),
        code__in=[code for code in SystemCode if str(code.label) % {"name": ""} != str(code.label)],
    )
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pk, code, language in rows.values_list("pk", "code", "conversation__language"):
        groups[code, language].append(pk)
    for (code, language), ids in groups.items():
        with translation.override(language):
            body = str(SystemCode(code).label) % {"name": _("The agent")}
        Message.objects.filter(pk__in=ids).update(body=body)
    return sum(map(len, groups.values()))
