"""Addresses under `/widget/`, called from clients' own sites."""

from django.urls import path

from live.api.views import WidgetSessionView

urlpatterns = [path("session/", WidgetSessionView.as_view(), name="widget-session")]
