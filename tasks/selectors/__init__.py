"""Every read of the tasks app; rows leave only through here."""

from tasks.selectors.calendars import claims_between, claims_for, feed_claims, has_feed, next_claim, own_claim
from tasks.selectors.claims import (
    active_claim,
    checked_in_claims,
    claim_at_work,
    claim_by_id,
    claim_by_public_id,
    claim_to_check_in,
    claims_that_may_earn,
    visible_claims,
)
from tasks.selectors.commitment import adherence
from tasks.selectors.eligibility import (
    agent_facts,
    count_eligible,
    explain_claim,
    explain_tasks,
    no_longer_eligible,
    who_meets,
)
from tasks.selectors.posted import (
    cancel_consequence,
    claims_of_task,
    claims_that_cost,
    fill_of,
    lacking,
    preview_price,
    state_counts,
    task_by_public_id,
    tasks_for,
)
from tasks.selectors.rates import newest_rate_card, rate_card_by_public_id, rate_card_for, rate_cards_for
from tasks.selectors.requirements import vocabulary, words
from tasks.selectors.work import (
    WorkFilter,
    block_for_agent,
    industries_with_work,
    languages_with_work,
    open_task,
    open_tasks,
)

__all__ = [
    "WorkFilter",
    "active_claim",
    "adherence",
    "agent_facts",
    "block_for_agent",
    "cancel_consequence",
    "checked_in_claims",
    "claim_at_work",
    "claim_by_id",
    "claim_by_public_id",
    "claim_to_check_in",
    "claims_between",
    "claims_for",
    "claims_of_task",
    "claims_that_cost",
    "claims_that_may_earn",
    "count_eligible",
    "explain_claim",
    "explain_tasks",
    "feed_claims",
    "fill_of",
    "has_feed",
    "industries_with_work",
    "lacking",
    "languages_with_work",
    "newest_rate_card",
    "next_claim",
    "no_longer_eligible",
    "open_task",
    "open_tasks",
    "own_claim",
    "preview_price",
    "rate_card_by_public_id",
    "rate_card_for",
    "rate_cards_for",
    "state_counts",
    "task_by_public_id",
    "tasks_for",
    "visible_claims",
    "vocabulary",
    "who_meets",
    "words",
]
