"""Which role may do which action: one matrix, asked by pages, API and state tables alike.

Which *rows* a person can see is another question; `visible_to` in each app answers it.
The table people read, `docs/roles.md`, is written from this one.
"""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The roles of a membership. Owner, manager and deputy count on the agreements they are named on."""

    ADMINISTRATOR = "administrator", _("administrator")
    SECTION_HEAD = "section_head", _("section head")
    OWNER = "owner", _("agreement owner")
    MANAGER = "manager", _("contract manager")
    DEPUTY = "deputy", _("deputy contract manager")
    SPECIALIST = "specialist", _("subject specialist")
    READER = "reader", _("reader")
    MAIN_CONTACT = "main_contact", _("main contact")
    CONTRIBUTOR = "contributor", _("contributor")
    AGENCY = "agency", _("agency")
    AUDITOR = "auditor", _("auditor")


class Action(StrEnum):
    """Everything that somebody may or may not do, NOUN_VERB."""

    FRAMEWORK_CREATE = "framework_create"
    FRAMEWORK_TAKE = "framework_take"
    FRAMEWORK_IMPORT = "framework_import"
    FRAMEWORK_EDIT = "framework_edit"
    REQUIREMENT_STIPULATE = "requirement_stipulate"
    OPTION_DECIDE = "option_decide"
    CONTACT_EDIT = "contact_edit"
    CONTACT_CONFIRM = "contact_confirm"
    CALL_OFF_EDIT = "call_off_edit"
    OBLIGATION_JUDGE = "obligation_judge"
    ORGANISATION_EDIT = "organisation_edit"

    DOCUMENT_REQUEST_EDIT = "document_request_edit"
    DOCUMENT_REQUEST_SEND = "document_request_send"
    DOCUMENT_REQUEST_WITHDRAW = "document_request_withdraw"
    DOCUMENT_REQUEST_CLOSE = "document_request_close"
    DOCUMENT_REQUEST_EXTEND = "document_request_extend"
    DOCUMENT_REQUEST_HOLD = "document_request_hold"
    DOCUMENT_REVIEW = "document_review"
    DOCUMENT_REGISTER = "document_register"
    DOCUMENT_UPLOAD = "document_upload"
    DOCUMENT_SUBMIT = "document_submit"
    DOCUMENT_RECALL = "document_recall"
    DOCUMENT_READ_RESTRICTED = "document_read_restricted"
    TIME_ASK = "time_ask"
    QUESTION_ASK = "question_ask"
    QUESTION_ANSWER = "question_answer"
    CONTACT_LOG_WRITE = "contact_log_write"
    TEMPLATE_EDIT = "template_edit"

    FORMAL_NOTICE_SEND = "formal_notice_send"
    FORMAL_NOTICE_DECIDE = "formal_notice_decide"
    FORMAL_REPLY_WRITE = "formal_reply_write"
    FORMAL_REPLY_SEND = "formal_reply_send"

    AUDIT_EDIT = "audit_edit"
    AUDIT_LOG = "audit_log"
    AUDIT_CLOSE = "audit_close"
    PROGRAMME_READ = "programme_read"
    PROGRAMME_EDIT = "programme_edit"
    SITE_EDIT = "site_edit"
    SITE_SUGGEST = "site_suggest"
    AUDIT_REPORT_WRITE = "audit_report_write"
    AUDIT_REPORT_COMMENT = "audit_report_comment"
    AUDIT_REPORT_COMMENT_SEND = "audit_report_comment_send"
    FINDING_LOG = "finding_log"
    FINDING_JUDGE = "finding_judge"
    FINDING_DISPUTE = "finding_dispute"
    FINDING_PLAN = "finding_plan"
    FINDING_UPLOAD = "finding_upload"
    FINDING_DELIVER = "finding_deliver"
    SEVERITY_EDIT = "severity_edit"
    CHECKLIST_EDIT = "checklist_edit"
    AUDIT_SCHEME_EDIT = "audit_scheme_edit"

    MEETING_EDIT = "meeting_edit"
    MEETING_ACT = "meeting_act"
    MINUTES_ANSWER = "minutes_answer"
    AGENCY_REPORT_WRITE = "agency_report_write"
    AGENCY_REPORT_HANDLE = "agency_report_handle"

    SHARING_EDIT = "sharing_edit"
    SHARING_ANSWER = "sharing_answer"
    RESULTS_READ = "results_read"
    RESULTS_RECEIVE = "results_receive"
    RESULTS_TRUST = "results_trust"

    SANCTION_PROPOSE = "sanction_propose"
    SANCTION_HANDLE = "sanction_handle"
    SANCTION_DECIDE = "sanction_decide"

    PEOPLE_INVITE = "people_invite"
    PEOPLE_MANAGE = "people_manage"
    POLICY_EDIT = "policy_edit"
    DELIVERY_READ = "delivery_read"
    DELIVERY_RESEND = "delivery_resend"
    DEADLINE_TAKE = "deadline_take"
    ABSENCE_MANAGE = "absence_manage"
    REPORT_READ = "report_read"


A = Action

_READ = frozenset({A.REPORT_READ, A.DELIVERY_READ, A.PROGRAMME_READ, A.RESULTS_READ})
_SPECIALIST = _READ | {
    A.DOCUMENT_REVIEW,
    A.OBLIGATION_JUDGE,
    A.DOCUMENT_READ_RESTRICTED,
    A.FINDING_LOG,
    A.AUDIT_REPORT_WRITE,
    A.SANCTION_PROPOSE,
    A.RESULTS_RECEIVE,
}
_MANAGER = _SPECIALIST | {
    A.FRAMEWORK_CREATE,
    A.FRAMEWORK_TAKE,
    A.FRAMEWORK_IMPORT,
    A.FRAMEWORK_EDIT,
    A.REQUIREMENT_STIPULATE,
    A.CONTACT_EDIT,
    A.CONTACT_CONFIRM,
    A.CALL_OFF_EDIT,
    A.ORGANISATION_EDIT,
    A.DOCUMENT_REQUEST_EDIT,
    A.DOCUMENT_REQUEST_SEND,
    A.DOCUMENT_REQUEST_WITHDRAW,
    A.DOCUMENT_REQUEST_CLOSE,
    A.DOCUMENT_REQUEST_EXTEND,
    A.DOCUMENT_REQUEST_HOLD,
    A.DOCUMENT_REGISTER,
    A.QUESTION_ANSWER,
    A.CONTACT_LOG_WRITE,
    A.TEMPLATE_EDIT,
    A.FORMAL_NOTICE_SEND,
    A.FORMAL_NOTICE_DECIDE,
    A.AUDIT_EDIT,
    A.AUDIT_LOG,
    A.AUDIT_CLOSE,
    A.PROGRAMME_EDIT,
    A.SITE_EDIT,
    A.FINDING_JUDGE,
    A.MEETING_EDIT,
    A.MEETING_ACT,
    A.AGENCY_REPORT_HANDLE,
    A.SHARING_EDIT,
    A.SANCTION_HANDLE,
    A.DELIVERY_RESEND,
    A.DEADLINE_TAKE,
}
_OWNER = _MANAGER | {A.OPTION_DECIDE, A.SANCTION_DECIDE}
_CONTRIBUTOR = frozenset({A.DOCUMENT_UPLOAD, A.FORMAL_REPLY_WRITE, A.FINDING_UPLOAD, A.SITE_SUGGEST, A.AUDIT_REPORT_COMMENT, A.MEETING_ACT})

MATRIX: dict[str, frozenset[Action]] = {
    Role.ADMINISTRATOR: _MANAGER
    | {
        A.PEOPLE_INVITE,
        A.PEOPLE_MANAGE,
        A.POLICY_EDIT,
        A.ABSENCE_MANAGE,
        A.SEVERITY_EDIT,
        A.CHECKLIST_EDIT,
        A.RESULTS_TRUST,
        A.AUDIT_SCHEME_EDIT,
    },
    Role.SECTION_HEAD: _OWNER | {A.ABSENCE_MANAGE},
    Role.OWNER: _OWNER,
    Role.MANAGER: _MANAGER,
    Role.DEPUTY: _MANAGER,
    Role.SPECIALIST: _SPECIALIST | {A.CHECKLIST_EDIT, A.AUDIT_SCHEME_EDIT},
    Role.READER: _READ,
    Role.MAIN_CONTACT: _CONTRIBUTOR
    | {
        A.DOCUMENT_SUBMIT,
        A.DOCUMENT_RECALL,
        A.TIME_ASK,
        A.QUESTION_ASK,
        A.FORMAL_REPLY_SEND,
        A.FINDING_DISPUTE,
        A.FINDING_PLAN,
        A.FINDING_DELIVER,
        A.AUDIT_REPORT_COMMENT_SEND,
        A.MINUTES_ANSWER,
        A.SHARING_ANSWER,
        A.PEOPLE_INVITE,
        A.CONTACT_CONFIRM,
    },
    Role.CONTRIBUTOR: _CONTRIBUTOR,
    Role.AGENCY: frozenset({A.REPORT_READ, A.AGENCY_REPORT_WRITE}),
    Role.AUDITOR: frozenset(),
}

STAFF_ROLES = (Role.ADMINISTRATOR, Role.SECTION_HEAD, Role.OWNER, Role.MANAGER, Role.DEPUTY, Role.SPECIALIST, Role.READER)
SUPPLIER_ROLES = (Role.MAIN_CONTACT, Role.CONTRIBUTOR)

NAMED_ON_AGREEMENT = frozenset({Role.OWNER, Role.MANAGER, Role.DEPUTY})
"""Roles that act only on the agreements where the person is named; elsewhere such a person reads."""

BEFORE_NAMED = frozenset({A.FRAMEWORK_TAKE})
"""What such a role may do to an agreement in order to be named on it."""

OF_REPRESENTATIVE = frozenset({A.FORMAL_REPLY_SEND, A.SHARING_ANSWER})
"""What a supplier's contractual representative may do on that agreement, whatever else the membership says: notices go there, and
whoever signs for the supplier may consent for it."""

ROLES_OF_KIND: dict[str, tuple[Role, ...]] = {
    "cpb": STAFF_ROLES,
    "supplier": SUPPLIER_ROLES,
    "agency": (Role.AGENCY,),
    "auditor": (Role.AUDITOR,),
}


_RANKS: tuple[frozenset[str], ...] = (
    frozenset({Role.DEPUTY, Role.MANAGER, Role.ADMINISTRATOR}),
    frozenset({Role.OWNER}),
    frozenset({Role.SECTION_HEAD}),
)
"""Who stands above whom where a rule says "this role or higher". An administrator stands where a manager does."""


def at_least(role: str) -> frozenset[str]:
    """The roles of our own at this height or above."""
    height = next((height for height, roles in enumerate(_RANKS) if role in roles), len(_RANKS) - 1)
    return frozenset().union(*_RANKS[height:])


def allows(role: str, action: str) -> bool:
    return action in MATRIX.get(role, frozenset())
