"""What a ringing bell or the scheduler starts."""

from celery import shared_task
from django.utils import timezone

from contracts.services import imports as work
from core import clock


@shared_task
def imports(**kwargs: object) -> None:
    work.work(clock=timezone.now, today=clock.today())
