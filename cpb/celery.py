"""The worker and the scheduler. They only ring the bell: what is to be done and when stands in the database."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpb.settings")
TRANSPORT_ALIASES["files"] = "cpb.broker:Transport"

app = Celery("cpb")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()

if not settings.REDIS_URL:
    Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])).mkdir(parents=True, exist_ok=True)

MINUTE = 60.0
# A bell that nobody heard expires a little after the next one.
app.conf.beat_schedule = {
    "remind": {"task": "notifications.tasks.remind", "schedule": 5 * MINUTE, "options": {"expires": 5 * MINUTE + 10}},
    "deliver": {"task": "notifications.tasks.deliver", "schedule": MINUTE, "options": {"expires": MINUTE + 10}},
    "read_returned_mail": {
        "task": "notifications.tasks.read_returned_mail",
        "schedule": 5 * MINUTE,
        "options": {"expires": 5 * MINUTE + 10},
    },
    "call_webhooks": {"task": "notifications.tasks.call_webhooks", "schedule": MINUTE, "options": {"expires": MINUTE + 10}},
    "forget_webhook_calls": {
        "task": "notifications.tasks.forget_webhook_calls",
        "schedule": 60 * MINUTE,
        "options": {"expires": 61 * MINUTE},
    },
    "renew": {"task": "followup.tasks.renew", "schedule": 5 * MINUTE, "options": {"expires": 5 * MINUTE + 10}},
    "repeat": {"task": "followup.tasks.repeat", "schedule": 5 * MINUTE, "options": {"expires": 5 * MINUTE + 10}},
    "audit_reports": {"task": "followup.tasks.audit_reports", "schedule": 60 * MINUTE, "options": {"expires": 61 * MINUTE}},
    "sharings": {"task": "followup.tasks.sharings", "schedule": 60 * MINUTE, "options": {"expires": 61 * MINUTE}},
    "letters": {"task": "followup.tasks.letters", "schedule": 60 * MINUTE, "options": {"expires": 61 * MINUTE}},
    "silence": {"task": "followup.tasks.silence", "schedule": 60 * MINUTE, "options": {"expires": 61 * MINUTE}},
    "photo_pieces": {"task": "followup.tasks.photo_pieces", "schedule": 60 * MINUTE, "options": {"expires": 61 * MINUTE}},
    "imports": {"task": "contracts.tasks.imports", "schedule": MINUTE, "options": {"expires": MINUTE + 10}},
    "scan_files": {"task": "core.tasks.scan_files", "schedule": 5 * MINUTE, "options": {"expires": 5 * MINUTE + 10}},
    "sweep_uploads": {"task": "core.tasks.sweep_uploads", "schedule": 60 * MINUTE, "options": {"expires": 61 * MINUTE}},
    "sweep_orphans": {"task": "core.tasks.sweep_orphans", "schedule": 60 * MINUTE, "options": {"expires": 61 * MINUTE}},
    "forget_answers": {"task": "core.tasks.forget_answers", "schedule": 60 * MINUTE, "options": {"expires": 61 * MINUTE}},
}


@setup_logging.connect
def _keep_our_logging(**kwargs: object) -> None:
    """Django has set up the logs; Celery must not set up its own."""
