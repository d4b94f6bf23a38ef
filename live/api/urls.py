"""Addresses under `/api/v1/`."""

from django.urls import path

from live.api.attachments import AttachmentView, ConversationAttachmentsView
from live.api.views import ConversationListView, ConversationView

urlpatterns = [
    path("conversations/", ConversationListView.as_view(), name="api-conversations"),
    path("conversations/<pid:public_id>/", ConversationView.as_view(), name="api-conversation"),
    path(
        "conversations/<pid:public_id>/attachments/",
        ConversationAttachmentsView.as_view(),
        name="api-conversation-attachments",
    ),
    path("attachments/<pid:public_id>/", AttachmentView.as_view(), name="api-attachment"),
]
