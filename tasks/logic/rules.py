"""The numbers of the marketplace in one place."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction


@dataclass(frozen=True)
class Rules:
    """Defaults of the marketplace; nothing else in the app writes these numbers down."""

    free_release_after_claim: timedelta = timedelta(minutes=5)
    """A claim may be undone without a mark for this long after it was made."""
    free_release_before_start: timedelta = timedelta(hours=48)
    """Earlier than this before the start, releasing is always free."""
    check_in_opens: timedelta = timedelta(minutes=10)
    """How long before its start a block can be checked in to."""
    served_share: Fraction = Fraction(9, 10)
    """Share of a block's minutes from which it counts as served and not in part."""
    adherence_window: timedelta = timedelta(days=30)
    adherence_floor_percent: int = 90
    daily_blocks: int = 20
    """Blocks one person may hold in one day of their own time zone (ten hours)."""
    commit_budget: tuple[tuple[int, int], ...] = ((97, 96), (95, 72), (90, 48), (75, 16), (0, 8))
    """`(adherence percent at least, coming blocks one may hold)`, best first."""
    newcomer_commit_budget: int = 24
    """For agents with nothing committed in the window yet."""
    hot_share: Fraction = Fraction(1, 2)
    """A block within `hot_within` of its start with less than this share of its seats taken is hot."""
    hot_within: timedelta = timedelta(hours=24)
    settling: timedelta = timedelta(days=14)
    """How long after its last block a task's reserve waits for judging and appeals."""
    late_cancel_share: Fraction = Fraction(40, 100)
    """What a claim earns of the floor of its block when the client calls the block off late; without a fee on it."""
    late_cancel_hours: int = 48
    """A block called off less than this many hours before its start is called off late."""
    top_multiplier: Fraction = Fraction(169, 100)
    """The most quality and satisfaction can lift a price: 1.3 x 1.3."""
    escalations_per_seat: int = 2
    """Justified escalations a seat's budget has room for; more are paid all the same, from the client's funds."""
    max_blocks_per_task: int = 2000
    max_seats_per_block: int = 5000


RULES = Rules()
