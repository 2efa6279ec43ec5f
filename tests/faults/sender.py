"""A sender that looks for mail ten times a second, so that a fault meets it at work. `sweep` instead: a scheduler just as eager."""

import sys
import time

import django

django.setup()

from django.db import OperationalError, close_old_connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from core import clock  # noqa: E402
from notifications import delivery, reminders  # noqa: E402


def work(what: str) -> None:
    if what == "sweep":
        reminders.sweep(is_scheduled=True, **clock.read())
    else:
        delivery.deliver(clock=timezone.now, is_any_time=True)


print("ready", flush=True)
while True:
    try:
        work(sys.argv[1])
    except OperationalError as error:  # as a task of Celery's fails, and the next bell starts another
        print(f"database: {error}", flush=True)
        close_old_connections()
    time.sleep(0.1)
