from django.urls import path
from django.views.generic import RedirectView

from accounts import away, views

app_name = "accounts"
urlpatterns = [
    path("invitation/<str:text>/", views.invitation, name="invitation"),
    path("switch/", views.switch, name="switch"),
    path("settings/", views.my_settings, name="settings"),
    path("away/", away.away, name="away"),
    path("away/new/", away.add, name="away-add"),
    path("away/<uuid:pk>/", away.change, name="away-change"),
    path("away/<uuid:pk>/end/", away.end, name="away-end"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<uuid:pk>/revoke/", views.revoke_token, name="revoke-token"),
    path("people/", views.people, name="people"),
    path("people/<uuid:pk>/remove/", views.remove_member, name="remove-member"),
    path("invitations/<uuid:pk>/revoke/", views.revoke_invitation, name="revoke-invitation"),
    path("email/", RedirectView.as_view(pattern_name="accounts:settings")),  # one's address is not changed by oneself
]
