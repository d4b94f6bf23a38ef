"""What tasks, rate cards and claims look like in JSON. Ids are public ids, times ISO 8601, money minor units."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from certification.states import Tier
from core.api.parsing import MomentField
from tasks.logic.plan import PlannedBlock
from tasks.logic.rules import RULES
from tasks.models import Block, Claim, RateCard, Task
from tasks.states import Visibility

MAX_MINOR = 10_000_000


class BlockSerializer(serializers.ModelSerializer[Block]):
    """Thirty minutes of a task."""

    id = serializers.CharField(source="public_id")

    class Meta:
        model = Block
        fields = ["id", "starts_at", "ends_at", "seats", "seats_taken", "bonus_minor", "cancelled_at"]


class TaskSerializer(serializers.ModelSerializer[Task]):
    """A task in a list."""

    id = serializers.CharField(source="public_id")
    programme = serializers.CharField(source="programme.public_id")
    rate_card = serializers.CharField(source="rate_card.public_id")
    requirement = serializers.JSONField()
    seats = serializers.IntegerField(help_text="Seats of all blocks that are not cancelled.")
    seats_taken = serializers.IntegerField(source="taken")

    class Meta:
        model = Task
        fields = [
            "id",
            "programme",
            "kind",
            "title",
            "brief",
            "language",
            "state",
            "requirement",
            "visibility",
            "expected_units_per_seat",
            "max_blocks_per_agent",
            "claims_open_at",
            "rate_card",
            "currency",
            "budget_minor",
            "seats",
            "seats_taken",
            "starts_at",
            "ends_at",
            "created_at",
            "updated_at",
            "published_at",
            "cancelled_at",
            "settled_at",
        ]


class TaskDetailSerializer(TaskSerializer):
    """A task with its blocks."""

    blocks = BlockSerializer(many=True)

    class Meta(TaskSerializer.Meta):
        fields = [*TaskSerializer.Meta.fields, "blocks"]


class PlannedBlockSerializer(serializers.Serializer[Any]):
    """A block that is wanted: it starts on the hour or half hour and lasts 30 minutes."""

    starts_at = MomentField()
    seats = serializers.IntegerField(min_value=1, max_value=RULES.max_seats_per_block)
    bonus_minor = serializers.IntegerField(min_value=0, max_value=100_000_000, default=0)

    def to_internal_value(self, data: Any) -> PlannedBlock:
        return PlannedBlock(**super().to_internal_value(data))


class TaskTermsSerializer(serializers.Serializer[Any]):
    """What of a draft can be changed; what is left out stays."""

    title = serializers.CharField(min_length=3, max_length=120, required=False)
    brief = serializers.CharField(max_length=10_000, allow_blank=True, required=False)
    language = serializers.CharField(max_length=8, required=False)
    requirement = serializers.JSONField(required=False, help_text="Groups of predicates, see the description.")
    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    expected_units_per_seat = serializers.IntegerField(min_value=0, max_value=500, required=False)
    max_blocks_per_agent = serializers.IntegerField(
        min_value=1, max_value=RULES.max_blocks_per_task, required=False, allow_null=True
    )
    claims_open_at = MomentField(required=False, allow_null=True)
    blocks = serializers.ListField(child=PlannedBlockSerializer(), required=False, max_length=RULES.max_blocks_per_task)


class NewTaskSerializer(TaskTermsSerializer):
    """A draft to be."""

    programme = serializers.CharField(max_length=30, help_text="Public id of one of your programmes.")
    title = serializers.CharField(min_length=3, max_length=120)


class PublishSerializer(serializers.Serializer[Any]):
    """What the client agrees to."""

    expected_budget_minor = serializers.IntegerField(
        required=False, min_value=0, help_text="Refuse with `tasks.price_changed` when the budget is another by now."
    )


class CancelSerializer(serializers.Serializer[Any]):
    """Why a task is called off, and the pay the client agrees to."""

    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    expected_pay_minor = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text="Refuse with `tasks.cancel_cost_changed` when agents would be paid another sum by now.",
    )


class CancellationSerializer(serializers.Serializer[Any]):
    """What cancelling would do, in numbers (minor units)."""

    currency = serializers.CharField(source="pay.currency")
    blocks_called_off = serializers.IntegerField()
    blocks_kept = serializers.IntegerField(help_text="Started: worked to their end and paid as served.")
    claims_waived = serializers.IntegerField()
    agents_freed = serializers.IntegerField()
    claims_paid = serializers.IntegerField(
        source="claims_soon", help_text="Of the waived claims, those called off late."
    )
    agents_paid = serializers.IntegerField()
    share_percent = serializers.IntegerField(help_text="Of the floor, for each claim called off late.")
    hours = serializers.IntegerField(help_text="Called off late is less than this long before the start.")
    pay_minor = serializers.IntegerField(source="pay.minor", help_text="What they are paid together.")
    returned_minor = serializers.IntegerField(source="returned.minor", help_text="Back to your funds at once.")
    kept_minor = serializers.IntegerField(source="kept.minor", help_text="Kept for blocks that have started.")


class PriceSerializer(serializers.Serializer[Any]):
    """What publishing would reserve, opened up (minor units)."""

    currency = serializers.CharField()
    blocks = serializers.IntegerField(source="quote.blocks")
    seats = serializers.IntegerField(source="quote.seats")
    floor_minor = serializers.IntegerField(source="quote.floor_minor")
    work_minor = serializers.IntegerField(source="quote.work_minor")
    fee_minor = serializers.IntegerField(source="quote.fee_minor")
    total_minor = serializers.IntegerField(source="quote.total_minor")


class RateCardSerializer(serializers.ModelSerializer[RateCard]):
    """One version of a programme's prices."""

    id = serializers.CharField(source="public_id")
    programme = serializers.CharField(source="programme.public_id")
    unit_price_minor = serializers.DictField(child=serializers.IntegerField())

    class Meta:
        model = RateCard
        fields = [
            "id",
            "programme",
            "version",
            "currency",
            "floor_rate_minor",
            "unit_price_minor",
            "block_bonus_minor",
            "escalation_minor",
            "fee_bps",
            "published_at",
        ]


class NewRateCardSerializer(serializers.Serializer[Any]):
    """The next version of a programme's prices, in minor units; a price for every tier."""

    programme = serializers.CharField(max_length=30)
    floor_rate_minor = serializers.IntegerField(min_value=1, max_value=MAX_MINOR)
    unit_price_minor = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MAX_MINOR), help_text=f"Keys: {', '.join(Tier.values)}."
    )
    block_bonus_minor = serializers.IntegerField(min_value=0, max_value=MAX_MINOR, default=0)
    escalation_minor = serializers.IntegerField(min_value=0, max_value=MAX_MINOR, default=0)
    fee_bps = serializers.IntegerField(min_value=0, max_value=10_000, default=2000)


class TaskClaimSerializer(serializers.ModelSerializer[Claim]):
    """A claim as the client sees it."""

    id = serializers.CharField(source="public_id")
    block = serializers.CharField(source="block.public_id")
    agent = serializers.CharField(source="agent.public_id")
    agent_name = serializers.CharField(source="agent.nickname")

    class Meta:
        model = Claim
        fields = [
            "id",
            "block",
            "agent",
            "agent_name",
            "state",
            "tier",
            "starts_at",
            "ends_at",
            "committed_at",
            "checked_in_at",
            "checked_out_at",
            "minutes_served",
        ]


class OwnClaimSerializer(serializers.ModelSerializer[Claim]):
    """A claim as its agent sees it."""

    id = serializers.CharField(source="public_id")
    block = serializers.CharField(source="block.public_id")
    task = serializers.CharField(source="task.public_id")
    task_title = serializers.CharField(source="task.title")
    rate_card = serializers.CharField(source="rate_card.public_id")

    class Meta:
        model = Claim
        fields = [
            "id",
            "block",
            "task",
            "task_title",
            "rate_card",
            "tier",
            "hot",
            "state",
            "starts_at",
            "ends_at",
            "committed_at",
            "checked_in_at",
            "checked_out_at",
            "released_at",
            "minutes_served",
        ]


class OfferedBlockSerializer(serializers.Serializer[Any]):
    """A coming block of open work."""

    id = serializers.CharField(source="block.public_id")
    starts_at = serializers.DateTimeField(source="block.starts_at")
    ends_at = serializers.DateTimeField(source="block.ends_at")
    seats_left = serializers.IntegerField()
    bonus_minor = serializers.IntegerField(source="block.bonus_minor")
    hot = serializers.BooleanField(source="is_hot")
    my_claim = serializers.CharField(source="my_claim.public_id", default=None, allow_null=True)


class OfferedTaskSerializer(serializers.Serializer[Any]):
    """Open work as one agent sees it, with the reason for or against."""

    id = serializers.CharField(source="task.public_id")
    title = serializers.CharField(source="task.title")
    brief = serializers.SerializerMethodField()
    client = serializers.CharField(source="client_name")
    industry = serializers.CharField(source="task.programme.industry")
    language = serializers.CharField(source="task.language")
    state = serializers.CharField(source="task.state")
    currency = serializers.CharField(source="task.currency")
    unit_price_minor = serializers.IntegerField(source="unit_price.minor")
    floor_rate_minor = serializers.IntegerField(source="floor_rate.minor")
    eligible = serializers.BooleanField()
    explanation = serializers.JSONField(source="explanation.as_json")
    preview = serializers.BooleanField(source="is_preview")
    blocks = OfferedBlockSerializer(many=True)

    def get_brief(self, offered: Any) -> str:
        return "" if offered.is_preview else offered.task.brief
