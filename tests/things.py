"""The things that tests/permission_world.py knows by their addresses, each brought by the services to where both sides see it."""

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.base import ContentFile

from accounts import services as accounts
from accounts.models import ApiToken, Invitation, Organisation, User
from accounts.permissions import Role
from contracts.models import Framework, Obligation
from core import files, ids
from core.clock import Clock
from followup.models import (
    AgencyReport,
    Attachment,
    Audit,
    AuditSheet,
    ChecklistVersion,
    Document,
    DocumentRequest,
    Finding,
    FormalNotice,
    Meeting,
    MeetingFile,
    ReceivedFile,
    Renewal,
    Sanction,
    Series,
    Severity,
    Sharing,
    Site,
    WrittenReport,
)
from followup.results import keys
from followup.services import (
    action_plans,
    agency_reports,
    audit_outcomes,
    audit_reporting,
    audits,
    contact_log,
    delivering,
    drafting,
    findings,
    formal_notices,
    hearings,
    meetings,
    minutes,
    sanctions,
    sharing_consents,
    sharing_files,
    sharings,
    sheet_merging,
    sheet_photos,
    sheets,
    trusted_keys,
)
from followup.services.action_plans import NewAction
from followup.services.answering import NewFile
from followup.services.meeting_actions import NewAction as Agreed
from followup.services.meetings import Guest
from notifications import deadlines, tasks_for_us
from notifications.models import Deadline, DeadlineKind, Notice
from tests import factories
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.shared_results import stories as shared_results

PICTURE = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
AT: Clock = {"now": NOW, "today": TODAY}


def delivered(
    framework: Framework, supplier: Organisation, manager: User, contact: User, items: list[drafting.NewItem]
) -> tuple[Document, DocumentRequest]:
    request = factories.document_request(framework, supplier, manager, items=items)
    checked = files.inspect(ContentFile(b"Innhold", name="rapport.txt"))
    with files.kept([checked]) as kept:
        delivering.submit(request=request, files=[NewFile(file=kept[0])], actor=contact, **AT)
    return Document.objects.get(supplier=supplier), request


def attachment(request: DocumentRequest) -> Attachment:
    checked = files.inspect(ContentFile(b"Skjema", name="skjema.txt"))
    with files.kept([checked]) as kept:
        return Attachment.objects.create(request=request, created_at=NOW, **kept[0].columns)


def notice_of_breach(
    framework: Framework, supplier: Organisation, manager: User, contact: User, items: list[drafting.NewItem]
) -> FormalNotice:
    """Sent another way, so that the supplier sees it."""
    factories.role(framework, supplier, "representative", contact.person)
    request = factories.document_request(framework, supplier, manager, items=items, due_on=TODAY)
    late: Clock = {"now": NOW + timedelta(days=2), "today": TODAY + timedelta(days=2)}
    notice = formal_notices.start(request=request, actor=manager, **late)
    formal_notices.mark_sent(notice=notice, sent_on=late["today"], how="post", actor=manager, **late)
    return notice


def audit(
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


def sheet(audit: Audit, manager: User) -> AuditSheet:
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


def written_report(audit: Audit, manager: User) -> WrittenReport:
    """A draft that the supplier may comment on."""
    report = audit_reporting.begin(audit=audit, language="nb", actor=manager, **AT)
    texts = {section.pk: "Ord." for section in report.sections.all()}
    audit_reporting.edit(report=report, texts=texts, actor=manager, **AT)
    audit_reporting.send(report=report, actor=manager, **AT)
    return report


def meeting(framework: Framework, supplier: Organisation, manager: User, contact: User) -> Meeting:
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


def meeting_file(meeting: Meeting, manager: User) -> MeetingFile:
    with files.kept([files.inspect(ContentFile(b"Bevis", name="bevis.txt"))]) as kept:
        return MeetingFile.objects.create(action=meeting.actions.get(), uploaded_by=manager, created_at=NOW, **kept[0].columns)


def other_agency() -> User:
    return factories.user("other@agency.example", (factories.organisation("Annen etat", "agency"), Role.AGENCY))


def agency_report(framework: Framework, supplier: Organisation, who: User) -> AgencyReport:
    with files.kept([files.inspect(ContentFile(b"Bilde", name="bilde.txt"))]) as kept:
        agency = Organisation.objects.get(pk=who.agency_ids[0])
        return agency_reports.report(
            agency=agency, framework=framework, supplier=supplier, text="Ikke betalt.", files=kept, actor=who, **AT
        )


def sharing(framework: Framework, supplier: Organisation, audit: Audit, manager: User) -> Sharing:
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


def received(cast: Cast) -> ReceivedFile:
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


def sanction(framework: Framework, supplier: Organisation, manager: User) -> Sanction:
    """Heard by a letter that was sent another way, so that the supplier sees it."""
    clause = factories.clause(framework, title="Sanksjoner")
    called = {"kind": "call", "happened_on": TODAY, "text": "Ringt og purret.", "is_reminder": True}
    contact_log.write(framework=framework, supplier=supplier, actor=manager, **called, **AT)
    sanction = sanctions.propose(
        framework=framework, supplier=supplier, means="plan", clause=clause, facts=["Intet svar."], actor=manager, **AT
    )
    hearings.hear(sanction=sanction, how="post", sent_on=TODAY, actor=manager, **AT)
    return sanction


def finding(framework: Framework, supplier: Organisation, manager: User, contact: User) -> Finding:
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


def task(request: DocumentRequest) -> Deadline:
    tasks_for_us.find_contact(request.deadline, "delivery_failed", **AT)
    return Deadline.objects.get(kind=DeadlineKind.FOLLOW_UP, about_id=request.pk)


def notice(contact: User, supplier: Organisation, framework: Framework) -> Notice:
    return Notice.objects.create(
        person=contact.person, organisation=supplier, scope_id=framework.pk, kind="receipt", dedupe_key=f"walk:{contact.pk}", created_at=NOW
    )


def invitation(supplier: Organisation, actor: User) -> Invitation:
    person = factories.person(f"ny@{supplier.pk}.example")
    return Invitation.objects.create(
        person=person,
        organisation=supplier,
        role="contributor",
        invited_by=actor,
        created_at=NOW,
        expires_at=NOW + accounts.INVITATION_LASTS,
    )


def token(user: User) -> ApiToken:
    accounts.issue_token(user=user, name="walk", now=NOW)
    return ApiToken.objects.get(user=user)


def renewal(framework: Framework, supplier: Organisation, obligation: Obligation) -> Renewal:
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


def series(framework: Framework) -> Series:
    return Series.objects.create(framework=framework, title="Hvert år", anchor_on=TODAY, interval=12, created_at=NOW)
