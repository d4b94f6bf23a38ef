"""What the platform's people see: queues to decide and books to keep."""

from django.urls import path

from frontend.desk.views import home

app_name = "desk"
urlpatterns = [
    path("", home.show, name="home"),
]
