"""The numbers of the live floor, in one place. Durations in seconds unless named otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class Rules:
    """Defaults of every programme; `ProgrammeRules` may override the first six."""

    chats_at_once: int = 3
    offer_seconds: int = 20
    first_reply_seconds: int = 180
    reply_seconds: int = 180
    wrap_up_seconds: int = 600
    expert_seconds: int = 60
    """For how long what was handed on is offered to experts only, so that nobody waits for ever."""
    longest_expert_seconds: int = 900

    service_bounds: Mapping[str, tuple[int, int]] = field(
        default_factory=lambda: MappingProxyType(
            {
                "chats_at_once": (1, 10),
                "offer_seconds": (10, 120),
                "first_reply_seconds": (30, 3600),
                "reply_seconds": (30, 3600),
                "wrap_up_seconds": (60, 3600),
            }
        )
    )
    """Least and most of the numbers of service a client may set for a programme."""

    missed_offers_to_break: int = 3
    decline_rest_seconds: int = 60
    """An agent who declined a conversation is not asked again for this long."""
    agent_gone_seconds: int = 30
    """An agent not heard of for this long has dropped."""
    waiting_customer_gone_seconds: int = 120
    served_customer_gone_seconds: int = 600
    rate_window_seconds: int = 3600
    """For how long an ended conversation is shown to a returning customer, so that it can be rated."""
    rate_within_seconds: int = 7 * 24 * 3600
    """For how long after its end a conversation can be rated at all."""

    text_length: int = 4000
    note_length: int = 2000
    preview_length: int = 200
    form_fields: int = 20
    form_text_length: int = 500

    programme_phrases: int = 300
    own_phrases: int = 200
    """Most that may be in use at once."""

    files_window_seconds: int = 3600
    files_in_window: int = 30
    files_bytes_in_window: int = 100 * 1024 * 1024
    """What each side of a conversation may upload in that time."""
    upload_form_bytes: int = 64 * 1024
    """What an upload's form may weigh beside its file."""
    unsent_file_seconds: int = 24 * 3600
    """For how long an uploaded file waits for its message."""

    default_handle_seconds: int = 300
    estimate_window: int = 50
    estimate_min_samples: int = 10

    token_seconds: int = 24 * 3600


RULES = Rules()
