from django.apps import AppConfig


class CertificationConfig(AppConfig):
    name = "certification"

    def ready(self) -> None:
        from accounts.selectors import register_export, register_steps

        from . import handlers  # noqa: F401
        from .selectors.onboarding import export_own, onboarding_steps

        register_steps(50, onboarding_steps)
        register_export("certification", export_own)
