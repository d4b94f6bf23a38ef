"""The ledger is tested by itself: what upper apps register to be checked is theirs to prove."""

import pytest

from ledger import checks


@pytest.fixture(autouse=True)
def _only_the_ledgers_own_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_checks", [])
