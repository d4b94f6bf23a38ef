"""What the platform's people see: queues to decide and books to keep."""

from django.urls import path

from frontend.desk.views import appeals, home, reviews

app_name = "desk"
urlpatterns = [
    path("", home.show, name="home"),
    path("reviews/", reviews.index, name="reviews"),
    path("reviews/<pid:public_id>/", reviews.judge, name="review"),
    path("reviews/<pid:public_id>/give-back/", reviews.give_back, name="review_give_back"),
    path("appeals/", appeals.index, name="appeals"),
    path("appeals/<pid:public_id>/", appeals.decide, name="appeal"),
]
