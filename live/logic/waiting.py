"""How long a customer will wait, in seconds, and how good that guess has been."""

from collections.abc import Sequence


def estimate_seconds(
    *, position: int, places: int, free_places: int, handle_seconds: float, answer_seconds: int
) -> int:
    """Expected wait of the customer at `position` (1 = next).

    Those within the free places wait for an agent to answer an offer only. The others wait for
    `position - free_places` conversations to end, while `places` are being worked at once and one
    ends every `handle_seconds / places` (the departure rate of a full line).
    Without any place nobody can say: 0 places count as one.
    """
    if position <= free_places:
        return answer_seconds
    return round((position - free_places) * handle_seconds / max(places, 1)) + answer_seconds


def mean_absolute_error(pairs: Sequence[tuple[float, float]], *, min_samples: int) -> int | None:
    """Mean of |estimated - waited| over past waits; None when there are fewer than `min_samples`."""
    if len(pairs) < min_samples:
        return None
    return round(sum(abs(a - b) for a, b in pairs) / len(pairs))
