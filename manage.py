#!/usr/bin/env python
"""Django's command line for Tideline."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    from django.core.management import execute_from_command_line

    from marketplace import embedded

    try:
        with embedded.use_servers_of_this_checkout(sys.argv[1] if len(sys.argv) > 1 else ""):
            execute_from_command_line(sys.argv)
    except embedded.Refused as refused:
        sys.exit(str(refused))


if __name__ == "__main__":
    main()
