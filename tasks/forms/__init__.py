"""Forms of posting and finding work, shared by pages and API."""

from tasks.forms.posting import (
    CancelForm,
    FillForm,
    GridRangeForm,
    NewTaskForm,
    PlanTextForm,
    PublishForm,
    RateCardForm,
    SeatGrid,
    VisibilityForm,
    WhatForm,
    WorkFilterForm,
    cell_name,
)
from tasks.forms.requirement import RequirementBuilder

__all__ = [
    "CancelForm",
    "FillForm",
    "GridRangeForm",
    "NewTaskForm",
    "PlanTextForm",
    "PublishForm",
    "RateCardForm",
    "RequirementBuilder",
    "SeatGrid",
    "VisibilityForm",
    "WhatForm",
    "WorkFilterForm",
    "cell_name",
]
