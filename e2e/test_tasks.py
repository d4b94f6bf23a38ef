"""Posting and finding work in a browser: the wizard, and a claim by tapping."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.states import ClientRole
from accounts.tests.factories import AgentFactory, agent_actor, client_user
from certification.tests.factories import SkillTagFactory, StandardFactory
from core.clock import BLOCK, floor_to_block, now
from tasks import services
from tasks.logic.plan import PlannedBlock
from tasks.models import Claim, Task
from tasks.states import TaskState
from tasks.tests.scenes import client_with

SERVICE = [
    {"subject": "certificate.retail-service", "op": "exists"},
    {"subject": "skill.retail", "op": "gte", "value": 60},
]
ASKS = {"any": [{"all": SERVICE}, {"all": [{"subject": "tier", "op": "gte", "value": "gold"}]}]}


@pytest.fixture
def world(transactional_db):
    """A client with one task open to all, one that asks for more, and a draft; an agent who holds a block."""
    StandardFactory(slug="retail-service", name_en="Retail service", name_zh="零售客服")
    SkillTagFactory(slug="retail", name_en="Retail", name_zh="零售")
    client, at = client_with(funds=50_000_000), now()
    start = floor_to_block(at) + timedelta(days=1)
    plan = [PlannedBlock(start + n * BLOCK, 3 + n % 4, 200 * (n % 3 == 1)) for n in range(10)]
    plan += [PlannedBlock(b.starts_at + timedelta(days=3), b.seats) for b in plan]

    def task(title, **terms):
        return services.create_task(
            actor=client.manager, at=at, programme=client.programme, title=title, blocks=plan,
            brief="Customers ask about **orders**, delivery and returns.\n\n- Be kind\n- Say what happens next",
            language="en", **terms,
        )  # fmt: skip

    open_task, asking, draft = (
        task("Evening peak"),
        task("Launch night", requirement=ASKS),
        task("Draft", requirement=ASKS),
    )
    for one in (open_task, asking):
        services.publish_task(actor=client.manager, at=at, task=one)
    agent = AgentFactory()
    services.claim_block(actor=agent_actor(agent), at=at, block=open_task.blocks.first(), agent=agent)
    manager = client_user(client.organisation, ClientRole.MANAGER)
    return {"client": client, "manager": manager, "agent": agent, "open": open_task, "asking": asking, "draft": draft}


def test_an_agent_claims_by_tapping_and_gives_it_back(world, page_for):
    page = page_for(world["agent"].user, width=360)
    page.goto(reverse("agent:find_work"))
    page.get_by_role("link", name="See the blocks").first.click()
    page.locator("#blocks details summary", has_text="seats left").first.click()
    page.get_by_role("button", name="Claim it").and_(page.locator(":visible")).click()
    page.get_by_text("The block is yours.").wait_for()
    assert Claim.objects.filter(agent=world["agent"], state="committed").count() == 2
    page.locator("#blocks details summary", has_text="Yours").nth(1).click()
    page.get_by_role("button", name="Give it back").and_(page.locator(":visible")).click()
    page.get_by_text("The block is given back.").wait_for()
    assert Claim.objects.filter(agent=world["agent"], state="committed").count() == 1


CHOOSE_AS_SOON_AS_IT_IS_THERE = """() => new MutationObserver((_, observer) => {
  const choice = document.querySelector('#rows select[name$="-op"]');
  if (!choice) return;
  observer.disconnect();
  choice.value = "missing";
  choice.dispatchEvent(new Event("change", { bubbles: true }));
}).observe(document.querySelector("#rows"), { childList: true, subtree: true })"""


def test_a_field_that_has_just_come_hears_at_once(world, page_for):
    client = world["client"]
    draft = services.create_task(actor=client.manager, at=now(), programme=client.programme, title="Open to all")
    page = page_for(world["manager"])
    page.goto(reverse("client:task_edit", args=[draft.public_id, "who"]))
    page.evaluate(CHOOSE_AS_SOON_AS_IT_IS_THERE)
    page.get_by_role("button", name="Add a condition").click()
    page.locator('#rows option[value="missing"][selected]').wait_for(state="attached")


def test_seats_typed_in_the_grid_are_kept_when_hours_are_added(world, page_for):
    draft = world["draft"]
    before = draft.blocks.count()
    page = page_for(world["manager"])
    page.goto(reverse("client:task_edit", args=[draft.public_id, "when"]))
    page.locator("seat-grid tbody tr").last.locator("input").last.fill("77")
    fill = page.locator("form[data-takes-seats]").first
    day = f"{now() + timedelta(days=20):%Y-%m-%d}"
    hours = {"first_day": day, "last_day": day, "begin": "03:00", "end": "03:30", "seats": "88"}
    for name, value in hours.items():
        fill.locator(f"[name={name}]").fill(value)
    fill.get_by_role("button", name="Add to the plan").click()
    page.get_by_text("1 half hour is in the plan.").wait_for()
    assert list(draft.blocks.filter(seats__in=(77, 88)).values_list("seats", flat=True)) == [77, 88]
    assert draft.blocks.count() == before + 2


def test_a_manager_writes_and_publishes_a_task(world, page_for):
    page = page_for(world["manager"])
    page.goto(reverse("client:task_new"))
    page.get_by_label("Title").fill("Half price night")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Brief").fill("Half price on everything.")
    page.wait_for_timeout(1200)
    page.reload()
    assert page.get_by_label("Brief").input_value() == "Half price on everything."
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_text("0 of 1 agents can take this now.").wait_for()
    page.get_by_label("Comparison").select_option("missing")
    page.get_by_text("1 of 1 agents can take this now.").wait_for()
    page.get_by_role("button", name="Save and go on").click()
    tomorrow = now() + timedelta(days=2)
    page.get_by_label("First day").fill(f"{tomorrow:%Y-%m-%d}")
    page.get_by_role("button", name="Show").click()
    cells = page.locator("seat-grid tbody tr").nth(40).locator("input")
    cells.first.fill("5")
    cells.first.press("Shift+ArrowRight")
    page.locator("#price").get_by_text("10", exact=True).wait_for()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Reserve and publish").click()
    page.get_by_text("Published.").first.wait_for()
    task = Task.objects.get(title="Half price night")
    assert (task.state, sorted(task.blocks.values_list("seats", flat=True))) == (TaskState.STAFFING, [5, 5])
