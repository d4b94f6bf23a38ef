"""An agent's way in by page: profile, documents, agreements, equipment, team; who sees the pictures."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import services
from accounts.models import IdentityDocument
from accounts.states import AgreementKind, IdentityState, StaffRole
from accounts.tests.conftest import picture, sent_check
from accounts.tests.factories import (
    AgentFactory,
    NewAgentFactory,
    OrganisationFactory,
    TeamFactory,
    UserFactory,
    client_user,
    legal_text,
    staff_user,
)
from core.models import AuditEntry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


# -- Agent ---------------------------------------------------------------------------------------

AGENT_PAGES = [
    "onboarding",
    "onboarding_profile",
    "onboarding_identity",
    "onboarding_agreements",
    "onboarding_equipment",
    "me",
    "teams",
]


@pytest.mark.parametrize("name", AGENT_PAGES)
def test_agent_pages_open(client, name):
    legal_text(AgreementKind.AGREEMENT)
    for make, language, tag in [(NewAgentFactory, "en", "en"), (AgentFactory, "zh-hans", "zh-Hans")]:
        client.force_login(make().user)
        client.cookies["django_language"] = language
        response = client.get(reverse(f"agent:{name}"))
        assert response.status_code == 200
        assert f'lang="{tag}"' in response.content.decode()


def test_the_whole_checklist_by_page(client):
    texts = [legal_text(AgreementKind.AGREEMENT), legal_text(AgreementKind.NDA)]
    agent = NewAgentFactory()
    client.force_login(agent.user)
    response = client.post(
        reverse("agent:onboarding_profile"),
        {
            "nickname": "Xiao Lin",
            "languages": ["en"],
            "region": "Zhejiang",
            "mon_from": "19:00",
            "mon_to": "00:00",
            "tue_from": "22:00",
            "tue_to": "02:00",
        },
    )
    assert response.url == reverse("agent:onboarding")
    for side in ("front", "selfie"):
        file = SimpleUploadedFile("../../etc/passwd.svg", picture(), content_type="image/svg+xml")
        response = client.post(reverse("agent:onboarding_upload"), {"side": side, "file": file})
        assert response.url == reverse("agent:onboarding_identity")
    client.post(reverse("agent:onboarding_identity"), {"legal_name": "Lin", "document_kind": "passport"})
    for text in texts:
        address = reverse("agent:onboarding_agreement", args=[text.public_id])
        assert text.body in client.get(address).content.decode()
        client.post(address, {"agree": "on"})
    client.post(reverse("agent:onboarding_equipment"), {"browser": "x", "round_trip_ms": "35", "microphone": "on"})
    agent.refresh_from_db()
    assert agent.availability == {"mon": [["19:00", "24:00"]], "tue": [["22:00", "02:00"]]}
    assert agent.equipment == {"browser": "x", "round_trip_ms": 35, "microphone": True}
    assert agent.user.consents.count() == 2
    assert agent.identity_check.state == IdentityState.SUBMITTED
    assert agent.onboarded_at is None
    services.decide_identity(actor=_certifier_actor(), check=agent.identity_check, approve=True, at=AT)
    agent.refresh_from_db()
    assert agent.onboarded_at == AT
    assert "open to you" in client.get(reverse("agent:onboarding")).content.decode()


def test_a_service_name_is_chosen_and_never_the_name_signed_up_with(client):
    agent = NewAgentFactory(nickname="Lin Xiaoyu")
    client.force_login(agent.user)
    address = reverse("agent:onboarding_profile")
    assert client.get(address).context["form"]["nickname"].value() == ""
    client.post(address, {"nickname": "Mei", "languages": ["en"], "region": "Zhejiang"})
    assert client.get(address).context["form"]["nickname"].value() == "Mei"


def test_the_name_for_the_check_is_kept_while_pictures_are_sent_as_they_are_chosen(client):
    client.force_login(NewAgentFactory().user)
    page = client.get(reverse("agent:onboarding_identity")).content.decode()
    assert page.count("data-sends") == 3
    assert page.count('<tide-form draft="identity"') == 1


def _certifier_actor():
    from accounts.tests.factories import staff_actor

    return staff_actor(StaffRole.CERTIFIER)


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("onboarding_profile", {"nickname": "", "languages": [], "region": ""}, "nickname"),
        ("onboarding_profile", {"nickname": "Lin", "languages": ["xx"], "region": "Anhui"}, "languages"),
        (
            "onboarding_profile",
            {"nickname": "Lin", "languages": ["en"], "region": "Anhui", "tue_from": "12:00", "tue_to": "12:00"},
            "tue_to",
        ),
        ("onboarding_identity", {"legal_name": "", "document_kind": ""}, "legal_name"),
        ("onboarding_equipment", {"browser": "x"}, "round_trip_ms"),
        ("onboarding_equipment", {"browser": "x", "round_trip_ms": "9000"}, "round_trip_ms"),
    ],
)
def test_agent_forms_refuse_at_the_field_and_keep_what_was_typed(client, name, values, field):
    agent = NewAgentFactory()
    client.force_login(agent.user)
    response = client.post(reverse(f"agent:{name}"), values)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    agent.refresh_from_db()
    assert (agent.profile_completed_at, agent.equipment_checked_at) == (None, None)


@pytest.mark.parametrize(("begin", "end"), [("22:00", "02:00"), ("00:00", "00:00"), ("19:00", "00:00")])
def test_usual_hours_come_back_as_they_were_written(client, begin, end):
    client.force_login(NewAgentFactory().user)
    address = reverse("agent:onboarding_profile")
    typed = {"nickname": "Mei", "languages": ["en"], "region": "Anhui", "tue_from": begin, "tue_to": end}
    assert client.post(address, typed).status_code == 302
    form = client.get(address).context["form"]
    assert (form["tue_from"].value(), form["tue_to"].value()) == (begin, end)


def test_a_changed_profile_leads_back_to_me_which_shows_the_usual_hours(client):
    agent = AgentFactory()
    client.force_login(agent.user)
    typed = {"nickname": "Mei", "languages": ["en"], "region": "Anhui", "tue_from": "19:00", "tue_to": "00:00"}
    response = client.post(reverse("agent:onboarding_profile"), typed)
    assert response.url == reverse("agent:me")
    page = client.get(response.url).content.decode()
    assert "Tuesday</span><span>19:00–24:00<" in page
    assert "Monday" not in page


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", picture()[:300], b"x" * 9_000_000])
def test_a_hostile_upload_is_refused_at_the_field(client, data):
    agent = NewAgentFactory()
    client.force_login(agent.user)
    file = SimpleUploadedFile("a.jpg", data, content_type="image/jpeg")
    response = client.post(reverse("agent:onboarding_upload"), {"side": "front", "file": file})
    assert response.status_code == 422
    assert response.context["refused"].errors["file"]
    assert not IdentityDocument.objects.exists()


def test_documents_sent_again_while_they_are_looked_at_are_refused_with_the_reason(client):
    client.force_login(NewAgentFactory().user)
    upload, identity = reverse("agent:onboarding_upload"), reverse("agent:onboarding_identity")
    for side in ("front", "selfie"):
        client.post(upload, {"side": side, "file": SimpleUploadedFile("a.jpg", picture())})
    assert client.post(identity, {"legal_name": "Lin", "document_kind": "passport"}).status_code == 302
    picture_again = {"side": "front", "file": SimpleUploadedFile("a.jpg", picture())}
    for address, sent in ((upload, picture_again), (identity, {"legal_name": "Lin Xiao", "document_kind": "id_card"})):
        response = client.post(address, sent)
        assert response.status_code == 422
        assert "The check has been sent" in response.content.decode()
    text = response.content.decode().split("<main")[1]
    assert ("Lin Xiao" in text, "Identity card" in text, "<form" in text) == (True, True, False)


@pytest.mark.parametrize("sent", [{}, {"side": "above"}])
def test_a_picture_of_no_side_is_refused_with_the_reason(client, sent):
    client.force_login(NewAgentFactory().user)
    file = SimpleUploadedFile("a.jpg", picture(), content_type="image/jpeg")
    response = client.post(reverse("agent:onboarding_upload"), {**sent, "file": file})
    assert response.status_code == 422
    assert "which side the picture shows" in response.content.decode()
    assert not IdentityDocument.objects.exists()


def test_a_team_is_joined_and_left(client):
    team, agent = TeamFactory(), AgentFactory()
    client.force_login(agent.user)
    client.post(reverse("agent:team_join", args=[team.public_id]))
    assert client.get(reverse("agent:team", args=[team.public_id])).status_code == 200
    assert team.memberships.count() == 1
    client.post(reverse("agent:team_leave"))
    assert team.memberships.count() == 0


# -- Pictures ------------------------------------------------------------------------------------


def test_identity_pictures_open_for_their_agent_and_certifiers_only(client):
    check = sent_check()
    document = check.documents.first()
    address = reverse("public:identity_picture", args=[document.public_id])
    assert client.get(address).status_code == 302
    for user in (UserFactory(), AgentFactory().user, client_user(OrganisationFactory()), staff_user(StaffRole.TRAINER)):
        client.force_login(user)
        assert client.get(address).status_code == 404
    client.force_login(check.agent.user)
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert not AuditEntry.objects.filter(action="accounts.open_identity_document").exists()
    client.force_login(staff_user(StaffRole.CERTIFIER))
    assert client.get(address).status_code == 200
    assert AuditEntry.objects.filter(action="accounts.open_identity_document").count() == 1
