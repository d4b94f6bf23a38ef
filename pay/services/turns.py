"""One agent's money, one command at a time."""

from __future__ import annotations

from core import locks


def take_turn(*, agent_id: int) -> None:
    """Wait for whoever prices, pays out or takes back for this agent, and hold them off until the transaction ends.

    Decisions rest on rows that others may be about to write: which earnings a changed score concerns, what was
    withheld this year. Take it first of all locks of pay (agent, payout, earnings, audit stream and books), so that
    nobody waits in a circle.
    """
    locks.hold("pay.agent", agent_id)
