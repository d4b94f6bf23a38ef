"""Rate cards, drafts, publishing and cancelling: what moves, what is refused, and what the books say."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import RoleNeeded, ScopeNeeded, SecondFactorNeeded
from accounts.states import ClientRole, Scope
from accounts.tests.factories import AgentFactory, ProgrammeFactory, agent_actor, client_actor
from core.clock import BLOCK
from core.errors import Invalid, NotFound
from core.idempotency import KeyUsed
from core.models import AuditEntry, EventDelivery, Transition
from ledger.selectors import verify
from tasks import services
from tasks.errors import (
    CancelCostChanged,
    DraftChanged,
    InvalidDraft,
    NotCancellable,
    NotDraft,
    NotEnoughFunds,
    PriceChanged,
)
from tasks.logic.plan import PlannedBlock
from tasks.models import Block, Claim, RateCard, Task
from tasks.selectors import cancel_consequence, preview_price
from tasks.states import ClaimState, TaskState
from tasks.tests.factories import NEXT_WEEK, NOON, PRICES, ClaimFactory
from tasks.tests.scenes import client_with, draft, hours, published

pytestmark = pytest.mark.django_db
UNKNOWN_SKILL = {"subject": "skill.x", "op": "exists"}
SEAT = 2735 + 547
"""One seat of the factory's rate card: `test_logic.test_seat_price`."""
SHARE = 600
"""40% of the floor of half an hour at 30.00 an hour."""


# -- Rate cards ----------------------------------------------------------------------------------


def card(client, **changes):
    values = {"floor_rate_minor": 3200, "unit_price_minor": dict(PRICES), **changes}
    return services.publish_rate_card(actor=client.manager, at=NOON, programme=client.programme, **values)


def test_a_rate_card_change_is_a_new_version_and_drafts_take_it_up_when_saved():
    client = client_with()
    task = draft(client)
    newer = card(client, fee_bps=1500)
    assert (newer.version, newer.currency, RateCard.objects.count()) == (2, "CNY", 2)
    assert task.rate_card == client.card
    task = services.update_draft(actor=client.manager, at=NOON, task=task, title="Night peak")
    assert task.rate_card == newer
    assert AuditEntry.objects.filter(action="tasks.publish_rate_card", subject=newer.public_id).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"floor_rate_minor": 0}, "floor_rate_minor"),
        ({"floor_rate_minor": -1}, "floor_rate_minor"),
        ({"fee_bps": 10_001}, "fee_bps"),
        ({"escalation_minor": 10**9}, "escalation_minor"),
        ({"unit_price_minor": {"bronze": 200}}, "unit_price_minor"),
        ({"unit_price_minor": {**PRICES, "gold": 1}}, "unit_price_minor"),
        ({"unit_price_minor": {**PRICES, "gold": "2"}}, "unit_price_minor"),
        ({"unit_price_minor": {**PRICES, "wood": 1}}, "unit_price_minor"),
    ],
)
def test_a_rate_card_that_makes_no_sense_is_refused_at_the_field(changes, field):
    client = client_with()
    with pytest.raises(Invalid) as refused:
        card(client, **changes)
    assert list(refused.value.fields) == [field]
    assert RateCard.objects.count() == 1


# -- Drafts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"title": " a "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"brief": "x" * 10_001}, "brief"),
        ({"language": "fr"}, "language"),
        ({"visibility": "secret"}, "visibility"),
        ({"expected_units_per_seat": -1}, "expected_units_per_seat"),
        ({"expected_units_per_seat": "4"}, "expected_units_per_seat"),
        ({"max_blocks_per_agent": 0}, "max_blocks_per_agent"),
        ({"requirement": {"any": [{"all": []}]}}, "requirement.any.0.all"),
        (
            {"requirement": {"any": [{"all": [{"subject": "skill.x", "op": "exists"}]}]}},
            "requirement.any.0.all.0.subject",
        ),
        ({"blocks": [PlannedBlock(NEXT_WEEK, 0)]}, "blocks.0.seats"),
    ],
)
def test_a_draft_says_what_is_wrong_at_the_field_and_changes_nothing(terms, field):
    client = client_with()
    task = draft(client)
    before = Task.objects.values().get(pk=task.pk)
    with pytest.raises(Invalid) as refused:
        services.update_draft(actor=client.manager, at=NOON + timedelta(hours=1), task=task, **terms)
    assert list(refused.value.fields) == [field]
    assert Task.objects.values().get(pk=task.pk) == before
    assert task.blocks.count() == 1


def test_create_needs_a_rate_card():
    programme = ProgrammeFactory()
    with pytest.raises(Invalid) as refused:
        services.create_task(
            actor=client_actor(programme.organisation, ClientRole.MANAGER), at=NOON, programme=programme, title="Peak"
        )
    assert list(refused.value.fields) == ["programme"]


def test_blocks_are_replaced_by_update_and_merged_by_add():
    client = client_with()
    task = draft(client, starts=hours(1))
    services.add_blocks(
        actor=client.manager,
        at=NOON,
        task=task,
        blocks=[PlannedBlock(NEXT_WEEK, 9), PlannedBlock(NEXT_WEEK + 4 * BLOCK, 1)],
    )
    assert [(b.starts_at, b.seats) for b in task.blocks.all()] == [
        (NEXT_WEEK, 9), (NEXT_WEEK + BLOCK, 2), (NEXT_WEEK + 4 * BLOCK, 1),
    ]  # fmt: skip
    services.update_draft(actor=client.manager, at=NOON, task=task, blocks=[PlannedBlock(NEXT_WEEK, 3)])
    assert [(b.starts_at, b.seats) for b in task.blocks.all()] == [(NEXT_WEEK, 3)]


def test_a_stale_editor_is_told_and_what_was_typed_is_kept():
    client = client_with()
    task = draft(client)
    seen = task.updated_at
    services.update_draft(actor=client.manager, at=NOON + timedelta(minutes=1), task=task, title="Theirs")
    with pytest.raises(DraftChanged):
        services.update_draft(actor=client.manager, at=NOON, task=task, title="Mine", seen_at=seen)
    kept = services.keep_typed(actor=client.manager, at=NOON, task=task, step="what", typed={"title": ["Mi"]})
    assert kept.typed == {"what": {"title": ["Mi"]}}
    assert kept.title == "Theirs"


# -- Publishing ----------------------------------------------------------------------------------


def test_publishing_reserves_the_budget_and_opens_claims():
    client = client_with(funds=100_000)
    task = draft(client, starts=hours(2), seats=3)
    assert preview_price(task).budget.minor == 12 * SEAT
    task = services.publish_task(actor=client.manager, at=NOON, task=task, expected_budget_minor=12 * SEAT)
    assert (task.state, task.budget_minor, task.starts_at, task.ends_at) == (
        TaskState.STAFFING, 12 * SEAT, NEXT_WEEK, NEXT_WEEK + timedelta(hours=2),
    )  # fmt: skip
    assert (client.funds, client.reserve(task)) == (100_000 - 12 * SEAT, 12 * SEAT)
    moves = Transition.objects.filter(entity="tasks.task", entity_id=task.pk).order_by("pk")
    assert [m.to_state for m in moves] == ["published", "staffing"]
    assert list(verify()) == []


def test_no_funds_no_publish_and_nothing_changed():
    client = client_with(funds=2 * SEAT - 1)
    task = draft(client)
    with pytest.raises(NotEnoughFunds) as refused:
        services.publish_task(actor=client.manager, at=NOON, task=task)
    assert refused.value.code == "ledger.insufficient_funds"
    assert refused.value.detail == {
        "budget_minor": 2 * SEAT, "funds_minor": 2 * SEAT - 1, "missing_minor": 1, "currency": "CNY",
    }  # fmt: skip
    task.refresh_from_db()
    assert (task.state, client.funds, client.reserve(task)) == (TaskState.DRAFT, 2 * SEAT - 1, 0)


@pytest.mark.parametrize(
    ("terms", "at", "fields"),
    [
        ({"brief": " "}, NOON, ["brief"]),
        ({"starts": [NOON]}, NOON, ["blocks"]),
        ({"claims_open_at": NEXT_WEEK}, NOON, ["claims_open_at"]),
    ],
)
def test_an_unfinished_draft_is_not_published(terms, at, fields):
    client = client_with()
    task = draft(client, **terms)
    with pytest.raises(InvalidDraft) as refused:
        services.publish_task(actor=client.manager, at=at, task=task)
    assert list(refused.value.fields) == fields
    assert client.funds == 1_000_000


def test_a_draft_without_blocks_is_not_published():
    client = client_with()
    task = services.update_draft(actor=client.manager, at=NOON, task=draft(client), blocks=[])
    with pytest.raises(InvalidDraft) as refused:
        services.publish_task(actor=client.manager, at=NOON, task=task)
    assert list(refused.value.fields) == ["blocks"]


def test_claims_may_open_later():
    client = client_with()
    task = published(client, claims_open_at=NOON + timedelta(hours=1))
    assert task.state == TaskState.PUBLISHED
    services.advance_due(at=NOON + timedelta(minutes=59))
    services.advance_due(at=NOON + timedelta(minutes=60))
    task.refresh_from_db()
    assert task.state == TaskState.STAFFING


def test_a_price_that_changed_since_it_was_shown_is_not_reserved():
    client = client_with()
    task = draft(client)
    card(client, floor_rate_minor=4000)
    with pytest.raises(PriceChanged) as refused:
        services.publish_task(actor=client.manager, at=NOON, task=task, expected_budget_minor=2 * SEAT)
    assert refused.value.detail["budget_minor"] == 2 * (3380 + 676)


def test_publishing_twice_under_one_key_reserves_once():
    client = client_with()
    task, other = draft(client), draft(client)
    for _ in range(2):
        services.publish_task(actor=client.manager, at=NOON, task=task, idempotency_key="k")
    assert client.funds == 1_000_000 - 2 * SEAT
    with pytest.raises(KeyUsed):
        services.publish_task(actor=client.manager, at=NOON, task=other, idempotency_key="k")
    with pytest.raises(NotDraft):
        services.publish_task(actor=client.manager, at=NOON, task=task)
    with pytest.raises(NotDraft):
        services.update_draft(actor=client.manager, at=NOON, task=task, title="Other")


def test_creating_twice_under_one_key_makes_one_task():
    client = client_with()
    first, second = draft(client, idempotency_key="k"), draft(client, idempotency_key="k")
    assert first == second
    with pytest.raises(KeyUsed):
        draft(client, idempotency_key="k", brief="Another")
    assert Task.objects.count() == 1


# -- Cancelling ----------------------------------------------------------------------------------


def test_cancel_waives_claims_and_returns_the_money():
    client = client_with()
    task = published(client, starts=hours(1))
    claims = [ClaimFactory(block=block) for block in task.blocks.all()]
    told = cancel_consequence(task, actor=client.manager, at=NOON)
    assert (told.blocks_called_off, told.blocks_kept, told.claims_waived, told.agents_freed) == (2, 0, 2, 2)
    assert (told.returned.minor, told.kept.minor, told.claims_soon) == (4 * SEAT, 0, 0)
    task = services.cancel_task(actor=client.manager, at=NOON, task=task, reason="Launch moved")
    assert (task.state, task.settled_at, client.funds, client.reserve(task)) == (
        TaskState.CANCELLED, NOON, 1_000_000, 0,
    )  # fmt: skip
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.WAIVED}
    assert set(Block.objects.values_list("seats_taken", "cancelled_at")) == {(0, NOON)}
    assert claims
    assert list(verify()) == []


def test_cancel_while_running_keeps_what_started_and_its_money():
    client = client_with()
    task = published(client, starts=hours(1))
    first, second = task.blocks.all()
    kept, waived = ClaimFactory(block=first), ClaimFactory(block=second)
    at = NEXT_WEEK + timedelta(minutes=10)
    services.advance_due(at=at)
    services.check_in(actor=agent_actor(kept.agent), at=at, claim=kept)
    told = cancel_consequence(task, actor=client.manager, at=at)
    assert (told.blocks_called_off, told.blocks_kept, told.claims_soon, told.kept.minor) == (1, 1, 1, SEAT)
    assert (told.pay.minor, told.returned.minor) == (SHARE, 4 * SEAT - SEAT - SHARE)
    task = services.cancel_task(actor=client.manager, at=at, task=Task.objects.get(pk=task.pk))
    assert (client.funds, client.reserve(task)) == (1_000_000 - SEAT - SHARE, SEAT + SHARE)
    assert task.settled_at is None
    services.advance_due(at=NEXT_WEEK + BLOCK)
    kept.refresh_from_db()
    waived.refresh_from_db()
    assert (kept.state, kept.minutes_served, waived.state) == (ClaimState.PARTIAL, 20, ClaimState.WAIVED)
    assert (kept.called_off_bps, waived.called_off_bps) == (0, 4_000)
    services.advance_due(at=at + timedelta(days=14))
    task.refresh_from_db()
    assert (task.settled_at, client.funds, client.reserve(task)) == (at + timedelta(days=14), 1_000_000, 0)


@pytest.mark.parametrize(
    ("before", "paid"), [(timedelta(hours=48), 0), (timedelta(hours=48) - timedelta(seconds=1), 1)]
)
def test_only_blocks_called_off_within_48_hours_are_paid(before, paid):
    client = client_with()
    task = published(client)
    claim = ClaimFactory(block=task.blocks.get())
    at = NEXT_WEEK - before
    told = cancel_consequence(task, actor=client.manager, at=at)
    assert (told.claims_soon, told.agents_paid, told.pay.minor) == (paid, paid, paid * SHARE)
    assert (told.share_percent, told.hours) == (40, 48)
    services.cancel_task(actor=client.manager, at=at, task=task, expected_pay_minor=paid * SHARE)
    claim.refresh_from_db()
    assert (claim.state, claim.called_off_bps) == (ClaimState.WAIVED, paid * 4_000)
    assert client.reserve(task) == paid * SHARE
    assert EventDelivery.objects.filter(event="tasks.ClaimCalledOff").count() == paid


def test_cancelling_at_another_cost_than_was_shown_is_refused():
    client = client_with()
    task = published(client)
    claim = ClaimFactory(block=task.blocks.get())
    with pytest.raises(CancelCostChanged) as refused:
        services.cancel_task(actor=client.manager, at=NEXT_WEEK - BLOCK, task=task, expected_pay_minor=0)
    assert refused.value.detail == {"pay_minor": SHARE, "currency": "CNY"}
    claim.refresh_from_db()
    task.refresh_from_db()
    assert (claim.state, task.state, client.reserve(task)) == (ClaimState.COMMITTED, TaskState.STAFFING, 2 * SEAT)


def test_a_share_is_only_of_claims_that_were_waived():
    claim = ClaimFactory()
    with pytest.raises(IntegrityError, match="claim_called_off_only_when_waived"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(called_off_bps=4_000)


def test_cancel_twice_changes_nothing_more_and_a_finished_task_cannot_be_cancelled():
    client = client_with()
    task = published(client)
    services.cancel_task(actor=client.manager, at=NOON, task=task)
    services.cancel_task(actor=client.manager, at=NOON + timedelta(hours=1), task=task)
    assert task.cancelled_at == NOON
    done = published(client)
    services.advance_due(at=NEXT_WEEK + BLOCK)
    with pytest.raises(NotCancellable):
        services.cancel_task(actor=client.manager, at=NEXT_WEEK + BLOCK, task=done)


# -- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [ClientRole.SUPERVISOR, ClientRole.ANALYST])
def test_other_roles_of_the_client_may_look_and_not_post(role):
    client = client_with()
    task = draft(client)
    actor = client_actor(client.organisation, role)
    for verb in (services.publish_task, services.cancel_task, services.update_draft):
        with pytest.raises(RoleNeeded):
            verb(actor=actor, at=NOON, task=task)
    task.refresh_from_db()
    assert task.state == TaskState.DRAFT


def test_strangers_and_agents_find_nothing():
    task = draft(client_with())
    for actor in (client_with().manager, agent_actor(AgentFactory())):
        for verb in (services.publish_task, services.cancel_task, services.update_draft):
            with pytest.raises(NotFound):
                verb(actor=actor, at=NOON, task=task)


def test_owners_need_a_second_factor_and_keys_a_scope():
    client = client_with()
    task = draft(client)
    with pytest.raises(SecondFactorNeeded):
        services.publish_task(actor=client_actor(client.organisation, mfa=False), at=NOON, task=task)
    key = replace(client.manager, api_key_id=1, user_id=None, scopes=frozenset({Scope.TASKS_READ}))
    with pytest.raises(ScopeNeeded):
        services.publish_task(actor=key, at=NOON, task=task)
    key = replace(key, scopes=frozenset({Scope.TASKS_WRITE}))
    assert services.publish_task(actor=key, at=NOON, task=task).state == TaskState.STAFFING
