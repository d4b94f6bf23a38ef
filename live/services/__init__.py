"""Every write of the live floor.

Locks are taken in this order: conversation, offer, presence of the agent. Whatever frees or adds capacity
drains the waiting line right after its commit; the sweeper does it again every two seconds.
"""

from live.services.attachments import file_too_large, upload_attachment
from live.services.ending import (
    begin_wrap_up,
    close_conversation,
    close_overdue_wrap_ups,
    end_by_customer,
    end_for_abuse,
    end_left,
)
from live.services.erasing import erase_agent
from live.services.escalating import escalate
from live.services.marks import mark_delivered, mark_read, warn_overdue_replies
from live.services.messages import Stored, send_message
from live.services.offers import accept_offer, decline_offer, expire_offer, expire_offers
from live.services.ownership import requeue_dropped, take_from_agent, withdraw_ineligible, withdraw_offers
from live.services.phrases import add_own_phrase, add_programme_phrase, archive_phrase, change_phrase
from live.services.presence import heartbeat, set_presence
from live.services.programme_rules import set_experts, set_service_numbers
from live.services.routing import assign_all_waiting, assign_waiting, drain_programme
from live.services.sealing import open_sealed_text
from live.services.starting import open_widget_session, seen_by_customer, start_conversation
from live.services.sweeping import sweep_attachments, sweep_lost_files

__all__ = [
    "Stored",
    "accept_offer",
    "add_own_phrase",
    "add_programme_phrase",
    "archive_phrase",
    "assign_all_waiting",
    "assign_waiting",
    "begin_wrap_up",
    "change_phrase",
    "close_conversation",
    "close_overdue_wrap_ups",
    "decline_offer",
    "drain_programme",
    "end_by_customer",
    "end_for_abuse",
    "end_left",
    "erase_agent",
    "escalate",
    "expire_offer",
    "expire_offers",
    "file_too_large",
    "heartbeat",
    "mark_delivered",
    "mark_read",
    "open_sealed_text",
    "open_widget_session",
    "requeue_dropped",
    "seen_by_customer",
    "send_message",
    "set_experts",
    "set_presence",
    "set_service_numbers",
    "start_conversation",
    "sweep_attachments",
    "sweep_lost_files",
    "take_from_agent",
    "upload_attachment",
    "warn_overdue_replies",
    "withdraw_ineligible",
    "withdraw_offers",
]
