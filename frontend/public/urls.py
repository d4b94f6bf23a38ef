"""What anybody may see without logging in."""

from django.urls import path

from frontend.public.views import appearance, course_images, documents, entry, feeds, landing, me, verify

app_name = "public"
urlpatterns = [
    path("", landing.show, name="home"),
    path("for-agents/", landing.for_agents, name="for_agents"),
    path("for-business/", landing.for_business, name="for_business"),
    path("help/", landing.help_page, name="help"),
    path("learn/images/<pid:public_id>/", course_images.show, name="course_image"),
    path("calendar/<str:token>.ics", feeds.calendar, name="calendar_feed"),
    path("appearance/", appearance.choose, name="appearance"),
    path("start/", entry.start, name="start"),
    path("today/", entry.landing, name="landing"),
    path("invitations/", entry.invitations, name="invitations"),
    path("invitations/<pid:public_id>/accept/", entry.accept_mine, name="invitation_accept_mine"),
    path("invitations/<str:token>/", entry.invitation, name="invitation"),
    path("invitations/<str:token>/join/", entry.accept, name="invitation_accept"),
    path("second-factor/", entry.second_factor, name="second_factor"),
    path("settings/", me.settings, name="settings"),
    path("settings/my-data/", me.data, name="my_data"),
    path("settings/my-data.json", me.export, name="own_data"),
    path("settings/close-account/", me.erase, name="erase"),
    path("identity-pictures/<pid:public_id>/", documents.show, name="identity_picture"),
    path("verify/", verify.search, name="verify_search"),
    path("verify/<pid:public_id>/", verify.show, name="verify"),
    path("credentials/issuer/", verify.issuer, name="issuer"),
    path("credentials/jwks.json", verify.jwks, name="jwks"),
    path("credentials/keys/<slug:kid>/", verify.public_key, name="public_key"),
    path("credentials/standards/<pid:public_id>/", verify.standard, name="achievement"),
    path("credentials/status/<int:number>/", verify.status_list, name="status_list"),
]
