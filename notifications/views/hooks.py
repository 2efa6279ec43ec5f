"""Where a mail provider tells what became of our mail. The secret in the address is the key; docs/configuration.md has the shapes."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import clock
from core.errors import Invalid, TooLarge
from notifications.bounces import hook, reading, recording
from notifications.models import MailEvent

MOST_BYTES = 2**20


@csrf_exempt
@login_not_required
@require_POST
def mail(request: HttpRequest, secret: str) -> JsonResponse:
    """Answers how many reports were about mails of ours. Whoever does not know the secret finds nothing here."""
    if not settings.MAIL_HOOK_SECRET or not constant_time_compare(secret, settings.MAIL_HOOK_SECRET):
        raise Http404
    try:
        reports = hook.read(_json(_body(request))) if request.content_type == "application/json" else reading.read(_body(request))
    except Invalid as error:
        return JsonResponse({"errors": [{"field": each.field, "detail": str(each.detail)} for each in error.errors]}, status=error.status)
    known = recording.record(reports, source=MailEvent.Source.HOOK, now=clock.now())
    return JsonResponse({"recorded": known, "ignored": len(reports) - known})


def _body(request: HttpRequest) -> bytes:
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooLarge.one("", "too_large", f"At most {MOST_BYTES} bytes.")
    return body


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid.one("", "parse_error", "This is not JSON.") from None
