"""Everything we ever tell anybody. A kind is a name; its words are `templates/mail/<name>.html` and its subject."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LeadsTo = Literal["about", "scope", "deadline", "nothing"]

REQUEST = "followup:document-request"
RENEWAL = "followup:renewal"
BATCH = "followup:batch"
AGREEMENT = "contracts:framework"
NOTICE = "followup:formal-notice"
DRAFT_OF_NOTICE = "followup:formal-notice-draft"
AUDIT = "followup:audit"
AUDITS = "followup:audits"
SITE = "followup:site"
REPORT = "followup:written-report"
SANCTION = "followup:sanction"
FINDING = "followup:finding"
MEETING = "followup:meeting"
AGENCY_REPORT = "followup:agency-report"
SHARING = "followup:sharing"
TASK = "notifications:task"
DELIVERIES = "notifications:deliveries"
HEALTH = "notifications:health"
WEBHOOK = "notifications:webhook"


@dataclass(frozen=True)
class Kind:
    """`url_name` is the page that the button leads to, and `leads_to` says whose id that page takes.

    An immediate kind does not wait for daytime or for the day's mail. A secret one gets its link minted when it is
    sent, and the stored text has it cut out. Who does not want a kind that is not mandatory by mail may say so.
    A letter opens and signs by itself. What is critical, a formal step above all, stands first in a mail over many things.
    """

    name: str
    label: str | Promise
    url_name: str = REQUEST
    leads_to: LeadsTo = "about"
    is_immediate: bool = False
    is_secret: bool = False
    is_mandatory: bool = True
    is_letter: bool = False
    is_critical: bool = False


TO_SUPPLIERS = (
    Kind("documents_requested", _("Request for documentation")),
    Kind("reminder_unopened", _("Reminder: the request has not been opened")),
    Kind("reminder_before", _("Reminder before the date")),
    Kind("overdue_first", _("First reminder after the date")),
    Kind("overdue_second", _("Second reminder after the date")),
    Kind("documents_returned", _("Documentation must be supplemented")),
    Kind("receipt", _("Receipt for documentation"), is_immediate=True),
    Kind("request_withdrawn", _("Request withdrawn")),
    Kind("request_closed", _("Request closed")),
    Kind("date_changed", _("New date")),
    Kind("more_time_refused", _("More time was not granted")),
    Kind("question_answered", _("Answer to a question")),
    Kind("formal_notice", _("Formal notice of breach"), NOTICE, is_immediate=True, is_letter=True),
    Kind("formal_notice_copy", _("Formal notice of breach, copy"), NOTICE, is_immediate=True, is_letter=True),
    Kind("formal_reply_due", _("Reminder: reply to a formal notice"), NOTICE, is_critical=True),
    Kind("formal_reply_receipt", _("Receipt for a reply to a formal notice"), NOTICE, is_immediate=True),
    Kind("formal_notice_decided", _("What came of a formal notice"), NOTICE, is_critical=True),
    Kind("sanction_hearing", _("You may reply before a sanction is decided"), SANCTION, is_immediate=True, is_letter=True),
    Kind("sanction_hearing_copy", _("You may reply before a sanction is decided, copy"), SANCTION, is_immediate=True, is_letter=True),
    Kind("sanction_reply_due", _("Reminder: reply before a sanction is decided"), SANCTION, is_critical=True),
    Kind("sanction_reply_receipt", _("Receipt for a reply in a sanction case"), SANCTION, is_immediate=True),
    Kind("sanction_decision", _("Decision on a sanction"), SANCTION, is_immediate=True, is_letter=True),
    Kind("sanction_decision_copy", _("Decision on a sanction, copy"), SANCTION, is_immediate=True, is_letter=True),
    Kind("sanction_closed", _("What came of a sanction case"), SANCTION, is_critical=True),
    Kind("renewal_due", _("Documentation that runs out"), RENEWAL),
    Kind("audit_announced", _("Audit announced"), AUDIT),
    Kind("audit_cancelled", _("Audit called off"), AUDIT),
    Kind("audit_reported", _("Report of an audit"), AUDIT),
    Kind("site_returned", _("A production site must be corrected"), SITE),
    Kind("report_to_comment", _("Draft of an audit report: you may comment"), REPORT),
    Kind("report_comments_due", _("Reminder: comment on the draft of an audit report"), REPORT),
    Kind("report_comments_receipt", _("Receipt for comments on an audit report"), REPORT, is_immediate=True),
    Kind("finding_told", _("Finding"), FINDING),
    Kind("critical_told", _("Critical finding"), FINDING, is_immediate=True, is_critical=True),
    Kind("finding_due", _("Reminder about a finding before the date"), FINDING),
    Kind("finding_overdue", _("Reminder about a finding after the date"), FINDING),
    Kind("finding_returned", _("Answer about a finding must be supplemented"), FINDING),
    Kind("finding_decided", _("What we decided about a finding"), FINDING),
    Kind("evidence_receipt", _("Receipt for what shows that a finding is put right"), FINDING, is_immediate=True),
    Kind("finding_closed", _("Finding closed"), FINDING),
    Kind("finding_reopened", _("Finding opened again"), FINDING),
    Kind("meeting_invited", _("Invitation to a meeting"), MEETING, is_immediate=True),
    Kind("meeting_cancelled", _("Meeting called off"), MEETING, is_immediate=True),
    Kind("minutes_sent", _("Minutes to confirm"), MEETING),
    Kind("minutes_due", _("Reminder: minutes to confirm"), MEETING),
    Kind("minutes_overdue", _("Reminder about minutes after the date"), MEETING),
    Kind("meeting_action_due", _("Reminder about what was agreed in a meeting"), MEETING),
    Kind("meeting_action_overdue", _("Reminder about what was agreed in a meeting, after the date"), MEETING),
    Kind("sharing_asked", _("May we share results about you?"), SHARING),
    Kind("sharing_due", _("Reminder: may we share results about you?"), SHARING),
    Kind("sharing_overdue", _("Reminder after the date: may we share results about you?"), SHARING),
    Kind("sharing_begun", _("Results about you are shared"), SHARING),
    Kind("sharing_ended", _("Results about you are shared no more"), SHARING),
    Kind("sharing_unasked", _("We no longer ask to share results about you"), SHARING),
    Kind("sharing_over", _("The days of a sharing are over"), SHARING, is_mandatory=False),
    Kind("documentation_accepted", _("Accepted documentation"), is_mandatory=False),
)

TO_US = (
    Kind("review_waiting", _("Documentation to review"), is_mandatory=False),
    Kind("review_overdue", _("Review past its date")),
    Kind("question_waiting", _("Question from a supplier")),
    Kind("more_time_wanted", _("A supplier asks for more time")),
    Kind("formal_notice_due", _("Formal notice to approve and send"), DRAFT_OF_NOTICE, is_critical=True),
    Kind("reply_received", _("Reply to a formal notice: read it and decide"), NOTICE, is_critical=True),
    Kind("formal_reply_missing", _("No reply to a formal notice: decide what happens next"), NOTICE, is_critical=True),
    Kind("sanction_reply_received", _("Reply in a sanction case: read it"), SANCTION, is_critical=True),
    Kind("sanction_reply_missing", _("No reply in a sanction case: it can be decided"), SANCTION, is_critical=True),
    Kind("sanction_to_decide", _("A sanction case to decide"), SANCTION, is_critical=True),
    Kind("sanction_to_notify", _("A sanction is decided: send the letter"), SANCTION, is_critical=True),
    Kind("sanction_to_enforce", _("A sanction applies: put it into force"), SANCTION, is_critical=True),
    Kind("call_supplier", _("Call a supplier that does not answer")),
    Kind("escalation_to_owner", _("A supplier does not answer: for the agreement owner")),
    Kind("reminders_used", _("All reminders are used: decide what happens next"), TASK, "deadline"),
    Kind("task", _("Something to do"), TASK, "deadline"),
    Kind("no_contact", _("A supplier cannot be reached"), TASK, "deadline"),
    Kind("delivery_failed", _("Mail to a supplier could not be delivered"), TASK, "deadline"),
    Kind("renewal_due_ours", _("A supplier's documentation runs out"), RENEWAL),
    Kind("renewal_missed", _("Documentation has run out: decide what happens next"), TASK, "deadline"),
    Kind("renewal_drafted", _("A request for new documentation to look through and send")),
    Kind("audit_due", _("Audit that is coming"), AUDIT),
    Kind("audit_overdue", _("Audit past its day: write down what came of it"), AUDIT),
    Kind("site_suggested", _("A production site to confirm"), SITE, is_mandatory=False),
    Kind("report_due", _("Audit report to write"), AUDIT),
    Kind("report_overdue", _("Audit report past its date"), AUDIT),
    Kind("report_comments_missing", _("No comments on an audit report: finish it"), REPORT),
    Kind("report_to_finish", _("Audit report to finish"), REPORT),
    Kind("series_drafted", _("Requests that come back, to look through and send"), BATCH),
    Kind("critical_finding", _("Critical finding: for the agreement owner"), FINDING, is_immediate=True, is_critical=True),
    Kind("critical_untaken", _("Critical finding that nobody has taken"), FINDING, is_immediate=True, is_critical=True),
    Kind("finding_meeting", _("Meeting about a critical finding past its date"), FINDING, is_critical=True),
    Kind("finding_to_judge", _("Answer about a finding to judge"), FINDING),
    Kind("finding_silent", _("No answer about a finding: decide what happens next"), TASK, "deadline"),
    Kind("finding_escalation", _("A supplier does not answer about a finding: for the agreement owner"), FINDING),
    Kind("finding_effect", _("Check whether it helped"), FINDING),
    Kind("meeting_coming", _("Meeting that is coming"), MEETING),
    Kind("meeting_overdue", _("Meeting past its day: send the minutes"), MEETING),
    Kind("minutes_silent", _("Minutes are not confirmed: decide what happens next"), TASK, "deadline"),
    Kind("minutes_objected", _("Objection to minutes"), MEETING),
    Kind("meeting_action_silent", _("What a supplier agreed to do is not done: decide what happens next"), TASK, "deadline"),
    Kind("meeting_task_due", _("What we agreed to do"), MEETING),
    Kind("meeting_task_overdue", _("What we agreed to do, past its date"), MEETING),
    Kind("report_waiting", _("Report from an agency to answer"), AGENCY_REPORT),
    Kind("report_added", _("An agency adds to its report"), AGENCY_REPORT),
    Kind("sharing_answered", _("A supplier's answer about sharing results"), SHARING),
    Kind("sharing_ending", _("A sharing of results that is about to end"), SHARING, is_mandatory=False),
    Kind("sharing_silent", _("No answer about sharing results: decide what happens next"), SHARING),
    Kind("option_notice", _("Notice deadline of an option"), AGREEMENT, "scope"),
    Kind("agreement_expiry", _("End of an agreement"), AGREEMENT, "scope", is_mandatory=False),
    Kind("mail_held", _("Mail is held back"), DELIVERIES, "nothing", is_immediate=True),
    Kind("steps_set_aside", _("Reminders set aside after an error"), HEALTH, "nothing"),
    Kind("webhook_disabled", _("A webhook was switched off"), WEBHOOK),
)

TO_AGENCIES = (
    Kind("supplier_suspended", _("A supplier is suspended"), AGREEMENT, "scope"),
    Kind("suspension_lifted", _("A supplier is no longer suspended"), AGREEMENT, "scope"),
    Kind("supplier_sanctioned", _("A sanction that concerns your orders"), AGREEMENT, "scope"),
    Kind("sanction_over", _("A sanction that concerned your orders is over"), AGREEMENT, "scope"),
    Kind("report_received", _("We have your report"), AGENCY_REPORT, is_immediate=True),
    Kind("report_told", _("What came of a report"), AGENCY_REPORT),
)

TO_FIRMS = (
    Kind("audit_assigned", _("Audit to carry out for us"), AUDIT),
    Kind("audit_withdrawn", _("Audit that is not to be carried out"), AUDITS, "nothing"),
)

TO_ANYBODY = (
    Kind("invitation", _("Invitation"), "accounts:invitation", "nothing", is_immediate=True, is_secret=True),
    Kind("password_reset", _("New password"), "account_reset_password_from_key", "nothing", is_immediate=True, is_secret=True),
    Kind("password_changed", _("Password changed"), "account_reset_password", "nothing", is_immediate=True),
)

CATALOGUE: dict[str, Kind] = {kind.name: kind for kind in (*TO_SUPPLIERS, *TO_US, *TO_AGENCIES, *TO_FIRMS, *TO_ANYBODY)}

OPTIONAL = frozenset(kind.name for kind in CATALOGUE.values() if not kind.is_mandatory)
"""What a person may do without by mail, or get when it suits."""

ABOUT_ACCOUNT = frozenset(kind.name for kind in TO_ANYBODY)
"""Told to a person as such, whatever the person is to any organisation."""

CAN_BE_TAKEN = frozenset(
    {
        "review_overdue",
        "call_supplier",
        "escalation_to_owner",
        "reminders_used",
        "audit_overdue",
        "report_overdue",
        "critical_finding",
        "finding_escalation",
        "report_waiting",
    }
)
"""Escalations: their mails offer “I have this”."""

PAGE_OF_DEADLINE: dict[str, tuple[str, LeadsTo]] = {
    "document_request": (REQUEST, "about"),
    "document_review": (REQUEST, "about"),
    "question": (REQUEST, "about"),
    "time_request": (REQUEST, "about"),
    "formal_notice": (DRAFT_OF_NOTICE, "about"),
    "formal_reply": (NOTICE, "about"),
    "sanction_reply": (SANCTION, "about"),
    "follow_up": (TASK, "deadline"),
    "renewal": (RENEWAL, "about"),
    "audit": (AUDIT, "about"),
    "audit_report": (AUDIT, "about"),
    "report_comments": (REPORT, "about"),
    "report_answer": (REPORT, "about"),
    "finding_response": (FINDING, "about"),
    "finding_plan": (FINDING, "about"),
    "finding_correction": (FINDING, "about"),
    "corrective_action": (FINDING, "about"),
    "finding_judgement": (FINDING, "about"),
    "finding_meeting": (FINDING, "about"),
    "finding_effect": (FINDING, "about"),
    "meeting": (MEETING, "about"),
    "minutes": (MEETING, "about"),
    "minutes_objection": (MEETING, "about"),
    "meeting_action": (MEETING, "about"),
    "meeting_task": (MEETING, "about"),
    "agency_report": (AGENCY_REPORT, "about"),
    "sharing_consent": (SHARING, "about"),
    "option_notice": (AGREEMENT, "scope"),
    "agreement_expiry": (AGREEMENT, "scope"),
}


def get(name: str) -> Kind:
    return CATALOGUE[name]


def leading_to(url_name: str) -> dict[LeadsTo, list[str]]:
    """The names of the kinds whose page this is, by whose id the page takes."""
    found: dict[LeadsTo, list[str]] = {}
    for kind in CATALOGUE.values():
        if kind.url_name == url_name:
            found.setdefault(kind.leads_to, []).append(kind.name)
    return found


def told_by(step_kind: str, brief: dict[str, Any]) -> Kind:
    """The kind that a step of the ladder tells about a deadline with this brief.

    Asking anew is a return, and a task says itself what it is.
    """
    if step_kind == "documents_requested" and int(brief.get("round") or 1) > 1:
        return get("documents_returned")
    if step_kind == "task":
        return get(brief.get("task") or "task")
    return get(step_kind)


def page_id(leads_to: LeadsTo, *, about_id: UUID | None, scope_id: UUID | None, deadline_id: UUID | None) -> UUID | None:
    """The id that the page takes."""
    return {"about": about_id, "scope": scope_id, "deadline": deadline_id, "nothing": None}[leads_to]
