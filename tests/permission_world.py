"""One thing of each kind that an address can name: the manager's and Nordvare's own, and a foreign one of the same kind.

`things` is keyed by the part of the address before the key, `/lots/<uuid:pk>/edit/` names one of `lots`; or else by the
name of the key.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from accounts import services as accounts
from accounts.models import Absence, Contact, Membership, Organisation, User
from contracts.models import CallOff, Framework, ImportRun, Obligation, Option
from core.clock import Clock
from core.models import History
from followup.models import (
    AuditReport,
    AuditScheme,
    Checklist,
    ChecklistQuestion,
    CorrectiveAction,
    Item,
    ReceivedAudit,
    RequestTemplate,
    Severity,
    SheetEntry,
    SheetPhoto,
)
from followup.services import (
    audit_records,
    audit_teams,
    drafting,
    finding_closing,
    more_time,
    programmes,
    questions,
    sites,
)
from notifications import calendar_feeds, mail_choices
from notifications.models import Delivery, Webhook
from tests import factories, stage, things
from tests.cast import Cast
from tests.factories import NOW, TODAY

AT: Clock = {"now": NOW, "today": TODAY}


@dataclass(frozen=True)
class Pair:
    own: Any
    foreign: Any


@pytest.fixture(scope="module")
def world(shared_cast: None, django_db_blocker: Any) -> dict[str, Pair]:
    """Built once a file, on the stage where its cast stands."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        return build(stage.copy())


def build(cast: Cast) -> dict[str, Pair]:
    kind = factories.document_kind("walk")
    own = _side(cast, cast.pc, cast.nordvare, cast.manager, cast.csr, kind)
    foreign = _side(cast, cast.office, cast.polar, cast.other_manager, cast.csr_polar, kind)
    shared = _shared(cast)
    return {name: Pair(own[name], foreign[name]) for name in own} | {name: Pair(value, value) for name, value in shared.items()}


def _side(cast: Cast, framework: Framework, supplier: Organisation, manager: User, contact: User, kind: Any) -> dict[str, Any]:
    obligation = Obligation.objects.filter(framework=framework, supplier=supplier).earliest("created_at", "id")
    items = [drafting.NewItem(title="Rapport", obligations=[obligation], document_kind=kind)]
    asked = factories.document_request(framework, supplier, manager, items=items, batch=uuid4())
    invitation = things.invitation(supplier, manager)
    site = sites.add(supplier=supplier, name="Fabrikk", country="VN", actor=manager, now=NOW)
    audit = things.audit(framework, supplier, manager, obligation, cast.audit_firm if supplier == cast.nordvare else None, site=site)
    sheet = things.sheet(audit, manager)
    document, delivered = things.delivered(framework, supplier, manager, contact, items)
    finding = things.finding(framework, supplier, manager, contact)
    meeting = things.meeting(framework, supplier, manager, contact)
    told = things.agency_report(framework, supplier, cast.agency if supplier == cast.nordvare else things.other_agency())
    questions.ask(request=asked, item=None, text="Hva mener dere?", actor=contact, **AT)
    more_time.ask(request=asked, wanted_on=TODAY.replace(month=6), reason="Ferie.", actor=contact, **AT)
    return {
        "frameworks": framework.pk,
        "organisations": supplier.pk,
        "suppliers": supplier.pk,
        "lots": factories.lot(framework, 9).pk,
        "options": Option.objects.create(framework=framework, number=1, months=12).pk,
        "participations": framework.participations.filter(supplier=supplier).earliest("id").pk,
        "clauses": factories.clause(framework, title="Ny").pk,
        "requirements": obligation.requirement_id,
        "obligations": obligation.pk,
        "judge": obligation.pk,
        "contacts": Contact.objects.get(organisation=supplier, person=contact.person).pk,
        "call-offs": CallOff.objects.create(framework=framework, supplier=supplier, reference="1", created_at=NOW).pk,
        "document-requests": asked.pk,
        "batches": asked.batch,
        "items": Item.objects.get(request=asked).pk,
        "questions": asked.questions.get().pk,
        "more-time": asked.time_requests.get().pk,
        "delivered": delivered.pk,
        "submissions": delivered.submissions.get().pk,
        "documents": document.pk,
        "attachments": things.attachment(asked).pk,
        "deadlines": asked.deadline_id,
        "formal-notices": things.notice_of_breach(framework, supplier, manager, contact, items).pk,
        "audits": audit.pk,
        "sheets": sheet.pk,
        "entries": SheetEntry.objects.get(sheet=sheet, outcome="conflict").pk,
        "photos": SheetPhoto.objects.get(sheet=sheet).pk,
        "sheet-photos": SheetPhoto.objects.get(sheet=sheet).pk,
        "question": ChecklistQuestion.objects.filter(version__sheets__sheet=sheet).earliest("number").pk,
        "report": AuditReport.objects.get(audit=audit).pk,
        "sites": site.pk,
        "sharings": (sharing := things.sharing(framework, supplier, audit, manager)).pk,
        "sharing-files": sharing.files.get().pk,
        "written-reports": (report := things.written_report(audit, manager)).pk,
        "section": report.sections.earliest("number", "id").pk,
        "file": report.files.get(form="pdf").pk,
        "form": "pdf",
        "audit-programmes": programmes.create(title=f"Plan {supplier.name}", year=2026, purpose="Lønn.", actor=manager, now=NOW).pk,
        "team": audit_teams.add(audit=audit, role="observer", name="Kari", actor=manager, now=NOW).pk,
        "costs": audit_records.add_cost(audit=audit, kind="work", hours=Decimal(2), spent_on=TODAY, actor=manager, **AT).pk,
        "sanctions": things.sanction(framework, supplier, manager).pk,
        "findings": finding.pk,
        "finding-files": finding.files.get().pk,
        "effects": finding_closing.record_effect(
            finding=finding, what="workers", amount=Decimal(4), method="Lister", actor=manager, **AT
        ).pk,
        "actions": CorrectiveAction.objects.get(plan__finding=finding).pk,
        "meetings": meeting.pk,
        "agreed": meeting.actions.get().pk,
        "meeting-files": things.meeting_file(meeting, manager).pk,
        "agency-reports": told.pk,
        "agency-report-files": told.files.get().pk,
        "renewals": things.renewal(framework, supplier, obligation).pk,
        "series": things.series(framework).pk,
        "task": things.task(asked).pk,
        "deliveries": Delivery.objects.filter(person=contact.person, deadline=asked.deadline).earliest("created_at").pk,
        "why": Delivery.objects.filter(person=contact.person, deadline=asked.deadline).earliest("created_at").pk,
        "stop": mail_choices.token(contact.person_id, ["documentation_accepted"]),
        "inbox": things.notice(contact, supplier, framework).pk,
        "history": History.objects.filter(object_id=asked.pk, is_internal=False).earliest("at", "id").pk,
        "people": Membership.objects.get(user=contact, organisation=supplier).pk,
        "invitations": invitation.pk,
        "invitation": accounts.link_text(invitation),
        "tokens": things.token(contact).pk,
        "calendar": calendar_feeds.make(user=contact, now=NOW),
        "away": Absence.objects.create(person=contact.person, starts_on=TODAY, ends_on=TODAY, created_at=NOW).pk,
    }


def _shared(cast: Cast) -> dict[str, Any]:
    """What belongs to nobody in particular."""
    template = RequestTemplate.objects.create(title="Mal", created_at=NOW)
    run = ImportRun.objects.create(started_by=cast.manager, file_name="a.json", storage_name="none", created_at=NOW)
    return {
        "request-templates": template.pk,
        "audit-schemes": AuditScheme.objects.get(code="smeta").pk,
        "checklists": Checklist.objects.get(code="wage-control").pk,
        "checklist-code": "wages-1",
        "document-kinds": factories.document_kind("walk-too").pk,
        "severities": Severity.objects.get(code="minor").pk,
        "quiet-periods": factories.quiet_period("Fellesferie", TODAY, TODAY).pk,
        "imports": run.pk,
        "sheet": "csv",
        "policies": "document_request",
        "webhooks": Webhook.objects.create(
            name="Arkiv", url="https://a.example/", events=["request.closed"], created_at=NOW, created_by=cast.admin
        ).pk,
        "code": "overdue",
        "received-results": (received := things.received(cast)).pk,
        "received-audits": ReceivedAudit.objects.get(file=received).pk,
        "trusted-keys": received.key_id,
        "audit-meeting": "opening",
        "change": "skip",
        "disputed": "title",
        "mail": "receipt",
        "language": "nb",
        "confirm-email": "made-up",
        "uidb36": "made-up",
        "key": "made-up",
    }
