"""What the scheduler and a ringing bell start. The clock is read here and nowhere below."""

from celery import shared_task
from django.utils import timezone

from core import clock
from notifications import delivery, reminders
from notifications.bounces import mailbox
from notifications.webhooks import events, sending


@shared_task
def remind(**kwargs: object) -> None:
    reminders.sweep(is_scheduled=True, **clock.read())


@shared_task
def deliver(**kwargs: object) -> None:
    delivery.deliver(clock=timezone.now)


@shared_task
def read_returned_mail(**kwargs: object) -> None:
    mailbox.read_all(now=timezone.now())


@shared_task
def call_webhooks(**kwargs: object) -> None:
    """Look what other systems have to be told by now, and tell them."""
    events.tell_overdue(**clock.read())
    sending.send(clock=timezone.now)


@shared_task
def forget_webhook_calls(**kwargs: object) -> None:
    sending.forget_old(now=timezone.now())
