from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"

    def ready(self) -> None:
        from accounts.selectors import register_export

        from . import handlers  # noqa: F401
        from .selectors.personal_data import personal_data

        register_export("training", personal_data, _("Courses you take, every lesson and run, and your points"))
