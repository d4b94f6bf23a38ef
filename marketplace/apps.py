from django.apps import AppConfig
from django.core.checks import register


class MarketplaceConfig(AppConfig):
    name = "marketplace"

    def ready(self) -> None:
        from marketplace.checks import production_is_safe

        register(production_is_safe)
