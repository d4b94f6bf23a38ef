"""Every websocket address of the project."""

from django.urls import URLPattern, URLResolver, path

from frontend.consumers import PageUpdates

websocket_urlpatterns: list[URLPattern | URLResolver] = [
    path("ws/pages/", PageUpdates.as_asgi()),
]
