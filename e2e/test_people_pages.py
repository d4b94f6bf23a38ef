"""The pages of people and organisations, looked at at 360 px and wide, by axe and by keyboard."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect

from accounts import services
from accounts.states import AgreementKind, ClientRole, StaffRole
from accounts.tests.conftest import picture
from accounts.tests.factories import (
    AgentFactory,
    MembershipFactory,
    NewAgentFactory,
    OrganisationFactory,
    ProgrammeFactory,
    TeamFactory,
    UserFactory,
    agent_actor,
    client_user,
    legal_text,
    staff_user,
)

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
SHOTS = os.environ.get("TIDELINE_SHOTS")


def _look(page, name):
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def _sent_check(nickname):
    agent = NewAgentFactory(nickname=nickname)
    services.sign_up_agent(user=agent.user, at=AT)
    from accounts.models import IdentityCheck

    IdentityCheck.objects.get_or_create(agent=agent)
    for side in ("front", "back", "selfie"):
        services.upload_identity_document(
            actor=agent_actor(agent), agent=agent, side=side, file=io.BytesIO(picture()), at=AT
        )
    return services.submit_identity(
        actor=agent_actor(agent), agent=agent, legal_name=f"Lin {nickname}", document_kind="id_card", at=AT
    )


def test_an_agent_s_way_in(page_for, assert_accessible):
    for kind in (AgreementKind.AGREEMENT, AgreementKind.NDA):
        legal_text(kind)
    TeamFactory(about="We learn together.")
    page = page_for(NewAgentFactory().user, width=360, scheme="dark", language="zh-hans")
    for path in ("", "profile/", "identity/", "agreements/", "equipment/"):
        page.goto(f"/agent/onboarding/{path}")
        assert_accessible(page)
        _look(page, f"agent-{path.strip('/') or 'index'}")
    for path in ("/agent/me/", "/agent/teams/", "/settings/", "/settings/my-data/", "/settings/close-account/"):
        page.goto(path)
        assert_accessible(page)
        _look(page, f"agent{path.replace('/', '-')}")


def test_the_equipment_check_measures_and_stores(page_for):
    agent = NewAgentFactory()
    page = page_for(agent.user, width=360)
    page.goto("/agent/onboarding/equipment/")
    expect(page.locator("[name=round_trip_ms]")).not_to_have_value("")
    page.get_by_role("button", name="Store the result").click()
    page.wait_for_url("**/agent/onboarding/")
    agent.refresh_from_db()
    assert 0 <= agent.equipment["round_trip_ms"] < 1500


def test_a_client_s_settings(page_for, assert_accessible):
    organisation = OrganisationFactory(name="Lantern Tea")
    owner = client_user(organisation)
    MembershipFactory(organisation=organisation, role=ClientRole.ANALYST)
    programme = ProgrammeFactory(organisation=organisation)
    page = page_for(owner, width=360, scheme="dark", language="zh-hans")
    for path in ("", "members/", "programmes/", f"programmes/{programme.public_id}/", "keys/", "agreements/"):
        page.goto(f"/client/settings/{path}")
        expect(page.locator("[data-tabs] [aria-current]")).to_be_in_viewport(ratio=1)
        assert_accessible(page)
        _look(page, f"client-{path.split('/')[0] or 'index'}{'-one' if 'prg' in path else ''}")


def test_the_desk_of_people(page_for, assert_accessible, settings):
    agent = AgentFactory(nickname="Jasmine")
    organisation = OrganisationFactory(name="Lantern Tea")
    user = staff_user(StaffRole.OPERATOR, StaffRole.AUDITOR)
    page = page_for(user, width=1440, scheme="light", language="en")
    for path in (
        "people/",
        f"people/{agent.user.public_id}/",
        "organisations/",
        "organisations/new/",
        f"organisations/{organisation.public_id}/",
        "agreements/",
        "teams/",
    ):
        page.goto(f"/desk/{path}")
        assert_accessible(page)
        _look(page, f"desk-{path.split('/')[0]}{'-one' if '_' in path else ''}")


def test_a_certifier_decides_by_keyboard(page_for, assert_accessible):
    first, second = _sent_check("Ann"), _sent_check("Bo")
    page = page_for(staff_user(StaffRole.CERTIFIER), width=1440)
    page.goto("/desk/identity/")
    assert_accessible(page)
    page.keyboard.press("j")
    page.wait_for_url(f"**/desk/identity/{first.public_id}/")
    assert_accessible(page)
    _look(page, "desk-identity")
    page.keyboard.press("r")
    page.keyboard.type("The back is blurred.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/identity/{second.public_id}/")
    first.refresh_from_db()
    assert (first.state, first.reason) == ("rejected", "The back is blurred.")
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("a")
    page.wait_for_url("**/desk/identity/")
    second.refresh_from_db()
    assert second.state == "approved"
    _look(page, "desk-identity-empty")


def test_entry_pages(page_for, assert_accessible):
    page = page_for(None, width=360)
    page.goto("/account/signup/")
    assert_accessible(page)
    _look(page, "signup")
    page = page_for(UserFactory(), width=360)
    for path in ("/start/", "/invitations/", "/second-factor/"):
        page.goto(path)
        assert_accessible(page)
        _look(page, path.strip("/"))
