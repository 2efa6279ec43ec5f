"""What a load balancer and an alarm ask. Answers need no session and say which part fails; the reason goes to the log."""

import uuid
from collections.abc import Callable

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import database

try:
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:  # no object storage in this installation
    STORAGE_ERRORS: tuple[type[Exception], ...] = (OSError,)
else:
    STORAGE_ERRORS = (OSError, BotoCoreError, ClientError)

log = structlog.get_logger(__name__)

Check = Callable[[], str]
"""Says what is wrong, or nothing."""


def view(**checks: Check) -> Callable[[HttpRequest], HttpResponseBase]:
    """200, or 503 with the failing parts by name. Stops at the first: without a database the others cannot be asked."""

    @login_not_required
    @never_cache
    @require_safe
    def answer(request: HttpRequest) -> JsonResponse:
        for name, check in checks.items():
            if fault := check():
                log.error("health_check_failed", part=name, fault=fault)
                return JsonResponse({"status": "failing", "failing": {name: fault}}, status=503)
        return JsonResponse({"status": "ok"})

    return answer


def answers() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.error("database_unreachable", error=str(error))
        return "The database does not answer."
    return ""


def is_migrated() -> str:
    return f"Not yet applied: {', '.join(pending)}." if (pending := database.pending()) else ""


def is_writable() -> str:
    try:
        default_storage.delete(default_storage.save(f"tmp/health-{uuid.uuid4()}", ContentFile(b"ok")))
    except STORAGE_ERRORS as error:
        log.error("storage_unwritable", error=str(error))
        return "The file storage cannot be written to."
    return ""


live = view()
ready = view(database=answers, migrations=is_migrated, storage=is_writable)
