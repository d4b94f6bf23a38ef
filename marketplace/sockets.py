"""Every websocket address of the project."""

from django.urls import URLPattern, URLResolver, path

from frontend.consumers import PageUpdates
from live.consumers import WidgetSocket, WorkspaceSocket

websocket_urlpatterns: list[URLPattern | URLResolver] = [
    path("ws/pages/", PageUpdates.as_asgi()),
    path("ws/widget/", WidgetSocket.as_asgi()),
    path("ws/workspace/", WorkspaceSocket.as_asgi()),
]
