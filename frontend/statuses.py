"""What each state looks like: a kind (colour) and an icon. The word beside them comes from the state itself.

Kinds: neutral, info, success, warning, error, hot (coral; only where the tide is high).
A state that is not listed is neutral, so a new state is never a broken page.
"""

KIND_ICONS = {
    "neutral": "circle",
    "info": "circle-dot",
    "success": "circle-check",
    "warning": "triangle-alert",
    "error": "circle-x",
    "hot": "flame",
}

STATES: dict[str, tuple[str, str]] = {
    # work in preparation
    "draft": ("neutral", "circle-dashed"),
    "ready": ("neutral", "circle"),
    "requested": ("info", "circle-dashed"),
    "pending": ("warning", "clock"),
    "sent": ("info", "send"),
    "received": ("success", "circle-check"),
    "submitted": ("info", "send"),
    "published": ("info", "megaphone"),
    "staffing": ("info", "users"),
    "drawn": ("info", "ticket"),
    "queued": ("hot", "clock"),
    "offered": ("hot", "bell"),
    # under way
    "open": ("info", "circle-dot"),
    "bot": ("info", "bot"),
    "in_progress": ("info", "circle-play"),
    "marking": ("warning", "pencil"),
    "in_review": ("warning", "eye"),
    "running": ("success", "circle-play"),
    "active": ("success", "circle-play"),
    "committed": ("info", "calendar-check"),
    "wrap_up": ("warning", "clipboard-list"),
    "on_hold": ("warning", "circle-pause"),
    "settling": ("warning", "coins"),
    "accrued": ("neutral", "circle-dashed"),
    "appealed": ("warning", "gavel"),
    "swap_listed": ("warning", "refresh-cw"),
    # ended well
    "approved": ("success", "circle-check"),
    "accepted": ("success", "circle-check"),
    "answered": ("success", "check"),
    "closed": ("neutral", "circle-check"),
    "final": ("success", "check-check"),
    "issued": ("success", "award"),
    "met": ("success", "check"),
    "done": ("success", "circle-check"),
    "passed": ("success", "circle-check"),
    "paid": ("success", "banknote"),
    "served": ("success", "circle-check"),
    "settled": ("success", "check-check"),
    "swapped": ("neutral", "refresh-cw"),
    "verified": ("success", "shield-check"),
    "waived": ("neutral", "hand"),
    "adjusted": ("info", "scale"),
    "released_free": ("neutral", "undo-2"),
    # ended badly
    "abandoned": ("error", "unplug"),
    "cancelled": ("neutral", "ban"),
    "expired": ("warning", "clock"),
    "failed": ("error", "circle-x"),
    "no_show": ("error", "user-x"),
    "partial": ("warning", "circle-alert"),
    "rejected": ("error", "circle-x"),
    "released_late": ("warning", "undo-2"),
    "revoked": ("error", "ban"),
    "suspended": ("error", "circle-pause"),
    "unmet": ("warning", "lock"),
    "locked": ("neutral", "lock"),
    "voided": ("neutral", "ban"),
}


def look(state: str) -> tuple[str, str]:
    """Return (kind, icon) of a state's value."""
    return STATES.get(str(state), ("neutral", KIND_ICONS["neutral"]))
