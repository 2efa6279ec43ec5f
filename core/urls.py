from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from core import views

app_name = "core"
urlpatterns = [
    path("appearance/", views.appearance, name="appearance"),
    path("language/", login_not_required(set_language), name="language"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
