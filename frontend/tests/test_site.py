"""The frame of every page: areas, languages, themes, navigation, errors."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.states import StaffRole
from accounts.tests.factories import AgentFactory, MembershipFactory, NewAgentFactory, UserFactory, staff_user
from frontend import navigation, statuses
from live.logic.rules import RULES

pytestmark = pytest.mark.django_db
TEMPLATES = Path(settings.BASE_DIR) / "frontend" / "templates"
ICONS = {
    line.strip()
    for line in (Path(settings.BASE_DIR) / "frontend" / "icons.txt").read_text().splitlines()
    if line.strip() and not line.startswith("#")
}
PUBLIC = [
    "public:home",
    "public:for_agents",
    "public:for_business",
    "public:help",
    "gallery:components",
    "account_login",
]


def test_browsers_know_the_limit_the_server_keeps():
    ts = Path(settings.BASE_DIR) / "frontend" / "ts" / "live"
    assert f"MAX_LENGTH = {RULES.text_length};" in (ts / "protocol.ts").read_text()


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_open_without_logging_in(client, name):
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("area", ["agent", "client", "desk"])
def test_areas_send_a_visitor_to_log_in(client, area):
    response = client.get(reverse(f"{area}:home"))
    assert response.status_code == 302
    assert response["Location"] == f"/account/login/?next=/{area}/"


@pytest.mark.parametrize("area", ["agent", "client", "desk"])
def test_areas_do_not_exist_for_those_without_a_part_in_them(client, area):
    client.force_login(UserFactory())
    assert client.get(reverse(f"{area}:home")).status_code == 404


def test_each_person_lands_in_their_own_area(client):
    client.force_login(AgentFactory().user)
    assert client.get("/")["Location"] == "/agent/"
    assert client.get("/agent/").status_code == 200
    client.force_login(MembershipFactory().user)
    assert client.get("/")["Location"] == "/client/"
    assert client.get("/client/").status_code == 200


@pytest.mark.parametrize(("language", "lang", "word"), [("en", "en", "Log in"), ("zh-hans", "zh-Hans", "登录")])
def test_pages_speak_both_languages(client, language, lang, word):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get("/help/").content.decode()
    assert f'<html lang="{lang}"' in page
    assert word in page


def test_a_page_names_its_readers_zone_for_what_the_browser_writes(client):
    agent = AgentFactory()
    agent.user.time_zone = "America/New_York"
    agent.user.save()
    client.force_login(agent.user)
    assert ' data-zone="America/New_York"' in client.get(reverse("agent:workspace")).content.decode()


def test_appearance_is_a_cookie_and_goes_back_only_to_this_site(client):
    response = client.post("/appearance/", {"scheme": "dark", "next": "/help/"})
    assert (response["Location"], response.cookies["scheme"].value) == ("/help/", "dark")
    assert 'data-theme="tideline-dark"' in client.get("/help/").content.decode()
    response = client.post("/appearance/", {"scheme": "system", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"
    assert "data-theme" not in client.get("/help/").content.decode()
    client.cookies["scheme"] = '"><script>'
    assert "data-theme" not in client.get("/help/").content.decode()


def test_pages_allow_no_inline_script_or_style(client):
    response = client.get(reverse("gallery:components"))
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    html = response.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r'<[a-z][^>]*\s(style|on[a-z]+)="', html)


def test_navigation_shows_only_addresses_that_exist(client):
    client.force_login(AgentFactory().user)
    request = client.get("/agent/").wsgi_request
    links = navigation.links("agent", request)
    assert [link.is_current for link in links if link.url == "/agent/"] == [True]
    for link in links:
        assert link.url.startswith("/")


def test_templates_use_only_listed_icons():
    used = set()
    for template in TEMPLATES.rglob("*.html"):
        text = template.read_text()
        for pattern in (r'{%\s*icon\s+"([\w-]+)"', r'\b(?:submit_)?icon="([a-z][\w-]*)"', r'<c-icon name="([\w-]+)"'):
            used |= {(name, template.name) for name in re.findall(pattern, text) if name not in ICONS}
    assert used == set()


def test_navigation_and_states_use_only_listed_icons():
    used = {item.icon for items in navigation.AREAS.values() for item in items}
    used |= {icon for _, icon in statuses.STATES.values()} | set(statuses.KIND_ICONS.values())
    assert used - ICONS == set()


def test_missing_page_has_a_way_out(client):
    response = client.get("/nothing-here/")
    assert response.status_code == 404
    assert 'href="/"' in response.content.decode()


def test_expired_form_says_so_and_leads_back():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/appearance/", {"scheme": "dark"}, headers={"referer": "http://testserver/help/"})
    assert response.status_code == 403
    html = response.content.decode()
    assert "This form has expired" in html
    assert 'href="/help/"' in html


def test_error_pages_that_stand_alone(rf):
    from frontend.public.views import errors

    for view, status in ((errors.server_error(rf.get("/")), 500), (errors.bad_request(rf.get("/"), ValueError()), 400)):
        assert view.status_code == status
        assert 'href="/"' in view.content.decode()


def test_messages_reach_htmx_as_toasts(client):
    response = client.post(reverse("gallery:nudge"), {"kind": "error"}, headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert '"kind": "error"' in response["HX-Trigger"]


def test_a_member_of_two_organisations_chooses_one(client):
    first = MembershipFactory(organisation__name="Aster")
    second = MembershipFactory(user=first.user, organisation__name="Borage")
    stranger = MembershipFactory().organisation
    client.force_login(first.user)
    assert client.get("/client/").context["current_organisation"]() == first.organisation
    choose = reverse("client:choose_organisation")
    assert client.post(choose, {"organisation": second.organisation.public_id})["Location"] == "/client/"
    assert client.get("/client/").context["current_organisation"]() == second.organisation
    assert client.post(choose, {"organisation": stranger.public_id}).status_code == 404
    assert client.get("/client/").context["current_organisation"]() == second.organisation


def test_a_new_agent_sees_the_first_steps_and_an_old_one_does_not_see_them_done(client):
    client.force_login(NewAgentFactory().user)
    titles = [panel["html"] for panel in client.get("/agent/").context["panels"]]
    assert "Your first steps" in titles[0]
    assert "Do this now" in titles[0] or "current" in titles[0]


def test_the_desk_counts_only_the_queues_one_decides_in(client):
    client.force_login(staff_user(StaffRole.REVIEWER))
    html = client.get("/desk/").content.decode()
    assert reverse("desk:reviews") in html
    assert "Marking" not in html
    client.force_login(staff_user(StaffRole.AUDITOR))
    assert client.get("/desk/").context["panels"] == []


def test_components_are_given_names_and_literals_never_expressions():
    """django-cotton takes `:current="a == b"` for text that is always true or always empty."""
    expression = re.compile(r'\s:[a-z_]+="(?:not |[^"{\[]*(?: == | != | in | and | or | > | < ))[^"]*"')
    wrong = [
        f"{template.relative_to(TEMPLATES)}: {found}"
        for template in TEMPLATES.rglob("*.html")
        for found in expression.findall(template.read_text())
    ]
    assert wrong == []


def test_the_security_pages_mark_where_one_is(client):
    client.force_login(UserFactory())
    html = client.get(reverse("mfa_index")).content.decode()
    assert html.count('aria-current="page"') == 1


def test_the_widget_is_a_small_guest_on_a_shops_page():
    """40 kB as it travels; who adds more to it takes something out, or loads it when it is asked for."""
    built = Path(settings.BASE_DIR) / "frontend" / "dist" / "widget.js"
    assert 0 < len(gzip.compress(built.read_bytes())) < 40_000


def test_what_is_wrong_with_a_form_stands_once():
    """A `<c-form :form="form">` says it by itself."""
    twice = re.compile(r'<c-form [^>]*:form="(\w+)"(?:(?!</c-form>).)*<c-form-errors :form="\1"', re.DOTALL)
    assert [path.name for path in TEMPLATES.rglob("*.html") if twice.search(path.read_text())] == []
