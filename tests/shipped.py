"""What the product ships as rows: the migrations write it, and a test with real transactions leaves the tables empty."""

from contracts import cpv
from contracts.models import CpvCode
from followup import checklist_starters, scheme_starters, starters
from followup.models import (
    AuditScheme,
    Checklist,
    ChecklistQuestion,
    ChecklistVersion,
    DocumentKind,
    RequestTemplate,
    Severity,
    TemplateItem,
)
from notifications import ladders
from notifications.models import PolicyVersion, ReminderPolicy, ReminderStep
from tests.factories import NOW


def write_again() -> None:
    """Where it is gone."""
    if CpvCode.objects.exists():
        return
    cpv.load_groups()
    ladders.install(ReminderPolicy, PolicyVersion, ReminderStep)
    starters.install(DocumentKind, RequestTemplate, TemplateItem, now=NOW)
    starters.install_severities(Severity)
    starters.install_weakest_methods(Severity)
    starters.install_judgement_times(Severity)
    starters.install_silence(Severity)
    checklist_starters.install(Checklist, ChecklistVersion, ChecklistQuestion, now=NOW)
    scheme_starters.install(AuditScheme, now=NOW)
