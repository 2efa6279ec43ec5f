"""How another body's file comes in, by page or API: kept as it came, and handed to the service that reads it. And how an audit in it
is relied on, with the report that came along."""

import hashlib
from typing import Any

from django.core.files.base import File

from core import clock, files
from core.files import CheckedFile
from followup.models import Audit, ReceivedAudit, ReceivedFile
from followup.results import checking
from followup.services import receiving, relying
from followup.services.receiving import Uploaded


def receive(request: Any, content: File) -> ReceivedFile:
    """Above the limit nothing is kept but that it came."""
    name, size = files.safe_name(content.name or ""), content.size
    by = {"actor": request.user, **clock.read()}
    if size > checking.MOST_BYTES:
        return receiving.receive(uploaded=Uploaded(name, size, "", None), raw=b"", **by)
    content.seek(0)
    raw = content.read()
    checked = CheckedFile(name, size, hashlib.sha256(raw).hexdigest(), "application/octet-stream", content)
    with files.kept([checked]) as (kept,):
        return receiving.receive(uploaded=Uploaded(name, size, checked.sha256, kept), raw=raw, **by)


def rely(received: ReceivedAudit, **said: Any) -> Audit:
    report = relying.report_in(received)
    with files.kept([report] if report else []) as kept:
        return relying.rely(received=received, reports=kept, **said)
