from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    name = "quality"

    def ready(self) -> None:
        from accounts.selectors import register_export

        from . import handlers  # noqa: F401
        from .selectors.personal_data import personal_data

        register_export("quality", personal_data, _("Ratings and reviews you were given, and your appeals"))
