"""Addresses under `/api/v1/`."""

from django.urls import path

from quality.api.views import RatingListView

urlpatterns = [path("ratings/", RatingListView.as_view(), name="api-ratings")]
