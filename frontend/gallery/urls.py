"""Every component in every state; never in production."""

from django.urls import path

from frontend.gallery import views

app_name = "gallery"
urlpatterns = [
    path("components/", views.components, name="components"),
    path("components/nudge/", views.nudge, name="nudge"),
    path("components/nudged/", views.nudged, name="nudged"),
]
