"""Whom to audit next: what is known of each supplier on an agreement, so that whoever chooses can say why."""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation
from contracts.models import Framework
from core import locales
from followup.models import Audit, Finding, Severity


def with_what_is_known(suppliers: QuerySet[Organisation], framework: Framework) -> QuerySet[Any]:
    """When each was last audited there (`audited_on`), and how many findings are open (`open_findings`)."""
    there = {"framework": framework, "supplier": OuterRef("pk")}
    audits = Audit.objects.filter(**there, performed_on__isnull=False).order_by("-performed_on").values("performed_on")[:1]
    findings = Finding.objects.open().filter(**there).exclude(severity__code=Severity.Code.GOOD_PRACTICE)
    counted = findings.order_by().values("supplier").annotate(number=Count("pk")).values("number")
    return suppliers.annotate(audited_on=Subquery(audits), open_findings=Coalesce(Subquery(counted), 0))


def in_words(it: Any) -> str:
    audited = _("last audited %(day)s") % {"day": locales.long_day(it.audited_on)} if it.audited_on else _("never audited")
    number = it.open_findings
    found = ngettext("%(number)d open finding", "%(number)d open findings", number) % {"number": number} if number else ""
    return f"{it.name} ({', '.join(part for part in (audited, found) if part)})"
