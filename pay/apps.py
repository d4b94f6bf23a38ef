from django.apps import AppConfig


class PayConfig(AppConfig):
    name = "pay"

    def ready(self) -> None:
        from . import checks, handlers  # noqa: F401
