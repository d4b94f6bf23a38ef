"""Teams of agents (基地 / 创业团队)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.states import TeamRole
from core.ids import PublicIdField


class Team(models.Model):
    """A group of agents with a lead and a page of its own."""

    public_id = PublicIdField(prefix="tem")
    name = models.CharField(_("name"), max_length=80, unique=True)
    region = models.CharField(_("region"), max_length=60, blank=True)
    about = models.TextField(_("about"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class TeamMembership(models.Model):
    """One agent's place in one team; an agent is in one team at most."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    agent = models.OneToOneField("accounts.AgentProfile", on_delete=models.CASCADE, related_name="team_membership")
    role = models.CharField(max_length=8, choices=TeamRole.choices, default=TeamRole.MEMBER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team"], condition=models.Q(role="lead"), name="team_has_one_lead")
        ]

    def __str__(self) -> str:
        return f"{self.agent} in {self.team}"
