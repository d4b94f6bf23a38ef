"""How money looks in the API: integer minor units and a currency, never a float."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class BalanceSerializer(serializers.Serializer[Any]):
    """Where an organisation's money stands, in minor units of `currency`."""

    organisation = serializers.CharField(source="organisation.public_id", help_text="Public id of the organisation.")
    currency = serializers.CharField()
    funds_minor = serializers.IntegerField(source="funds.minor", help_text="Free to reserve for tasks.")
    reserved_minor = serializers.IntegerField(source="reserved.minor", help_text="Set aside for published tasks.")
    debt_minor = serializers.IntegerField(
        source="debt.minor", help_text="Spent beyond both; the next deposit pays it back first."
    )
    spent_minor = serializers.IntegerField(source="spent.minor", help_text="Earnings and fees so far.")


class TaskSpendingSerializer(serializers.Serializer[Any]):
    """What one task cost in the period."""

    task = serializers.CharField(source="task.public_id")
    title = serializers.CharField(source="task.title")
    blocks = serializers.IntegerField(help_text="Blocks worked.")
    minutes = serializers.IntegerField(help_text="Minutes served.")
    earned_minor = serializers.IntegerField(source="earned.minor", help_text="Earned by agents.")
    fee_minor = serializers.IntegerField(source="fee.minor", help_text="Platform fee.")
    total_minor = serializers.IntegerField(source="total.minor")
    reserved_minor = serializers.IntegerField(source="reserved.minor", help_text="Still set aside for the task.")


class SpendingSerializer(serializers.Serializer[Any]):
    """What one programme cost in the period, task by task."""

    programme = serializers.CharField()
    name = serializers.CharField(source="programme_name")
    currency = serializers.CharField()
    earned_minor = serializers.IntegerField(source="earned.minor")
    fee_minor = serializers.IntegerField(source="fee.minor")
    total_minor = serializers.IntegerField(source="total.minor")
    tasks = TaskSpendingSerializer(source="lines", many=True)
