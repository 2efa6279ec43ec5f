"""One word and one colour for every state that a page shows. Colour only helps; the word says it.

What nobody has judged is neutral, never green.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Word(NamedTuple):
    label: str | Promise
    colour: str


NEUTRAL, INFO, WARNING, SUCCESS, DANGER = "neutral", "info", "warning", "success", "danger"

WORDS: dict[str, dict[str, Word]] = {
    "document_request": {
        "draft": Word(_("Draft"), NEUTRAL),
        "sent": Word(_("Sent"), INFO),
        "in_progress": Word(_("Started"), INFO),
        "submitted": Word(_("Delivered, to be reviewed"), INFO),
        "returned": Word(_("Must be supplemented"), WARNING),
        "accepted": Word(_("Accepted documentation"), SUCCESS),
        "closed": Word(_("Closed"), NEUTRAL),
        "withdrawn": Word(_("Withdrawn"), NEUTRAL),
    },
    "document_request_supplier": {
        "sent": Word(_("Not begun"), NEUTRAL),
        "in_progress": Word(_("Begun"), INFO),
        "submitted": Word(_("Delivered, we are looking at it"), INFO),
        "returned": Word(_("Must be supplemented"), WARNING),
        "accepted": Word(_("Accepted documentation"), SUCCESS),
        "closed": Word(_("Closed"), NEUTRAL),
        "withdrawn": Word(_("Withdrawn"), NEUTRAL),
    },
    "formal_notice": {
        "drafted": Word(_("Draft"), NEUTRAL),
        "sent": Word(_("Sent, may be answered"), WARNING),
        "answered": Word(_("Answered, to be decided"), INFO),
        "closed": Word(_("Decided"), NEUTRAL),
        "dropped": Word(_("Not sent"), NEUTRAL),
    },
    "formal_outcome": {
        "upheld": Word(_("The breach stands"), DANGER),
        "withdrawn": Word(_("Withdrawn"), NEUTRAL),
        "cured": Word(_("The breach has ended"), SUCCESS),
    },
    "sanction": {
        "considered": Word(_("Considered"), NEUTRAL),
        "heard": Word(_("The supplier may reply"), WARNING),
        "answered": Word(_("Answered, to be decided"), INFO),
        "decided": Word(_("Decided, not told yet"), INFO),
        "notified": Word(_("Decided and told"), INFO),
        "in_force": Word(pgettext_lazy("sanction", "In force"), DANGER),
        "lifted": Word(_("Lifted"), NEUTRAL),
        "ended": Word(_("Ended"), NEUTRAL),
        "not_imposed": Word(_("Not imposed"), NEUTRAL),
        "dropped": Word(_("Dropped"), NEUTRAL),
    },
    "sanction_supplier": {
        "heard": Word(_("You may reply"), WARNING),
        "answered": Word(_("Answered, we are considering it"), INFO),
        "notified": Word(_("Decided"), WARNING),
        "in_force": Word(pgettext_lazy("sanction", "In force"), DANGER),
        "lifted": Word(_("Lifted"), NEUTRAL),
        "ended": Word(_("Ended"), NEUTRAL),
        "not_imposed": Word(_("Not imposed"), NEUTRAL),
        "dropped": Word(_("Dropped"), NEUTRAL),
    },
    "close_reason": {
        "not_answered": Word(_("Not answered"), DANGER),
        "not_reached": Word(_("Nothing has reached the supplier"), WARNING),
        "not_documented": Word(_("Not documented"), DANGER),
        "superseded": Word(_("Replaced by another request"), NEUTRAL),
    },
    "item": {
        "open": Word(_("Not delivered yet"), NEUTRAL),
        "delivered": Word(_("Delivered"), INFO),
        "not_applicable": Word(_("Said not to be relevant"), INFO),
        "accepted": Word(_("Accepted documentation"), SUCCESS),
        "returned": Word(_("Must be supplemented"), WARNING),
    },
    "framework": {
        "planned": Word(_("Planned"), NEUTRAL),
        "signed": Word(_("Signed"), INFO),
        "onboarding": Word(_("Starting up"), INFO),
        "active": Word(_("In force"), SUCCESS),
        "extended": Word(_("Extended"), SUCCESS),
        "expiring": Word(_("Ends soon"), WARNING),
        "ended": Word(_("Ended"), NEUTRAL),
        "terminated": Word(_("Terminated"), DANGER),
        "evaluated": Word(_("Evaluated"), NEUTRAL),
    },
    "declared": {
        "unknown": Word(_("Not stated"), NEUTRAL),
        "yes": Word(_("Stated: yes"), INFO),
        "partly": Word(_("Stated: partly"), INFO),
        "no": Word(_("Stated: no"), WARNING),
        "not_applicable": Word(_("Stated: not relevant"), NEUTRAL),
    },
    "verified": {
        "unknown": Word(_("Not assessed"), NEUTRAL),
        "met": Word(_("Met"), SUCCESS),
        "partly_met": Word(_("Partly met"), WARNING),
        "not_met": Word(_("Not met"), DANGER),
        "not_documented": Word(_("Not sufficiently documented"), DANGER),
        "not_applicable": Word(_("Not relevant"), NEUTRAL),
        "waived": Word(_("Waived"), NEUTRAL),
        "expired": Word(_("Expired"), WARNING),
        "to_judge": Word(_("To be judged anew"), WARNING),
    },
    "audit": {
        "planned": Word(_("Planned"), NEUTRAL),
        "announced": Word(_("Announced"), INFO),
        "performed": Word(_("Held, the report is to come"), INFO),
        "reported": Word(_("Reported"), INFO),
        "closed": Word(_("Closed"), NEUTRAL),
        "cancelled": Word(_("Cancelled"), NEUTRAL),
    },
    "audit_supplier": {
        "announced": Word(_("Coming"), WARNING),
        "performed": Word(_("Held, the report is to come"), INFO),
        "reported": Word(_("Reported"), INFO),
        "closed": Word(_("Closed"), NEUTRAL),
        "cancelled": Word(_("Called off"), NEUTRAL),
    },
    "site": {
        "suggested": Word(_("Suggested, to be confirmed"), INFO),
        "confirmed": Word(pgettext_lazy("production site", "Confirmed"), SUCCESS),
        "returned": Word(_("Sent back to the supplier"), WARNING),
        "retired": Word(_("No longer in use"), NEUTRAL),
    },
    "site_supplier": {
        "suggested": Word(_("Sent in, we are looking at it"), INFO),
        "confirmed": Word(pgettext_lazy("production site", "Confirmed"), SUCCESS),
        "returned": Word(_("Must be corrected"), WARNING),
        "retired": Word(_("No longer in use"), NEUTRAL),
    },
    "programme": {
        "open": Word(pgettext_lazy("audit programme", "Open"), INFO),
        "closed": Word(_("Closed"), NEUTRAL),
    },
    "audit_kind": {
        "document_review": Word(_("Document review"), NEUTRAL),
        "wage_control": Word(_("Control of wages and working conditions"), NEUTRAL),
        "office_visit": Word(_("Visit to the office"), NEUTRAL),
        "supplier_audit": Word(_("Audit at a production site"), NEUTRAL),
        "follow_up": Word(_("Follow-up audit"), NEUTRAL),
        "joint": Word(_("Joint audit with others"), NEUTRAL),
        "reused": Word(_("Audit made by others"), NEUTRAL),
    },
    "audit_result": {
        "nothing_found": Word(_("Nothing to remark"), SUCCESS),
        "improvements": Word(_("Points for improvement, no breach"), WARNING),
        "breaches": Word(_("Breaches"), DANGER),
        "serious_breaches": Word(_("Serious breaches"), DANGER),
        "access_refused": Word(_("Access was refused"), DANGER),
    },
    "written_report": {
        "draft": Word(_("Draft"), NEUTRAL),
        "sent": Word(_("The supplier may comment"), WARNING),
        "commented": Word(_("Comments to answer"), INFO),
        "final": Word(_("Final"), SUCCESS),
        "dropped": Word(_("Dropped"), NEUTRAL),
    },
    "written_report_supplier": {
        "draft": Word(_("Draft"), NEUTRAL),
        "sent": Word(_("You may comment"), WARNING),
        "commented": Word(_("We are finishing it"), INFO),
        "final": Word(_("Final"), SUCCESS),
    },
    "meeting": {
        "planned": Word(_("Planned"), NEUTRAL),
        "invited": Word(_("Invited to"), INFO),
        "held": Word(_("Held, minutes to be sent"), WARNING),
        "sent": Word(_("Minutes sent, to be confirmed"), INFO),
        "objected": Word(_("Minutes objected to"), DANGER),
        "confirmed": Word(_("Minutes confirmed by both sides"), SUCCESS),
        "unconfirmed": Word(_("Ended without confirmation"), NEUTRAL),
        "cancelled": Word(_("Called off"), NEUTRAL),
    },
    "meeting_supplier": {
        "invited": Word(_("Coming"), WARNING),
        "held": Word(_("Held, minutes to come"), INFO),
        "sent": Word(_("Minutes to read and confirm"), WARNING),
        "objected": Word(_("You objected, we are looking at it"), INFO),
        "confirmed": Word(_("Minutes confirmed by both sides"), SUCCESS),
        "unconfirmed": Word(_("Ended without confirmation"), NEUTRAL),
        "cancelled": Word(_("Called off"), NEUTRAL),
    },
    "meeting_kind": {
        "kick_off": Word(_("Kick-off meeting"), NEUTRAL),
        "status": Word(_("Status meeting"), NEUTRAL),
        "leaders": Word(_("Meeting of leaders"), NEUTRAL),
    },
    "agency_report": {
        "received": Word(_("New"), WARNING),
        "taken": Word(_("Taken on"), INFO),
        "finding": Word(_("Became a finding"), INFO),
        "audit": Word(_("Led to an audit"), INFO),
        "closed": Word(_("Closed"), NEUTRAL),
    },
    "agency_report_agency": {
        "received": Word(_("Received, waits for an answer"), INFO),
        "taken": Word(_("Taken on"), INFO),
        "finding": Word(_("Followed up at the supplier"), SUCCESS),
        "audit": Word(_("Being looked into at the supplier"), SUCCESS),
        "closed": Word(_("Closed"), NEUTRAL),
    },
    "finding": {
        "open": Word(pgettext_lazy("finding", "Open"), WARNING),
        "disputed": Word(_("Disputed, to be decided"), INFO),
        "plan_requested": Word(_("Action plan asked for"), WARNING),
        "plan_submitted": Word(_("Action plan to judge"), INFO),
        "plan_accepted": Word(_("Action plan accepted"), INFO),
        "in_progress": Word(_("Being put right"), INFO),
        "evidence_submitted": Word(_("Evidence to judge"), INFO),
        "closed": Word(_("Closed"), NEUTRAL),
        "reopened": Word(_("Opened again"), DANGER),
    },
    "finding_supplier": {
        "open": Word(_("To answer"), WARNING),
        "disputed": Word(_("Disputed, we are looking at it"), INFO),
        "plan_requested": Word(_("Needs an action plan"), WARNING),
        "plan_submitted": Word(_("Plan sent, we are looking at it"), INFO),
        "plan_accepted": Word(_("Plan accepted, to be carried out"), WARNING),
        "in_progress": Word(_("To be put right"), WARNING),
        "evidence_submitted": Word(_("Delivered, we are looking at it"), INFO),
        "closed": Word(_("Closed"), NEUTRAL),
        "reopened": Word(_("Opened again"), DANGER),
    },
    "finding_outcome": {
        "put_right": Word(_("Put right"), SUCCESS),
        "withdrawn": Word(_("Withdrawn"), NEUTRAL),
        "noted": Word(_("Noted"), NEUTRAL),
    },
    "finding_method": {
        "self_declared": Word(_("The supplier says so"), WARNING),
        "document": Word(_("Documents checked"), INFO),
        "remote": Word(_("Seen from afar"), INFO),
        "on_site": Word(_("Seen on site"), INFO),
        "workers": Word(_("Workers heard"), INFO),
    },
    "severity": {
        "critical": Word(_("Critical"), DANGER),
        "major": Word(_("Serious"), DANGER),
        "minor": Word(_("Minor"), WARNING),
        "observation": Word(_("Point for improvement"), NEUTRAL),
        "good_practice": Word(_("Good practice"), SUCCESS),
    },
    "plan_verdict": {
        "": Word(_("To be judged"), INFO),
        "accepted": Word(_("Accepted"), SUCCESS),
        "returned": Word(_("Sent back"), WARNING),
    },
    "delivery": {
        "pending": Word(_("Waiting to be sent"), NEUTRAL),
        "held": Word(_("Held back"), WARNING),
        "sending": Word(_("Being sent"), INFO),
        "retry": Word(_("Will be tried again"), WARNING),
        "uncertain": Word(_("Outcome unknown"), WARNING),
        "sent": Word(pgettext_lazy("mail", "Sent"), SUCCESS),
        "failed": Word(_("Could not be delivered"), DANGER),
        "cancelled": Word(_("Cancelled"), NEUTRAL),
    },
    "mail_event": {
        "delivered": Word(_("Delivered to the mailbox"), SUCCESS),
        "deferred": Word(_("Delayed on its way"), WARNING),
        "bounced": Word(_("Came back: the address does not work"), DANGER),
        "refused": Word(_("Came back: the receiver's server refused it"), DANGER),
        "passed_on": Word(_("Came back from an address that it was passed on to"), WARNING),
        "auto_reply": Word(_("Answered by a machine"), NEUTRAL),
        "complained": Word(_("Reported as unwanted by the receiver"), WARNING),
    },
    "series": {
        "active": Word(_("Runs"), INFO),
        "paused": Word(_("Rests"), WARNING),
        "ended": Word(_("Ended"), NEUTRAL),
    },
    "occurrence": {
        "planned": Word(_("Planned"), NEUTRAL),
        "created": Word(_("Asked for"), INFO),
        "skipped": Word(_("Left out"), NEUTRAL),
    },
    "step": {
        "planned": Word(_("Will be sent"), NEUTRAL),
        "done": Word(pgettext_lazy("mail", "Sent"), SUCCESS),
        "superseded": Word(_("Replaced by a later message"), NEUTRAL),
        "cancelled": Word(_("Cancelled"), NEUTRAL),
        "unreached": Word(_("Reached nobody"), DANGER),
        "failed": Word(_("Set aside after an error"), DANGER),
    },
    "webhook_call": {
        "pending": Word(_("Waiting to be sent"), NEUTRAL),
        "retry": Word(_("Will be tried again"), WARNING),
        "sent": Word(_("Taken"), SUCCESS),
        "failed": Word(_("Could not be delivered"), DANGER),
    },
    "scan": {
        "not_scanned": Word(_("Not scanned for viruses"), NEUTRAL),
        "waiting": Word(_("Waiting for the virus scan"), INFO),
        "clean": Word(_("Scanned, nothing found"), SUCCESS),
        "infected": Word(_("Infected, locked"), DANGER),
    },
    "import": {
        "created": Word(_("New"), SUCCESS),
        "updated": Word(_("Changed"), INFO),
        "unchanged": Word(_("Unchanged"), NEUTRAL),
        "skipped": Word(_("Skipped"), NEUTRAL),
        "rejected": Word(_("Cannot be read"), DANGER),
    },
}


def word(kind: str, code: str) -> Word:
    """An unknown code is shown as it is: a page must not fail over a word."""
    return WORDS.get(kind, {}).get(code, Word(code, NEUTRAL))
