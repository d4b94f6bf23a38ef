"""What anybody sees before and around logging in: axe finds nothing, nothing scrolls sideways."""

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory

PUBLIC = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_email_verification_sent",
]
OWN = [
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "account_email",
    "account_change_password",
    "socialaccount_connections",
]


@pytest.mark.parametrize(("width", "language", "scheme"), [(360, "zh-hans", "dark"), (1440, "en", "light")])
def test_public_pages(page_for, assert_accessible, assert_fits, width, language, scheme):
    page = page_for(width=width, language=language, scheme=scheme)
    for name in PUBLIC:
        page.goto(reverse(name))
        assert_fits(page)
        assert_accessible(page)


@pytest.mark.parametrize(("width", "language", "scheme"), [(360, "zh-hans", "light"), (1440, "en", "dark")])
def test_own_security_pages(page_for, assert_accessible, assert_fits, width, language, scheme):
    page = page_for(UserFactory(), width=width, language=language, scheme=scheme)
    for name in OWN:
        page.goto(reverse(name))
        assert_fits(page)
        assert_accessible(page)


def test_error_pages_have_a_way_out(page_for, assert_accessible):
    page = page_for(width=360)
    for address in ["/nothing-here/", "/desk/"]:
        page.goto(address)
        assert_accessible(page)
    page.goto("/nothing-here/")
    page.get_by_role("link", name="To the start page").click()
    page.wait_for_url("**/")
