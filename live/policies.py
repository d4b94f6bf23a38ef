"""Who may do what on the live floor; who may read what is in `selectors` (`conversations_for`).

Owners' writes are guarded once more by the statement that stores them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse

from accounts.actors import Actor
from accounts.policies import CLIENT_EDITORS, can_staff, is_platform, require_client, require_onboarded
from accounts.states import ClientRole, StaffRole
from core.errors import NotAllowed, NotFound
from live.actors import CustomerActor, Talker
from live.errors import OriginRefused, TokenExpired, TokenInvalid
from live.logic.rules import RULES
from live.models import Conversation, Customer, Phrase

if TYPE_CHECKING:
    from accounts.models import Programme

__all__ = ["CustomerActor", "Talker", "customer_of", "token_for"]

_signer = TimestampSigner(salt="live.widget")
_file_signer = TimestampSigner(salt="live.attachment")
_OPENERS = (StaffRole.OPERATOR, StaffRole.AUDITOR)


def token_for(customer: Customer) -> str:
    """The widget's token: it names the customer for a day and opens nothing else."""
    return _signer.sign_object(
        {"i": customer.pk, "c": customer.public_id, "p": customer.programme_id, "l": customer.language}
    )


def customer_of(token: str) -> CustomerActor:
    """The customer a widget token names. Raises `TokenExpired` or `TokenInvalid`."""
    try:
        claim = _signer.unsign_object(token, max_age=RULES.token_seconds)
        return CustomerActor(claim["i"], claim["c"], claim["p"], claim["l"])
    except SignatureExpired:
        raise TokenExpired from None
    except (BadSignature, KeyError, TypeError, ValueError):
        raise TokenInvalid from None


def address_of_file(public_id: str, actor: Talker) -> str:
    """Where a reader fetches a file: people by their session, a customer's browser by a key good for a day.

    The key names one file and one customer; the widget has no cookies, and its token would open far more.
    """
    if isinstance(actor, CustomerActor):
        key = _file_signer.sign(f"{public_id}.{actor.customer_id}").removeprefix(f"{public_id}.")
        return f"{settings.BASE_URL}{reverse('widget-attachment', args=[public_id])}?key={key}"
    return reverse("api-attachment", args=[public_id])


def customer_of_file(public_id: str, key: str) -> CustomerActor:
    """Whom such a key names. Raises `TokenExpired` or `TokenInvalid`."""
    try:
        value = _file_signer.unsign(f"{public_id}.{key}", max_age=RULES.token_seconds)
        customer = Customer.objects.get(pk=int(value.removeprefix(f"{public_id}.")))
        return CustomerActor(customer.pk, customer.public_id, customer.programme_id, customer.language)
    except SignatureExpired:
        raise TokenExpired from None
    except (BadSignature, ValueError, Customer.DoesNotExist):
        raise TokenInvalid from None


def require_origin(programme: Programme, origin: str | None) -> None:
    """Only pages of the programme's own sites embed its widget; raises `OriginRefused`."""
    if not origin or origin.rstrip("/") not in {allowed.rstrip("/") for allowed in programme.allowed_origins}:
        raise OriginRefused


def require_work(actor: Actor) -> int:
    """An onboarded agent who is not suspended; returns the agent's id."""
    require_onboarded(actor)
    if actor.agent_id is None:
        raise NotAllowed
    return actor.agent_id


def require_programme_phrases(actor: Actor, programme: Programme) -> None:
    """The client's owners and managers write what agents of the programme may insert."""
    require_client(actor, programme.organisation, *CLIENT_EDITORS)


def require_write_phrase(actor: Actor, phrase: Phrase) -> None:
    """A programme's phrase: its client's owners and managers. An agent's own: that agent, while they may work."""
    if phrase.programme is not None:
        require_programme_phrases(actor, phrase.programme)
    elif require_work(actor) != phrase.agent_id:
        raise NotFound


def require_open_sealed(actor: Actor, conversation: Conversation) -> None:
    """Operators, auditors, and the client's owner and supervisors read what was typed before masking.

    Whether the actor may know the conversation at all was the selector's question.
    """
    organisation_id = conversation.programme.organisation_id
    client = actor.api_key_id is None and actor.is_client(organisation_id, ClientRole.OWNER, ClientRole.SUPERVISOR)
    if not (is_platform(actor) or can_staff(actor, *_OPENERS) or client):
        raise NotAllowed
