"""The API: version 1 of every app, its schema and its page."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from core.api.fallback import NothingHere

urlpatterns = [
    path("v1/", include("accounts.api.urls")),
    path("v1/", include("certification.api.urls")),
    path("v1/", include("tasks.api.urls")),
    path("v1/", include("training.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("v1/", include("live.api.urls")),
    path("v1/", include("pay.api.urls")),
    path("v1/", include("quality.api.urls")),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    re_path("", NothingHere.as_view(), name="api-nothing"),
]
