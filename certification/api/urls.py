"""Addresses under `/api/v1/`."""

from django.urls import path

from certification.api import views

urlpatterns = [
    path("certificates/<pid:public_id>/", views.CertificateView.as_view(), name="api-certificate"),
    path("attempts/<pid:public_id>/answers/<int:position>/", views.AnswerView.as_view(), name="api-answer"),
    path("attempts/<pid:public_id>/signals/", views.SignalView.as_view(), name="api-signal"),
    path("practicals/<pid:public_id>/replies/<int:turn>/", views.ReplyView.as_view(), name="api-reply"),
]
