"""The predicate language that says who may take which work."""
