"""The site as it is, and beside it the plainest group chat Channels can do, on the same server and layer."""

from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

from marketplace.asgi import application as site


class GroupEcho(AsyncWebsocketConsumer):
    """Channels' own tutorial: a text goes to a group, everybody in the group gets it. Nothing is stored or promised."""

    async def connect(self) -> None:
        self.group = f"echo.{self.scope['url_route']['kwargs']['number']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.channel_layer.group_send(self.group, {"type": "echo.message", "text": text_data})

    async def echo_message(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["text"])


_echo = URLRouter([path("ws/echo/<int:number>/", GroupEcho.as_asgi())])
_site = site.application_mapping


async def _websocket(scope: Any, receive: Any, send: Any) -> None:
    handler = _echo if scope["path"].startswith("/ws/echo/") else _site["websocket"]
    await handler(scope, receive, send)


application = ProtocolTypeRouter({"http": _site["http"], "websocket": _websocket})
