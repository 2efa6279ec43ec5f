"""The janitor's rounds."""

from celery import shared_task
from django.utils import timezone

from core import janitor, uploads
from core.api import idempotency


@shared_task(name="core.tasks.sweep_uploads")
def sweep_uploads(**kwargs: object) -> None:
    uploads.sweep(now=timezone.now())


@shared_task(name="core.tasks.sweep_orphans")
def sweep_orphans(**kwargs: object) -> None:
    janitor.remove_orphans(now=timezone.now())


@shared_task(name="core.tasks.scan_files")
def scan_files(**kwargs: object) -> None:
    janitor.scan_waiting()


@shared_task(name="core.tasks.forget_answers")
def forget_answers(**kwargs: object) -> None:
    idempotency.forget(now=timezone.now())
