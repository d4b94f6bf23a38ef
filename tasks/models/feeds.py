"""The secret address of an agent's calendar feed."""

from django.db import models


class CalendarFeed(models.Model):
    """Who may read one agent's blocks as a calendar: whoever holds the token, stored hashed."""

    agent = models.OneToOneField("accounts.AgentProfile", on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of {self.agent}"
