from django.urls import path

from notifications.views import (
    calendar,
    deadlines,
    deliveries,
    dev,
    forecast,
    hooks,
    inbox,
    mail_choices,
    our_tasks,
    policies,
    quiet_periods,
    taking,
    webhooks,
    why,
)

app_name = "notifications"

urlpatterns = [
    path("deadlines/", deadlines.deadlines, name="deadlines"),
    path("deadlines/sheet/<str:kind>/", deadlines.sheet, name="deadlines-sheet"),
    path("deadlines/<uuid:pk>/", deadlines.deadline, name="deadline"),
    path("deadlines/<uuid:pk>/take/", taking.take, name="deadline-take"),
    path("deadlines/<uuid:pk>/release/", taking.release, name="deadline-release"),
    # Tasks that the engine leaves to us
    path("deadlines/<uuid:pk>/task/", our_tasks.task, name="task"),
    # What one is told
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox-read"),
    path("inbox/mail/", mail_choices.mail_settings, name="mail-settings"),
    path("inbox/mail/stop/<str:token>/", mail_choices.stop, name="mail-stop"),
    path("inbox/why/<uuid:pk>/", why.why, name="why"),
    path("inbox/calendar/", calendar.settings, name="calendar"),
    path("inbox/calendar/revoke/", calendar.revoke, name="calendar-revoke"),
    path("calendar/<str:secret>.ics", calendar.feed, name="calendar-feed"),
    path("inbox/<uuid:pk>/", inbox.open_notice, name="notice"),
    # What was sent
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/sheet/<str:kind>/", deliveries.sheet, name="deliveries-sheet"),
    path("deliveries/health/", deliveries.health, name="health"),
    path("deliveries/held/", deliveries.held, name="deliveries-held"),
    path("deliveries/set-aside/", deliveries.try_set_aside, name="deliveries-set-aside"),
    path("deliveries/<uuid:pk>/", deliveries.delivery, name="delivery"),
    path("deliveries/<uuid:pk>/resend/", deliveries.resend, name="delivery-resend"),
    path("hooks/mail/<str:secret>", hooks.mail, name="mail-hook"),
    # When nobody is reminded
    path("quiet-periods/", quiet_periods.listed, name="quiet-periods"),
    path("quiet-periods/new/", quiet_periods.new, name="quiet-period-new"),
    path("quiet-periods/<uuid:pk>/", quiet_periods.edit, name="quiet-period"),
    path("quiet-periods/<uuid:pk>/remove/", quiet_periods.remove, name="quiet-period-remove"),
    # How we remind
    # What will be sent, and how we remind
    path("forecast/", forecast.coming, name="forecast"),
    path("policies/", policies.ladders, name="policies"),
    path("policies/<slug:code>/", policies.ladder, name="policy"),
    path("policies/<slug:code>/edit/", policies.edit, name="policy-edit"),
    path("policies/<slug:code>/move/", policies.move, name="policy-move"),
    # Other systems
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<uuid:pk>/", webhooks.webhook, name="webhook"),
    *(path(f"webhooks/<uuid:pk>/{what}/", webhooks.act, {"what": what}, name=f"webhook-{what}") for what in webhooks.ACTS),
    # For those who write the mails
    path("dev/mail/", dev.mails, name="dev-mails"),
    path("dev/mail/<str:kind>/<str:language>/", dev.mail, name="dev-mail"),
]
