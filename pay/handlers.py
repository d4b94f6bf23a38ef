"""What pay hears from below. After commit and idempotent: a price that cannot be made just now is made later."""

from accounts.actors import PLATFORM
from accounts.events import PersonErased
from core.events import after, on
from pay import services
from pay.states import PriceReason
from quality.events import AppealOpened, EscalationJudged, ScoreChanged
from tasks.events import ClaimCalledOff, ClaimServed
from tasks.selectors import claim_by_id


@on(PersonErased)
def forget_bank_accounts(event: PersonErased) -> None:
    """The bank account goes with the name; while money is owed the erasure as a whole is refused."""
    if event.agent_id is not None:
        services.erase_payout_accounts(actor=PLATFORM, agent_id=event.agent_id, at=event.at)


@after(ClaimServed)
def price_served_claim(event: ClaimServed) -> None:
    """A block was worked: price it, as of the moment it was."""
    services.price_claim(actor=PLATFORM, at=event.at, claim=claim_by_id(event.claim_id))


@after(ClaimCalledOff)
def price_called_off_claim(event: ClaimCalledOff) -> None:
    """The client called a block off late: the agent is paid a share of it from the task's reserve."""
    services.price_claim(actor=PLATFORM, at=event.at, claim=claim_by_id(event.claim_id))


@after(ScoreChanged)
def reprice_by_changed_score(event: ScoreChanged) -> None:
    """A score changed: every open earning of the agent is priced anew, and the judged one even when it is final."""
    services.reprice_agent(
        actor=PLATFORM,
        at=event.at,
        agent_id=event.agent_id,
        claim_id=event.claim_id,
        reason=PriceReason.SCORE if event.review_id else PriceReason.RATING,
    )


@after(EscalationJudged)
def pay_justified_escalation(event: EscalationJudged) -> None:
    """An escalation is paid once it is found justified; nothing else of the price moves with it."""
    services.reprice_claim(
        actor=PLATFORM,
        at=event.at,
        agent_id=event.agent_id,
        claim_id=event.claim_id,
        reason=PriceReason.ESCALATION,
    )


@after(AppealOpened)
def show_appealed_earning(event: AppealOpened) -> None:
    """The earning of the judged block says that it is being looked at again."""
    if event.claim_id is not None:
        services.mark_appealed(actor=PLATFORM, at=event.at, claim_id=event.claim_id)
