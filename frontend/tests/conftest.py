"""What the tests of pages share."""

import pytest
import time_machine

from accounts.states import ClientRole
from accounts.tests.factories import AgentFactory, client_user
from frontend.tests.reading import browser_of
from tasks.tests.factories import NOON
from tasks.tests.scenes import client_with


@pytest.fixture
def noon():
    """The clock of the factories of tasks stands still."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def agent():
    return AgentFactory()


@pytest.fixture
def agent_browser(agent):
    return browser_of(agent.user)


@pytest.fixture
def shop():
    """A client with money, and its manager's browser."""
    client = client_with(funds=10_000_000)
    client.browser = browser_of(client_user(client.organisation, ClientRole.MANAGER))
    return client
