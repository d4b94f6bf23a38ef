"""Addresses of the tasks API, under `/api/v1/`."""

from rest_framework.routers import SimpleRouter

from tasks.api import views, work

router = SimpleRouter()
router.register("tasks", views.TaskViewSet, basename="task")
router.register("rate-cards", views.RateCardViewSet, basename="rate-card")
router.register("work", work.WorkViewSet, basename="work")
router.register("blocks", work.BlockViewSet, basename="block")
router.register("claims", work.ClaimViewSet, basename="claim")
urlpatterns = router.urls
