"""The ASGI door: HTTP by Django, websockets by Channels."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
os.environ.setdefault("TIDELINE_DB_POOL", "1")  # many requests in one process: a pool, not a connection each
http = get_asgi_application()

from django.conf import settings  # noqa: E402  (these need the app registry)

from marketplace.bodies import limit_bodies  # noqa: E402
from marketplace.checks import refuse_unsafe  # noqa: E402
from marketplace.sockets import websocket_urlpatterns  # noqa: E402

refuse_unsafe()

application = ProtocolTypeRouter(
    {
        "http": limit_bodies(http, settings.BODY_MAX_BYTES),
        "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
    }
)
