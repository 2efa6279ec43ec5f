"""A body takes back what it has shared with us: its audits are marked, and what we judged by them counts no longer."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from accounts.models import User
from contracts.services import obligations
from core import history, rows
from followup.models import Audit, ReceivedAudit, ReceivedFile
from followup.services import renewals


def take_back(file: ReceivedFile, earlier: Iterable[ReceivedFile], *, actor: User, today: date, now: datetime) -> None:
    """All that the sharing has ever told, as far as no other sharing of the body tells it since."""
    taken = list(ReceivedAudit.objects.filter(file__in=earlier).select_related("audit"))
    for received in taken:
        rows.write(received, file=file, withdrawn_on=today)
        if received.audit is not None:
            _rely_no_more(received.audit, file, actor=actor, today=today, now=now)
    rows.write(file, origins=[str(received.origin) for received in taken])


def _rely_no_more(audit: Audit, file: ReceivedFile, *, actor: User, today: date, now: datetime) -> None:
    assert audit.performed_on is not None
    last = max(audit.performed_on, today - timedelta(days=1))
    if audit.valid_until is None or audit.valid_until > last:
        changes = {"by": file.from_whom, "valid_until": [audit.valid_until, last]}
        rows.write(audit, valid_until=last)
        history.record(actor=actor, now=now, verb="rely_no_more", about=audit, changes=changes, is_internal=True)
    for judgement in audit.judgements.select_related("obligation").order_by("judged_at", "pk"):
        obligations.run_out(judgement=judgement, on=last, actor=actor, now=now)
    renewals.settle(place=renewals.Place(audit.framework_id, audit.supplier_id), today=today, now=now)
