"""Every component in every state; never in production."""

from django.urls import path

from frontend.gallery import views

app_name = "gallery"
urlpatterns = [
    path("components/", views.components, name="components"),
    path("live/", views.nudged, name="nudged"),
]
