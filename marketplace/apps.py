from django.apps import AppConfig
from django.core.checks import Tags, register


class MarketplaceConfig(AppConfig):
    name = "marketplace"

    def ready(self) -> None:
        from marketplace.checks import production_is_safe, servers_fit

        register(production_is_safe)
        register(servers_fit, Tags.database)  # run where a database is named: `migrate`, `check --database default`
