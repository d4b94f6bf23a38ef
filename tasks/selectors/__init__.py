"""Every read of the tasks app; rows leave only through here."""

from tasks.selectors.claims import active_claim, checked_in_claims, claim_by_id, claim_by_public_id, visible_claims

__all__ = ["active_claim", "checked_in_claims", "claim_by_id", "claim_by_public_id", "visible_claims"]
