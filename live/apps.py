from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveConfig(AppConfig):
    name = "live"

    def ready(self) -> None:
        from accounts.selectors import register_export

        from . import handlers  # noqa: F401
        from .selectors.personal_data import personal_data

        register_export(
            "live",
            personal_data,
            _("Your conversations with what you wrote yourself, what was offered to you, your phrases"),
        )
