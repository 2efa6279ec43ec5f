"""The files of an audit's report: added when it is written down, and taken away where one was added by mistake."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import states
from core.errors import Invalid, must_say
from core.files import KeptFile
from core.locales import before_stop
from followup.models import Audit, AuditReport
from followup.services import audit_mail
from followup.states import AUDIT


def keep(audit: Audit, files: Sequence[KeptFile], *, actor: User, now: datetime) -> None:
    _must_be_of_this_supplier(audit, files)
    AuditReport.objects.bulk_create([AuditReport(audit=audit, uploaded_by=actor, created_at=now, **file.columns) for file in files])


@transaction.atomic
def take_away(*, report: AuditReport, reason: str, actor: User, now: datetime) -> None:
    """It was added by mistake, as one that is about another supplier. Nobody can open it here any more; the history keeps its name
    and checksum, and a mail about it that has not left is not sent."""
    audit = report.audit
    states.hold(AUDIT, audit, "take_report_away", actor=actor)
    reason = must_say(reason, "reason", _("Say why it is taken away."))
    told = {"struck": report.name, "sha256": report.sha256, "reason": reason}
    report.delete()
    states.advance(AUDIT, audit, "take_report_away", actor=actor, now=now, changes=told, is_internal=True)
    if not audit.reports.exists():
        audit_mail.take_back(audit, kind="audit_reported", reason="closed", now=now)


def _must_be_of_this_supplier(audit: Audit, files: Sequence[KeptFile]) -> None:
    """The supplier reads it. One report may be of several audits of one supplier, but a supplier never learns of another."""
    same = AuditReport.objects.filter(sha256__in=[file.sha256 for file in files]).exclude(audit__supplier=audit.supplier_id)
    if other := same.select_related("audit__supplier").first():
        text = _("%(name)s is the report of an audit of %(other)s. Choose the one that is about %(supplier)s.")
        words = {"name": other.name, "other": before_stop(other.audit.supplier.name), "supplier": before_stop(audit.supplier.name)}
        raise Invalid.one("report", "of_another", text % words)
