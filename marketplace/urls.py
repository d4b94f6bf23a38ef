"""Every address of the project, by area."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from marketplace.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("account/", include("allauth.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("api/", include("marketplace.api_urls")),
    path("widget/", include("live.api.widget_urls")),
    path("widget/", include("quality.api.widget_urls")),
    path("", include("frontend.urls")),
]

handler400 = "marketplace.broken.bad_request"
handler403 = "frontend.public.views.errors.permission_denied"
handler404 = "frontend.public.views.errors.not_found"
handler429 = "frontend.public.views.errors.too_many"  # for allauth, which counts log-ins and mails
handler500 = "marketplace.broken.server_error"
