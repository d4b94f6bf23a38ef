"""The ASGI door: HTTP by Django, websockets by Channels."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
os.environ.setdefault("TIDELINE_DB_POOL", "1")  # many requests in one process: a pool, not a connection each
http = get_asgi_application()

from marketplace.checks import refuse_unsafe  # noqa: E402  (these need the app registry)
from marketplace.sockets import websocket_urlpatterns  # noqa: E402

refuse_unsafe()

application = ProtocolTypeRouter({"http": http, "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns))})
