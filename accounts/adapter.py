"""How allauth's log-in and sign-up meet our people: what sign-up stores, where each lands, how we write to them."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation

from accounts import selectors, services
from accounts.actors import actor_for
from accounts.models import User
from core import clock
from core.pages import remember_preferences


class AccountAdapter(DefaultAccountAdapter):
    """The door between allauth and `accounts.services`."""

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Store the new person and open the side they chose: an agent's, or a business of their own."""
        data = form.cleaned_data
        user.display_name = data.get("display_name", "")
        user.language = data.get("language") or translation.get_language() or settings.LANGUAGE_CODE
        user.time_zone = data.get("time_zone") or user.time_zone
        super().save_user(request, user, form, commit=commit)
        if commit and "purpose" in data:
            services.start_as(
                actor=actor_for(user),
                purpose=data["purpose"],
                organisation_name=data.get("organisation_name", ""),
                at=clock.now(),
            )
        return user

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse(selectors.landing(actor=actor_for(request.user), at=clock.now()))

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse(selectors.landing(actor=actor_for(request.user), at=clock.now()))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponseBase:
        """Let the device speak the person's language and wear their colours from now on."""
        with translation.override(user.language):  # of the greeting
            response = super().post_login(request, user, **kwargs)
        remember_preferences(response, language=user.language, scheme=user.theme)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write in the language of who reads it."""
        reader = context.get("user") or User.objects.filter(email__iexact=email).first()
        with translation.override(getattr(reader, "language", None) or translation.get_language()):
            super().send_mail(template_prefix, email, context)
