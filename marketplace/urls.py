"""Every address of the project, by area."""

from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("api/", include("marketplace.api_urls")),
    path("", include("frontend.urls")),
]
