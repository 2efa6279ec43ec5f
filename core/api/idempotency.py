"""`Idempotency-Key`: the same request sent twice happens once and is answered alike.

The key is written in the transaction of what it guards. So a request that dies leaves no key behind, and one that comes
meanwhile waits for the first: on PostgreSQL at the unique key, on SQLite at the write lock.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import problems
from core.errors import HouseError, Invalid
from core.models import IdempotentAnswer

KEPT_FOR = timedelta(hours=24)
LONGEST = 255


class OtherContent(HouseError):
    """The key has been used on this address for something else."""

    status = 422
    message = gettext_lazy("This Idempotency-Key was used here before, with another content. Use a new key for a new request.")


def once(request: Request, act: Callable[[], Response], *, user: Any, now: datetime) -> HttpResponseBase:
    """Answer by `act`, or as it was answered before. A failure of ours is not kept: the request may be tried again."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not 0 < len(key) <= LONGEST:
        raise Invalid.one("Idempotency-Key", "length", _("A key has from 1 to %(most)d characters.") % {"most": LONGEST})
    mine = IdempotentAnswer(
        user=user, key=key, path=request.path, fingerprint=fingerprint(request), created_at=now, content_type="application/json"
    )
    with transaction.atomic():
        row = _claim(mine)
        if row.pk == mine.pk:
            _keep(row, _answer(act), now=now)
        elif row.fingerprint != mine.fingerprint:
            raise OtherContent
        return HttpResponse(bytes(row.body), status=row.status, content_type=row.content_type)


def forget(*, now: datetime) -> int:
    """Remove what no repetition can ask for any more; how many were removed."""
    return IdempotentAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def fingerprint(request: Request) -> str:
    """What was sent: the parsed fields, and each file's name and checksum."""
    data = request.data
    fields = {name: data.getlist(name) for name in data if name not in request.FILES} if hasattr(data, "getlist") else data
    files = [[name, file.name, _sha256(file)] for name in sorted(request.FILES) for file in request.FILES.getlist(name)]
    return hashlib.sha256(json.dumps([fields, files], sort_keys=True, default=str).encode()).hexdigest()


def _sha256(file: Any) -> str:
    if known := getattr(file, "sha256", None):
        return str(known)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _claim(mine: IdempotentAnswer) -> IdempotentAnswer:
    """The row that holds the key: mine, if nobody was before me within 24 hours."""
    same = IdempotentAnswer.objects.filter(user=mine.user, path=mine.path, key=mine.key)
    same.filter(created_at__lt=mine.created_at - KEPT_FOR).delete()
    IdempotentAnswer.objects.bulk_create([mine], ignore_conflicts=True)
    return same.get()


def _answer(act: Callable[[], Response]) -> Response:
    """What the service refuses is an answer too; what it had begun to write is undone."""
    try:
        with transaction.atomic():
            return act()
    except (HouseError, APIException) as error:
        response = problems.answer(error)
        if response is None or response.status_code >= 500:
            raise
        return response


def _keep(row: IdempotentAnswer, response: Response, *, now: datetime) -> None:
    row.status, row.finished_at = response.status_code, now
    row.content_type = response.content_type or "application/json"
    row.body = b"" if response.data is None else JSONRenderer().render(response.data)
    row.save(update_fields=["status", "finished_at", "content_type", "body"])
