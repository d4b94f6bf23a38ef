"""The API: version 1 of every app, its schema and its page."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView

from core.api.fallback import NothingHere
from core.api.schema import Description

# Scripts stand in files of their own: the site's content security policy lets no inline script run.
docs = SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="public/api_docs.html")

urlpatterns = [
    path("v1/", include("accounts.api.urls")),
    path("v1/", include("certification.api.urls")),
    path("v1/", include("tasks.api.urls")),
    path("v1/", include("training.api.urls")),
    path("schema/", Description.as_view(), name="api-schema"),
    path("v1/", include("live.api.urls")),
    path("v1/", include("pay.api.urls")),
    path("v1/", include("quality.api.urls")),
    path("docs/", docs, name="api-docs"),
    re_path("", NothingHere.as_view(), name="api-nothing"),
]
