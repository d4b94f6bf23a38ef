"""What an agent sees: today, work, learning, earnings."""

from django.urls import path

from frontend.agent.views import home

app_name = "agent"
urlpatterns = [
    path("", home.show, name="home"),
]
