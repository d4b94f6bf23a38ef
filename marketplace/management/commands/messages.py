"""`manage.py messages`: bring the Chinese files up to date with the code, check or compile them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace import chinese, messages


class Command(BaseCommand):
    help = "Find every translatable string, tidy each app's Chinese file and compile it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("apps", nargs="*", help="Apps to look at (all).")
        parser.add_argument(
            "--check", action="store_true", help="Change nothing; fail on missing, bad or clashing Chinese."
        )
        parser.add_argument("--compile", action="store_true", help="Only compile what is there.")

    def handle(self, *, check: bool, **options: Any) -> None:
        apps = options["apps"] or list(messages.APPS)
        if unknown := set(apps) - set(messages.APPS):
            raise CommandError(f"Not an app of this project: {', '.join(sorted(unknown))}.")
        if check:
            broken = [line for app in apps for line in messages.problems(app)]
            if not options["apps"]:
                broken += messages.clashes() + chinese.problems()
            if broken:
                raise CommandError("\n".join(broken))
            return
        if not options["compile"]:
            for app in apps:
                for message in messages.update(app):
                    self.stdout.write(f"{app}: no Chinese for {message.id!r}")
        self.stdout.write(f"{messages.compile_all()} compiled")
