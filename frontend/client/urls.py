"""What a client's people see: their tasks, conversations, quality and money."""

from django.urls import path

from frontend.client.views import home

app_name = "client"
urlpatterns = [
    path("", home.show, name="home"),
]
