"""The customer as an actor: known by the token of their widget, without an account."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.actors import Actor


@dataclass(frozen=True)
class CustomerActor:
    """One customer of one programme, named by a signed widget token."""

    customer_id: int
    public_id: str
    programme_id: int
    language: str = "en"
    user_id: int | None = None
    """Always None: customers have no account. Moves of state are stored without a person."""

    @property
    def audit_name(self) -> str:
        return self.public_id


Talker = Actor | CustomerActor
"""Whoever reads or writes in a conversation."""
