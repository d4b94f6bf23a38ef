"""What anybody may see without logging in."""

from django.urls import path

from frontend.public.views import appearance, landing

app_name = "public"
urlpatterns = [
    path("", landing.show, name="home"),
    path("for-agents/", landing.for_agents, name="for_agents"),
    path("for-business/", landing.for_business, name="for_business"),
    path("help/", landing.help_page, name="help"),
    path("appearance/", appearance.choose, name="appearance"),
]
