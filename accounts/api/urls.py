"""Addresses under `/api/v1/`."""

from django.urls import path

from accounts.api import schema, views  # noqa: F401 (the schema registers itself)

urlpatterns = [
    path("me/", views.MeView.as_view(), name="api-me"),
    path("programmes/", views.ProgrammeListView.as_view(), name="api-programmes"),
    path("programmes/<pid:id>/", views.ProgrammeView.as_view(), name="api-programme"),
]
