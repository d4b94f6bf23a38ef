"""Addresses under `/widget/`, called from clients' own sites."""

from django.urls import path

from live.api.attachments import WidgetAttachmentsView, WidgetAttachmentView
from live.api.views import WidgetSessionView

urlpatterns = [
    path("session/", WidgetSessionView.as_view(), name="widget-session"),
    path("attachments/", WidgetAttachmentsView.as_view(), name="widget-attachments"),
    path("attachments/<pid:public_id>/", WidgetAttachmentView.as_view(), name="widget-attachment"),
]
