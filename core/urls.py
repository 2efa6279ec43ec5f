from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("appearance/", views.appearance, name="appearance"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
