"""Addresses under `/widget/`, called from clients' pages."""

from django.urls import path

from quality.api.views import WidgetRatingView

urlpatterns = [path("rating/", WidgetRatingView.as_view(), name="widget-rating")]
