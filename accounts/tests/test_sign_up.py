"""Signing up, logging in, and where each person lands."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.messages import get_messages
from django.core import mail
from django.urls import reverse

from accounts.models import Membership, User
from accounts.states import ClientRole, StaffRole
from accounts.tests.factories import (
    PASSWORD,
    AgentFactory,
    NewAgentFactory,
    OrganisationFactory,
    UserFactory,
    client_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


def sign_up(client, **changes):
    values = {
        "email": "Mei@Example.com",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "display_name": "Mei",
        "purpose": "work",
        "organisation_name": "",
        "language": "zh-hans",
        "time_zone": "Asia/Shanghai",
    }
    return client.post(reverse("account_signup"), {**values, **changes})


def log_in(client, user, **extra):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, **extra})


def confirmation():
    (message,) = mail.outbox
    return re.search(r"http://[^/]+(/account/confirm-email/\S+)", message.body)[1]


def confirm(client):
    return client.post(confirmation())


def test_an_agent_signs_up_confirms_and_starts_the_checklist(client):
    assert sign_up(client).status_code == 302
    user = User.objects.get()
    assert (user.email, user.display_name, user.language) == ("mei@example.com", "Mei", "zh-hans")
    assert user.agent.nickname == "Mei"
    assert user.agent.identity_check.state == "draft"
    (message,) = mail.outbox
    assert message.subject == "请确认您在 Tideline 的电子邮件地址"
    assert message.body.startswith("您好：")
    assert "testserver" not in re.sub(r"http\S+", "", message.body)
    assert "确认电子邮件地址" in client.get(confirmation(), headers={"Accept-Language": "zh-hans"}).content.decode()
    assert log_in(client, user).url == reverse("account_email_verification_sent")
    mail.outbox[1:] = []
    confirm(client)
    assert EmailAddress.objects.get().verified
    response = log_in(client, user)
    assert response.url == reverse("agent:onboarding")
    assert response.cookies["django_language"].value == "zh-hans"
    assert str(list(get_messages(response.wsgi_request))[-1]) == "以 Mei 成功登录。"


def test_a_business_signs_up_and_owns_its_organisation(client):
    sign_up(client, purpose="post", organisation_name="Lantern Tea")
    membership = Membership.objects.get()
    assert (membership.organisation.name, membership.role) == ("Lantern Tea", ClientRole.OWNER)
    assert not hasattr(User.objects.get(), "agent")


def test_a_business_gives_its_name(client):
    response = sign_up(client, purpose="post")
    assert "organisation_name" in response.context["form"].errors
    assert not User.objects.exists()


def test_who_was_invited_opens_nothing_of_their_own(client):
    sign_up(client, purpose="invited")
    assert not Membership.objects.exists()
    assert not hasattr(User.objects.get(), "agent")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "no"}, "email"),
        ({"password1": "short", "password2": "short"}, "password1"),
        ({"password2": "another-one-42"}, "password2"),
        ({"display_name": ""}, "display_name"),
        ({"display_name": "x" * 81}, "display_name"),
        ({"purpose": "rule"}, "purpose"),
        ({"language": "tlh"}, "language"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
    ],
)
def test_a_bad_sign_up_is_refused_at_the_field(client, changes, field):
    response = sign_up(client, **changes)
    assert field in response.context["form"].errors
    assert not User.objects.exists()


def test_a_short_password_is_refused_in_the_reader_s_language(client):
    client.cookies["django_language"] = "zh-hans"
    errors = sign_up(client, password1="short", password2="short").context["form"].errors
    assert "密码太短，至少需要 10 个字符。" in errors["password1"]


def test_a_refused_sign_up_says_that_passwords_are_typed_again(client):
    page = sign_up(client, display_name="").content.decode()
    assert "type the passwords again" in page
    assert "Nothing you typed was lost" not in page


def test_an_address_in_use_is_not_given_away(client):
    UserFactory(email="mei@example.com")
    response = sign_up(client)
    assert response.url == reverse("account_email_verification_sent")
    assert User.objects.count() == 1
    assert mail.outbox[0].to == ["mei@example.com"]
    assert mail.outbox[0].body.startswith("Hello,")


def test_each_lands_in_their_own_area(client):
    from accounts import services
    from accounts.tests.conftest import AT
    from accounts.tests.factories import client_actor

    organisation = OrganisationFactory()
    landings = {
        AgentFactory().user: "agent:home",
        NewAgentFactory().user: "agent:onboarding",
        client_user(organisation, mfa=False): "client:home",
        staff_user(StaffRole.TRAINER, mfa=False): "desk:home",
        UserFactory(): "public:start",
    }
    for user, name in landings.items():
        assert log_in(client, user).url == reverse(name)
        client.logout()
    invited = UserFactory(email="new@example.com")
    from core import clock

    services.invite_member(
        actor=client_actor(organisation), organisation=organisation, email=invited.email, role="analyst", at=clock.now()
    )
    assert AT is not None
    assert log_in(client, invited).url == reverse("public:invitations")


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/agent/skills/", "/agent/skills/"),
        ("https://evil.example/", "/agent/"),
        ("//evil.example/", "/agent/"),
        ("javascript:alert(1)", "/agent/"),
    ],
)
def test_next_leads_on_within_the_site_only(client, target, lands):
    assert log_in(client, AgentFactory().user, next=target).url == lands


def test_a_second_factor_is_asked_for(client):
    user = staff_user(StaffRole.FINANCE)
    assert log_in(client, user).url == reverse("mfa_authenticate")
    assert client.get("/desk/").status_code == 302


def test_a_forgotten_password_is_reset_in_the_reader_s_language(client):
    user = UserFactory(language="zh-hans")
    client.post(reverse("account_reset_password"), {"email": user.email}, headers={"Accept-Language": "en"})
    (message,) = mail.outbox
    assert re.search("[\u4e00-\u9fff]", message.body)
    path = re.search(r"http://[^/]+(/account/password/reset/key/\S+)", message.body)[1]
    page = client.get(path, follow=True)
    target = page.redirect_chain[-1][0]
    client.post(target, {"password1": "another-harbour-43", "password2": "another-harbour-43"})
    user.refresh_from_db()
    assert user.check_password("another-harbour-43")


def test_a_changed_password_is_told_by_mail_in_the_person_s_language(client):
    user = UserFactory(email="mei@example.com", language="zh-hans")
    client.force_login(user)
    new = "another-harbour-43"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["mei@example.com"], "密码已更改")
