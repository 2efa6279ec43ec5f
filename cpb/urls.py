from django.urls import URLPattern, URLResolver, include, path

from accounts import views as accounts
from core import health
from notifications import health as engine_health
from reports.views import search

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("health/engine", engine_health.engine, name="health_engine"),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("api/v1/", include("cpb.api_urls")),
    path("", include("contracts.urls")),
    path("", include("reports.urls")),
    path("search/", search.search, name="search"),
    path("language/", accounts.language, name="language"),
    path("", include("followup.urls")),
    path("", include("notifications.urls")),
    path("", include("core.urls")),
]

handler400 = "core.http.bad_request"
handler403 = "core.http.forbidden"
handler404 = "core.http.not_found"
handler429 = "core.http.too_many"
handler500 = "core.http.server_error"
