from django.apps import AppConfig
from django.urls import register_converter

from core.ids import PublicIdConverter


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        register_converter(PublicIdConverter, "pid")
