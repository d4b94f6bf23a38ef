"""Names of the topics pages listen to; what they then see is decided by their own view."""

from tasks.models import Claim, Task


def task_topic(*, task_id: int) -> str:
    """The topic of one task's pages."""
    return f"task.{Task.objects.values_list('public_id', flat=True).get(pk=task_id)}"


def claim_topics(*, claim_id: int) -> list[str]:
    """The topics one claim shows up in: its task and its agent's calendar."""
    task, agent = Claim.objects.values_list("task__public_id", "agent__public_id").get(pk=claim_id)
    return [f"task.{task}", f"claims.{agent}"]
