"""What a person does on any screen."""

from typing import Any


def close_toasts(page: Any) -> None:
    """Close what the last action said; on a phone it may lie over the next button."""
    close = page.locator("tide-toasts [data-dismiss]")
    while close.count():
        close.first.click()
