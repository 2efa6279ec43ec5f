"""What the scheduler and a ringing bell start. The clock is read here and nowhere below."""

from celery import shared_task
from django.utils import timezone

from core import clock
from notifications import delivery, reminders
from notifications.bounces import mailbox


@shared_task
def remind(**kwargs: object) -> None:
    reminders.sweep(is_scheduled=True, **clock.read())


@shared_task
def deliver(**kwargs: object) -> None:
    delivery.deliver(clock=timezone.now)


@shared_task
def read_returned_mail(**kwargs: object) -> None:
    mailbox.read_all(now=timezone.now())
