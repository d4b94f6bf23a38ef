"""The four areas of the site, each in its own namespace, and the gallery of components outside production."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("agent/", include("frontend.agent.urls")),
    path("client/", include("frontend.client.urls")),
    path("desk/", include("frontend.desk.urls")),
    path("", include("frontend.public.urls")),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("dev/", include("frontend.gallery.urls")))
