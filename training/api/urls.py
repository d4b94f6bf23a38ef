"""Addresses under `/api/v1/`."""

from django.urls import path

from training.api import views

urlpatterns = [
    path("courses/", views.CourseListView.as_view(), name="api-courses"),
    path("courses/<pid:public_id>/", views.CourseView.as_view(), name="api-course"),
]
