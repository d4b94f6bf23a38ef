"""Fixtures shared by the tests of pay."""

import pytest

from pay.services import inputs
from pay.tests.factories import Facts


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> Facts:
    """Say what a price is made of without conversations and reviews; test_chain.py prices from real ones."""
    said = Facts()
    monkeypatch.setattr(inputs, "_units", lambda claim_id: said.units)
    monkeypatch.setattr(inputs, "_quality", lambda agent_id, at: said.quality)
    monkeypatch.setattr(inputs, "_satisfaction", lambda agent_id, at: said.satisfaction)
    return said
