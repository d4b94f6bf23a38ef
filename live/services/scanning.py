"""What looks into uploaded files for something harmful: an adapter, chosen by `settings.FILE_SCANNER`.

A scanner is a class without arguments whose `scan` raises `Invalid` at `file` for what may not be kept, and
`core.errors.Unavailable` when it cannot tell just now (nothing is kept then, and the sender may try again). To ask a
clamd, write such a class and name it in the settings.
"""

from __future__ import annotations

import re
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Text

_TEST_VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|RichMedia)\b")


class Scanner(Protocol):
    """Looks into one file."""

    def scan(self, data: bytes, media_type: str) -> None:
        """Return for a file that may be kept; raise otherwise."""


class SignatureScanner:
    """Known signs only: the antivirus test file, and PDFs that run something."""

    def scan(self, data: bytes, media_type: str) -> None:
        if _TEST_VIRUS in data:
            raise _refuse(_("This file was found to be harmful and was not kept."))
        if media_type == "application/pdf" and _ACTIVE_PDF.search(data):
            raise _refuse(_("This PDF runs something. Print it to a new PDF and send that."))


def _refuse(message: Text) -> Invalid:
    return Invalid(fields={"file": message}, code="live.bad_file")


def _scan(data: bytes, media_type: str) -> None:
    scanner: Scanner = import_string(settings.FILE_SCANNER)()
    scanner.scan(data, media_type)
