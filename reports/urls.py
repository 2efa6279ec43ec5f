from django.urls import path

from reports.views import figures, today

app_name = "reports"

urlpatterns = [
    path("", today.start, name="today"),
    path("reports/", figures.index, name="index"),
    path("reports/<slug:code>/", figures.rows, name="rows"),
]
