"""Every write of the tasks app."""

from tasks.services.advancing import advance_due, settle_task
from tasks.services.attendance import check_in, check_out
from tasks.services.calendars import close_calendar_feed, renew_calendar_feed
from tasks.services.claims import claim_block, release_claim
from tasks.services.drafts import add_blocks, create_task, keep_typed, update_draft
from tasks.services.publishing import cancel_task, publish_task
from tasks.services.rates import publish_rate_card
from tasks.services.waiving import waive_claim, waive_uncertified

__all__ = [
    "add_blocks",
    "advance_due",
    "cancel_task",
    "check_in",
    "check_out",
    "claim_block",
    "close_calendar_feed",
    "create_task",
    "keep_typed",
    "publish_rate_card",
    "publish_task",
    "release_claim",
    "renew_calendar_feed",
    "settle_task",
    "update_draft",
    "waive_claim",
    "waive_uncertified",
]
