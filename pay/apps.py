from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PayConfig(AppConfig):
    name = "pay"

    def ready(self) -> None:
        from accounts.selectors import register_export

        from . import checks, handlers  # noqa: F401
        from .selectors.personal_data import personal_data

        register_export("pay", personal_data, _("What you earned and how it was worked out, payouts, bank account"))
