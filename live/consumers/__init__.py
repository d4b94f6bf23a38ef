"""The two sockets of a conversation. The protocol is `docs/protocol.md`; every rule behind it is in the services."""

from live.consumers.widget import WidgetSocket
from live.consumers.workspace import WorkspaceSocket

__all__ = ["WidgetSocket", "WorkspaceSocket"]
