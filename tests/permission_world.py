"""One thing of each kind that an address can name: the manager's and Nordvare's own, and a foreign one of the same kind.

`things` is keyed by the part of the address before the key, `/lots/<uuid:pk>/edit/` names one of `lots`; or else by the
name of the key.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.base import ContentFile

from accounts import services as accounts
from accounts.models import Absence, ApiToken, Contact, Invitation, Membership, Organisation, User
from accounts.permissions import Role
from contracts.models import CallOff, Framework, ImportRun, Obligation, Option
from core import files, ids
from core.clock import Clock
from core.models import History
from followup.models import (
    AgencyReport,
    Attachment,
    Audit,
    AuditReport,
    AuditScheme,
    AuditSheet,
    Checklist,
    ChecklistQuestion,
    ChecklistVersion,
    CorrectiveAction,
    Document,
    DocumentRequest,
    Finding,
    FormalNotice,
    Item,
    Meeting,
    MeetingFile,
    ReceivedAudit,
    ReceivedFile,
    Renewal,
    RequestTemplate,
    Sanction,
    Series,
    Severity,
    Sharing,
    SheetEntry,
    SheetPhoto,
    Site,
    WrittenReport,
)
from followup.results import keys
from followup.services import (
    action_plans,
    agency_reports,
    audit_outcomes,
    audit_records,
    audit_reporting,
    audit_teams,
    audits,
    contact_log,
    delivering,
    drafting,
    finding_closing,
    findings,
    formal_notices,
    hearings,
    meetings,
    minutes,
    more_time,
    programmes,
    questions,
    sanctions,
    sharing_consents,
    sharing_files,
    sharings,
    sheet_merging,
    sheet_photos,
    sheets,
    sites,
    trusted_keys,
)
from followup.services.action_plans import NewAction
from followup.services.answering import NewFile
from followup.services.meeting_actions import NewAction as Agreed
from followup.services.meetings import Guest
from notifications import calendar_feeds, deadlines, mail_choices, tasks_for_us
from notifications.models import Deadline, DeadlineKind, Delivery, Notice, Webhook
from tests import factories
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.shared_results import stories as shared_results

PICTURE = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
AT: Clock = {"now": NOW, "today": TODAY}


@dataclass(frozen=True)
class Pair:
    own: Any
    foreign: Any


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
    invitation = _invitation(supplier, manager)
    site = sites.add(supplier=supplier, name="Fabrikk", country="VN", actor=manager, now=NOW)
    audit = _audit(framework, supplier, manager, obligation, cast.audit_firm if supplier == cast.nordvare else None, site=site)
    sheet = _sheet(audit, manager)
    document, delivered = _delivered(framework, supplier, manager, contact, items)
    finding = _finding(framework, supplier, manager, contact)
    meeting = _meeting(framework, supplier, manager, contact)
    told = _report(framework, supplier, cast.agency if supplier == cast.nordvare else _other_agency())
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
        "attachments": _attachment(asked).pk,
        "deadlines": asked.deadline_id,
        "formal-notices": _notice_of_breach(framework, supplier, manager, contact, items).pk,
        "audits": audit.pk,
        "sheets": sheet.pk,
        "entries": SheetEntry.objects.get(sheet=sheet, outcome="conflict").pk,
        "photos": SheetPhoto.objects.get(sheet=sheet).pk,
        "sheet-photos": SheetPhoto.objects.get(sheet=sheet).pk,
        "question": ChecklistQuestion.objects.filter(version__sheets__sheet=sheet).earliest("number").pk,
        "report": AuditReport.objects.get(audit=audit).pk,
        "sites": site.pk,
        "sharings": (sharing := _sharing(framework, supplier, audit, manager)).pk,
        "sharing-files": sharing.files.get().pk,
        "written-reports": (report := _written_report(audit, manager)).pk,
        "section": report.sections.earliest("number", "id").pk,
        "file": report.files.get(form="pdf").pk,
        "form": "pdf",
        "audit-programmes": programmes.create(title=f"Plan {supplier.name}", year=2026, purpose="Lønn.", actor=manager, now=NOW).pk,
        "team": audit_teams.add(audit=audit, role="observer", name="Kari", actor=manager, now=NOW).pk,
        "costs": audit_records.add_cost(audit=audit, kind="work", hours=Decimal(2), spent_on=TODAY, actor=manager, **AT).pk,
        "sanctions": _sanction(framework, supplier, manager).pk,
        "findings": finding.pk,
        "finding-files": finding.files.get().pk,
        "effects": finding_closing.record_effect(
            finding=finding, what="workers", amount=Decimal(4), method="Lister", actor=manager, **AT
        ).pk,
        "actions": CorrectiveAction.objects.get(plan__finding=finding).pk,
        "meetings": meeting.pk,
        "agreed": meeting.actions.get().pk,
        "meeting-files": _meeting_file(meeting, manager).pk,
        "agency-reports": told.pk,
        "agency-report-files": told.files.get().pk,
        "renewals": _renewal(framework, supplier, obligation).pk,
        "series": _series(framework).pk,
        "task": _task(asked).pk,
        "deliveries": Delivery.objects.filter(person=contact.person, deadline=asked.deadline).earliest("created_at").pk,
        "why": Delivery.objects.filter(person=contact.person, deadline=asked.deadline).earliest("created_at").pk,
        "stop": mail_choices.token(contact.person_id, ["documentation_accepted"]),
        "inbox": _notice(contact, supplier, framework).pk,
        "history": History.objects.filter(object_id=asked.pk, is_internal=False).earliest("at", "id").pk,
        "people": Membership.objects.get(user=contact, organisation=supplier).pk,
        "invitations": invitation.pk,
        "invitation": accounts.link_text(invitation),
        "tokens": _token(contact).pk,
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
        "received-results": (received := _received(cast)).pk,
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


def _delivered(
    framework: Framework, supplier: Organisation, manager: User, contact: User, items: list[drafting.NewItem]
) -> tuple[Document, DocumentRequest]:
    request = factories.document_request(framework, supplier, manager, items=items)
    checked = files.inspect(ContentFile(b"Innhold", name="rapport.txt"))
    with files.kept([checked]) as kept:
        delivering.submit(request=request, files=[NewFile(file=kept[0])], actor=contact, **AT)
    return Document.objects.get(supplier=supplier), request


def _attachment(request: DocumentRequest) -> Attachment:
    checked = files.inspect(ContentFile(b"Skjema", name="skjema.txt"))
    with files.kept([checked]) as kept:
        return Attachment.objects.create(request=request, created_at=NOW, **kept[0].columns)


def _notice_of_breach(
    framework: Framework, supplier: Organisation, manager: User, contact: User, items: list[drafting.NewItem]
) -> FormalNotice:
    """Sent another way, so that the supplier sees it."""
    factories.role(framework, supplier, "representative", contact.person)
    request = factories.document_request(framework, supplier, manager, items=items, due_on=TODAY)
    late: Clock = {"now": NOW + timedelta(days=2), "today": TODAY + timedelta(days=2)}
    notice = formal_notices.start(request=request, actor=manager, **late)
    formal_notices.mark_sent(notice=notice, sent_on=late["today"], how="post", actor=manager, **late)
    return notice


def _audit(
    framework: Framework, supplier: Organisation, manager: User, obligation: Obligation, firm: Organisation | None, *, site: Site
) -> Audit:
    """Reported, so that the supplier sees it; one of them made by the audit firm."""
    audit = audits.plan(
        framework=framework,
        supplier=supplier,
        kind="wage_control",
        planned_on=TODAY,
        obligations=[obligation],
        auditor=firm,
        site=site,
        actor=manager,
        **AT,
    )
    with files.kept([files.inspect(ContentFile(f"Rapport {supplier.name}".encode(), name="rapport.txt"))]) as kept:
        audit_outcomes.log(audit=audit, result="improvements", files=kept, actor=manager, **AT)
    return audit


def _sheet(audit: Audit, manager: User) -> AuditSheet:
    """With a photo, and an answer that waits for a choice."""
    version = ChecklistVersion.objects.get(checklist__code="wage-control")
    sheet = sheets.begin(audit=audit, versions=[version], actor=manager, now=NOW)
    question = version.questions.earliest("number")
    said = [sheet_merging.NewEntry(ids.new(), question.pk, "answer", text, 0, f"device-{text}", NOW) for text in ("1", "2")]
    sheet_merging.merge(sheet=sheet, entries=said, actor=manager, now=NOW)
    with files.kept([files.inspect(ContentFile(PICTURE, name="bilde.gif"))]) as kept:
        sheet_photos.add(
            sheet=sheet, photo=ids.new(), question=question, file=kept[0], device="device-1", taken_at=NOW, actor=manager, now=NOW
        )
    return sheet


def _written_report(audit: Audit, manager: User) -> WrittenReport:
    """A draft that the supplier may comment on."""
    report = audit_reporting.begin(audit=audit, language="nb", actor=manager, **AT)
    texts = {section.pk: "Ord." for section in report.sections.all()}
    audit_reporting.edit(report=report, texts=texts, actor=manager, **AT)
    audit_reporting.send(report=report, actor=manager, **AT)
    return report


def _meeting(framework: Framework, supplier: Organisation, manager: User, contact: User) -> Meeting:
    """Held, with minutes to confirm and something that the supplier is to do."""
    it = meetings.plan(
        framework=framework,
        supplier=supplier,
        kind="status",
        starts_at=NOW,
        agenda="Lønn",
        participants=[Guest("supplier", contact.person)],
        actor=manager,
        **AT,
    )
    minutes.write(meeting=it, text="Referat", actions=[Agreed("supplier", "Rette.", TODAY)], actor=manager, **AT)
    minutes.send(meeting=it, actor=manager, **AT)
    return it


def _meeting_file(meeting: Meeting, manager: User) -> MeetingFile:
    with files.kept([files.inspect(ContentFile(b"Bevis", name="bevis.txt"))]) as kept:
        return MeetingFile.objects.create(action=meeting.actions.get(), uploaded_by=manager, created_at=NOW, **kept[0].columns)


def _other_agency() -> User:
    return factories.user("other@agency.example", (factories.organisation("Annen etat", "agency"), Role.AGENCY))


def _report(framework: Framework, supplier: Organisation, who: User) -> AgencyReport:
    with files.kept([files.inspect(ContentFile(b"Bilde", name="bilde.txt"))]) as kept:
        agency = Organisation.objects.get(pk=who.agency_ids[0])
        return agency_reports.report(
            agency=agency, framework=framework, supplier=supplier, text="Ikke betalt.", files=kept, actor=who, **AT
        )


def _sharing(framework: Framework, supplier: Organisation, audit: Audit, manager: User) -> Sharing:
    """By consent, which the supplier has given."""
    it = sharings.create(
        framework=framework,
        supplier=supplier,
        audits=[audit],
        body_name="Fylkesinnkjøp",
        body_scheme="NO-BRC",
        body_number="987654325",
        body_country="NO",
        purpose="Egen avtale.",
        basis="consent",
        starts_on=TODAY,
        ends_on=TODAY,
        actor=manager,
        now=NOW,
    )
    sharing_consents.register(sharing=it, consent_by="Nora", consent_on=TODAY, actor=manager, **AT)
    sharing_files.fetch(sharing=it, actor=manager, **AT)
    return it


def _received(cast: Cast) -> ReceivedFile:
    """From another body, with one audit and its report."""
    key = Ed25519PrivateKey.from_private_bytes(b"p" * 32)
    trusted_keys.accept(
        name=shared_results.ELSEWHERE[0],
        number=shared_results.ELSEWHERE[1],
        public_key=keys.written(keys.public(key)),
        how_known="Ringt.",
        actor=cast.admin,
        now=NOW,
    )
    audits_there = [shared_results.audit(report=shared_results.report())]
    return shared_results.read(cast, shared_results.sealed(cast, key=key, audits=audits_there))


def _sanction(framework: Framework, supplier: Organisation, manager: User) -> Sanction:
    """Heard by a letter that was sent another way, so that the supplier sees it."""
    clause = factories.clause(framework, title="Sanksjoner")
    called = {"kind": "call", "happened_on": TODAY, "text": "Ringt og purret.", "is_reminder": True}
    contact_log.write(framework=framework, supplier=supplier, actor=manager, **called, **AT)
    sanction = sanctions.propose(
        framework=framework, supplier=supplier, means="plan", clause=clause, facts=["Intet svar."], actor=manager, **AT
    )
    hearings.hear(sanction=sanction, how="post", sent_on=TODAY, actor=manager, **AT)
    return sanction


def _finding(framework: Framework, supplier: Organisation, manager: User, contact: User) -> Finding:
    """Told, with an accepted plan."""
    checked = files.inspect(ContentFile(b"Innhold", name="bilde.txt"))
    with files.kept([checked]) as kept:
        finding = findings.log(
            framework=framework,
            supplier=supplier,
            severity=Severity.objects.get(code="minor"),
            text="Timelister mangler.",
            files=kept,
            actor=manager,
            **AT,
        )
    findings.tell(finding=finding, actor=manager, **AT)
    action = NewAction("correction", "Sende timelister.", "Kari", TODAY + timedelta(days=9))
    action_plans.submit(finding=finding, root_cause="Ingen rutine.", actions=[action], actor=contact, **AT)
    action_plans.accept(finding=finding, actor=manager, **AT)
    return finding


def _task(request: DocumentRequest) -> Deadline:
    tasks_for_us.find_contact(request.deadline, "delivery_failed", **AT)
    return Deadline.objects.get(kind=DeadlineKind.FOLLOW_UP, about_id=request.pk)


def _notice(contact: User, supplier: Organisation, framework: Framework) -> Notice:
    return Notice.objects.create(
        person=contact.person, organisation=supplier, scope_id=framework.pk, kind="receipt", dedupe_key=f"walk:{contact.pk}", created_at=NOW
    )


def _invitation(supplier: Organisation, actor: User) -> Invitation:
    person = factories.person(f"ny@{supplier.pk}.example")
    return Invitation.objects.create(
        person=person,
        organisation=supplier,
        role="contributor",
        invited_by=actor,
        created_at=NOW,
        expires_at=NOW + accounts.INVITATION_LASTS,
    )


def _token(user: User) -> ApiToken:
    accounts.issue_token(user=user, name="walk", now=NOW)
    return ApiToken.objects.get(user=user)


def _renewal(framework: Framework, supplier: Organisation, obligation: Obligation) -> Renewal:
    """A check that runs out in a year."""
    until = TODAY.replace(year=TODAY.year + 1)
    deadline = deadlines.open_new(
        kind=DeadlineKind.RENEWAL,
        about_id=ids.new(),
        title="Kontroll",
        scope=framework.pk,
        organisation=supplier,
        turn="supplier",
        starts_on=TODAY,
        due_on=until,
        brief={},
        now=NOW,
    )
    row = Renewal.objects.create(
        id=deadline.about_id, framework=framework, supplier=supplier, valid_until=until, deadline=deadline, created_at=NOW
    )
    row.obligations.add(obligation)
    return row


def _series(framework: Framework) -> Series:
    return Series.objects.create(framework=framework, title="Hvert år", anchor_on=TODAY, interval=12, created_at=NOW)
