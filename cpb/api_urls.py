"""Every address under `/api/v1/`."""

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from accounts.api import Me
from core.api.history import HistoryResource
from core.api.schema import SchemaView

router = SimpleRouter()
router.register("history", HistoryResource, basename="history")

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    path("me/", Me.as_view({"get": "retrieve"}), name="me"),
    *router.urls,
]
