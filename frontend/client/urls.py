"""What a client's people see: their tasks, conversations, quality and money."""

from django.urls import path

from frontend.client.views import home, organisation, quality

app_name = "client"
urlpatterns = [
    path("", home.show, name="home"),
    path("quality/", quality.index, name="quality"),
    path("quality/ratings/<pid:public_id>/mark/", quality.mark, name="rating_mark"),
    path("quality/programmes/<pid:public_id>/scorecard/", quality.scorecard, name="scorecard"),
    path("organisation/", organisation.choose, name="choose_organisation"),
]
