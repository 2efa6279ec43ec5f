from followup.models.agency_reports import AgencyReport, AgencyReportFile, ReportMessage
from followup.models.audit_parts import AuditCost, AuditMeeting, TeamMember
from followup.models.audit_reports import ReportClock, ReportComment, ReportFile, ReportSection, WrittenReport
from followup.models.audits import Audit, AuditReport
from followup.models.checklists import Checklist, ChecklistQuestion, ChecklistVersion
from followup.models.contact_log import ContactEntry
from followup.models.document_requests import (
    Attachment,
    DocumentRequest,
    Evidence,
    Item,
    Question,
    RequestTemplate,
    Round,
    Submission,
    TemplateItem,
    TimeRequest,
)
from followup.models.documents import Document, DocumentKind
from followup.models.findings import (
    ActionPlan,
    CorrectiveAction,
    Finding,
    FindingClock,
    FindingEffect,
    FindingEvidence,
    FindingFile,
)
from followup.models.formal_notices import FormalNotice, FormalReply, NoticeLetter
from followup.models.meetings import Meeting, MeetingAction, MeetingFile, MeetingMinutes, MeetingParticipant
from followup.models.programmes import Programme
from followup.models.received_results import ReceivedAudit, ReceivedFile, TrustedKey
from followup.models.renewals import Renewal
from followup.models.sanctions import FineTerms, Sanction, SanctionLetter, SanctionReply
from followup.models.schemes import AuditScheme
from followup.models.series import Occurrence, Series
from followup.models.severities import Severity
from followup.models.sharings import Sharing, SharingFile, SigningKey
from followup.models.sheets import AuditSheet, Part, PhotoPiece, SheetAnswer, SheetChecklist, SheetEntry, SheetPhoto
from followup.models.sites import Site

__all__ = [
    "ActionPlan",
    "AgencyReport",
    "AgencyReportFile",
    "Attachment",
    "Audit",
    "AuditCost",
    "AuditMeeting",
    "AuditReport",
    "AuditScheme",
    "AuditSheet",
    "Checklist",
    "ChecklistQuestion",
    "ChecklistVersion",
    "ContactEntry",
    "CorrectiveAction",
    "Document",
    "DocumentKind",
    "DocumentRequest",
    "Evidence",
    "Finding",
    "FindingClock",
    "FindingEffect",
    "FindingEvidence",
    "FindingFile",
    "FineTerms",
    "FormalNotice",
    "FormalReply",
    "Item",
    "Meeting",
    "MeetingAction",
    "MeetingFile",
    "MeetingMinutes",
    "MeetingParticipant",
    "NoticeLetter",
    "Occurrence",
    "Part",
    "PhotoPiece",
    "Programme",
    "Question",
    "ReceivedAudit",
    "ReceivedFile",
    "Renewal",
    "ReportClock",
    "ReportComment",
    "ReportFile",
    "ReportMessage",
    "ReportSection",
    "RequestTemplate",
    "Round",
    "Sanction",
    "SanctionLetter",
    "SanctionReply",
    "Series",
    "Severity",
    "Sharing",
    "SharingFile",
    "SheetAnswer",
    "SheetChecklist",
    "SheetEntry",
    "SheetPhoto",
    "SigningKey",
    "Site",
    "Submission",
    "TeamMember",
    "TemplateItem",
    "TimeRequest",
    "TrustedKey",
    "WrittenReport",
]
