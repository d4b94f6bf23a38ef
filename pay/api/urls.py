"""Addresses of pay's API, under `/api/v1/`."""

from django.urls import path

from pay.api.views import BalanceView, SpendingView

urlpatterns = [
    path("balance/", BalanceView.as_view(), name="api-balance"),
    path("spending/", SpendingView.as_view(), name="api-spending"),
]
