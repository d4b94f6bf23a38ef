from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificationConfig(AppConfig):
    name = "certification"

    def ready(self) -> None:
        from accounts.selectors import register_export, register_steps

        from . import handlers  # noqa: F401
        from .selectors.onboarding import onboarding_steps
        from .selectors.personal_data import personal_data

        register_steps(50, onboarding_steps)
        register_export("certification", personal_data, _("Your certificates, skills, tier and exam attempts"))
