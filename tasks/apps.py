from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "tasks"

    def ready(self) -> None:
        from accounts.selectors import register_export

        from . import handlers  # noqa: F401
        from .selectors.personal_data import personal_data

        register_export("tasks", personal_data, _("Blocks you claimed, when you were there, how well you kept to them"))
