"""What the scheduler and a ringing bell start. The clock is read here and nowhere below."""

from celery import shared_task
from django.utils import timezone

from core import clock
from notifications import delivery, reminders


@shared_task
def remind(**kwargs: object) -> None:
    reminders.sweep(is_scheduled=True, **clock.read())


@shared_task
def deliver(**kwargs: object) -> None:
    delivery.deliver(clock=timezone.now)
