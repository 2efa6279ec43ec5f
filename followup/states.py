"""Which changes of state exist in the follow-up. Tables only; `core/states.py` reads them."""

from accounts.permissions import Action
from core.states import machine, transition
from followup.models import (
    AgencyReport,
    Audit,
    DocumentRequest,
    Finding,
    FormalNotice,
    Meeting,
    Programme,
    ReceivedFile,
    Sanction,
    Series,
    Sharing,
    Site,
    WrittenReport,
)
from followup.querysets import FINDING_WITH_SUPPLIER, UNDER_WAY, WITH_SUPPLIER

R = Series.Status
S = DocumentRequest.Status

DOCUMENT_REQUEST = machine(
    transition("edit", S.DRAFT, to=None, needs=Action.DOCUMENT_REQUEST_EDIT),
    transition("send", S.DRAFT, to=S.SENT, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("withdraw", S.DRAFT, *UNDER_WAY, to=S.WITHDRAWN, needs=Action.DOCUMENT_REQUEST_WITHDRAW),
    transition("close", *UNDER_WAY, to=S.CLOSED, needs=Action.DOCUMENT_REQUEST_CLOSE),
    transition("extend", S.DRAFT, *WITH_SUPPLIER, to=None, needs=Action.DOCUMENT_REQUEST_EXTEND),
    transition("hold", *WITH_SUPPLIER, to=None, needs=Action.DOCUMENT_REQUEST_HOLD),
    transition("save", *WITH_SUPPLIER, to=S.IN_PROGRESS, needs=Action.DOCUMENT_UPLOAD),
    transition("submit", *WITH_SUPPLIER, to=S.SUBMITTED, needs=Action.DOCUMENT_SUBMIT),
    transition("register", *WITH_SUPPLIER, to=S.SUBMITTED, needs=Action.DOCUMENT_REGISTER),
    transition("recall", S.SUBMITTED, to=S.IN_PROGRESS, needs=Action.DOCUMENT_RECALL),
    transition("judge", S.SUBMITTED, to=None, needs=Action.DOCUMENT_REVIEW),
    transition("accept", S.SUBMITTED, to=S.ACCEPTED, needs=Action.DOCUMENT_REVIEW),
    transition("return", S.SUBMITTED, to=S.RETURNED, needs=Action.DOCUMENT_REVIEW),
    transition("ask", *UNDER_WAY, to=None, needs=Action.QUESTION_ASK),
    transition("answer", *UNDER_WAY, S.ACCEPTED, S.CLOSED, S.WITHDRAWN, to=None, needs=Action.QUESTION_ANSWER),
    transition("ask_for_time", *WITH_SUPPLIER, to=None, needs=Action.TIME_ASK),
    transition("decide_time", *WITH_SUPPLIER, to=None, needs=Action.DOCUMENT_REQUEST_EXTEND),
)

N = FormalNotice.Status

FORMAL_NOTICE = machine(
    transition("edit", N.DRAFTED, to=None, needs=Action.FORMAL_NOTICE_SEND),
    transition("send", N.DRAFTED, to=N.SENT, needs=Action.FORMAL_NOTICE_SEND),
    transition("mark_sent", N.DRAFTED, N.SENT, to=N.SENT, needs=Action.FORMAL_NOTICE_SEND),
    transition("drop", N.DRAFTED, to=N.DROPPED, needs=Action.FORMAL_NOTICE_SEND),
    transition("save_reply", N.SENT, to=None, needs=Action.FORMAL_REPLY_WRITE),
    transition("reply", N.SENT, to=N.ANSWERED, needs=Action.FORMAL_REPLY_SEND),
    transition("decide", N.SENT, N.ANSWERED, to=N.CLOSED, needs=Action.FORMAL_NOTICE_DECIDE),
)

SERIES = machine(
    transition("edit", R.ACTIVE, R.PAUSED, to=None, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("move", R.ACTIVE, to=None, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("skip", R.ACTIVE, to=None, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("pause", R.ACTIVE, to=R.PAUSED, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("resume", R.PAUSED, to=R.ACTIVE, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("end", R.ACTIVE, R.PAUSED, to=R.ENDED, needs=Action.DOCUMENT_REQUEST_SEND),
)

U = Audit.Status

AUDIT = machine(
    transition("edit", U.PLANNED, U.ANNOUNCED, to=None, needs=Action.AUDIT_EDIT),
    transition("announce", U.PLANNED, to=U.ANNOUNCED, needs=Action.AUDIT_EDIT),
    transition("cancel", U.PLANNED, U.ANNOUNCED, U.PERFORMED, to=U.CANCELLED, needs=Action.AUDIT_EDIT),
    transition("perform", U.PLANNED, U.ANNOUNCED, U.PERFORMED, to=U.PERFORMED, needs=Action.AUDIT_LOG),
    transition("report", U.PLANNED, U.ANNOUNCED, U.PERFORMED, U.REPORTED, to=U.REPORTED, needs=Action.AUDIT_LOG),
    transition("take_report_away", U.REPORTED, U.CLOSED, to=None, needs=Action.AUDIT_LOG),
    transition("write_report", U.PERFORMED, U.REPORTED, to=None, needs=Action.AUDIT_REPORT_WRITE),
    transition("judge", U.REPORTED, to=None, needs=Action.OBLIGATION_JUDGE),
    transition("close", U.REPORTED, to=U.CLOSED, needs=Action.AUDIT_CLOSE),
    transition("team", U.PLANNED, U.ANNOUNCED, U.PERFORMED, U.REPORTED, to=None, needs=Action.AUDIT_EDIT),
    transition("meeting", U.PLANNED, U.ANNOUNCED, U.PERFORMED, U.REPORTED, to=None, needs=Action.AUDIT_LOG),
    transition("cost", *U, to=None, needs=Action.AUDIT_LOG),
)
"""Logged with a report an audit is reported, without one it is carried out. A later report stands beside the earlier. One that was
written down as carried out by mistake, and has no report, is called off."""

P = Programme.Status

PROGRAMME = machine(
    transition("edit", P.OPEN, to=None, needs=Action.PROGRAMME_EDIT),
    transition("close", P.OPEN, to=P.CLOSED, needs=Action.PROGRAMME_EDIT),
    transition("reopen", P.CLOSED, to=P.OPEN, needs=Action.PROGRAMME_EDIT),
)

L = Site.Status

SITE = machine(
    transition("edit", L.SUGGESTED, L.CONFIRMED, L.RETURNED, to=None, needs=Action.SITE_EDIT),
    transition("correct", L.SUGGESTED, L.CONFIRMED, L.RETURNED, to=L.SUGGESTED, needs=Action.SITE_SUGGEST),
    transition("confirm", L.SUGGESTED, L.RETURNED, to=L.CONFIRMED, needs=Action.SITE_EDIT),
    transition("send_back", L.SUGGESTED, to=L.RETURNED, needs=Action.SITE_EDIT),
    transition("retire", L.CONFIRMED, to=L.RETIRED, needs=Action.SITE_EDIT),
    transition("restore", L.RETIRED, to=L.CONFIRMED, needs=Action.SITE_EDIT),
    transition("take_back", L.SUGGESTED, L.RETURNED, to=None, needs=Action.SITE_SUGGEST),
    transition("remove", *L, to=None, needs=Action.SITE_EDIT),
)
"""What the supplier corrects is looked at again, also where it was confirmed."""

W = WrittenReport.Status

WRITTEN_REPORT = machine(
    transition("edit", W.DRAFT, W.COMMENTED, to=None, needs=Action.AUDIT_REPORT_WRITE),
    transition("send", W.DRAFT, to=W.SENT, needs=Action.AUDIT_LOG),
    transition("move_limit", W.SENT, to=None, needs=Action.AUDIT_LOG),
    transition("save_comment", W.SENT, to=None, needs=Action.AUDIT_REPORT_COMMENT),
    transition("send_comments", W.SENT, to=W.COMMENTED, needs=Action.AUDIT_REPORT_COMMENT_SEND),
    transition("end_comments", W.SENT, to=W.COMMENTED, needs=Action.AUDIT_LOG),
    transition("answer_comment", W.COMMENTED, to=None, needs=Action.AUDIT_REPORT_WRITE),
    transition("finish", W.DRAFT, W.COMMENTED, to=W.FINAL, needs=Action.AUDIT_LOG),
    transition("drop", W.DRAFT, to=W.DROPPED, needs=Action.AUDIT_LOG),
)
"""Only a correction is finished from a draft: of the first version the supplier is heard."""

F = Finding.Status

OWES_PLAN = (F.OPEN, F.PLAN_REQUESTED, F.REOPENED)
ALIVE = tuple(status for status in F if status != F.CLOSED)

FINDING = machine(
    transition("edit", *ALIVE, to=None, needs=Action.FINDING_LOG),
    transition("tell", F.OPEN, to=F.OPEN, needs=Action.FINDING_LOG),
    transition("acknowledge", *OWES_PLAN, to=None, needs=Action.FINDING_PLAN),
    transition("ask_for_plan", F.OPEN, F.REOPENED, to=F.PLAN_REQUESTED, needs=Action.FINDING_JUDGE),
    transition("dispute", F.OPEN, F.PLAN_REQUESTED, to=F.DISPUTED, needs=Action.FINDING_DISPUTE),
    transition("uphold", F.DISPUTED, to=F.OPEN, needs=Action.FINDING_JUDGE),
    transition("withdraw", *ALIVE, to=F.CLOSED, needs=Action.FINDING_JUDGE),
    transition("plan", *OWES_PLAN, to=F.PLAN_SUBMITTED, needs=Action.FINDING_PLAN),
    transition("accept_plan", F.PLAN_SUBMITTED, to=F.PLAN_ACCEPTED, needs=Action.FINDING_JUDGE),
    transition("return_plan", F.PLAN_SUBMITTED, to=F.PLAN_REQUESTED, needs=Action.FINDING_JUDGE),
    transition("act", F.PLAN_ACCEPTED, F.IN_PROGRESS, to=F.IN_PROGRESS, needs=Action.FINDING_UPLOAD),
    transition("finish_action", F.PLAN_ACCEPTED, F.IN_PROGRESS, to=F.IN_PROGRESS, needs=Action.FINDING_DELIVER),
    transition("upload", *FINDING_WITH_SUPPLIER, to=None, needs=Action.FINDING_UPLOAD),
    transition("evidence", *FINDING_WITH_SUPPLIER, to=F.EVIDENCE_SUBMITTED, needs=Action.FINDING_DELIVER),
    transition("return_evidence", F.EVIDENCE_SUBMITTED, to=F.IN_PROGRESS, needs=Action.FINDING_JUDGE),
    transition("close", *FINDING_WITH_SUPPLIER, F.EVIDENCE_SUBMITTED, to=F.CLOSED, needs=Action.FINDING_JUDGE),
    transition("meet", *F, to=None, needs=Action.FINDING_JUDGE),
    transition("hand_over", *F, to=None, needs=Action.FINDING_JUDGE),
    transition("record_effect", *F, to=None, needs=Action.FINDING_JUDGE),
    transition("strike_effect", *F, to=None, needs=Action.FINDING_JUDGE),
    transition("check_effect", F.CLOSED, to=None, needs=Action.FINDING_JUDGE),
    transition("reopen", F.CLOSED, to=F.REOPENED, needs=Action.FINDING_JUDGE),
)

C = Sanction.Status

SANCTION = machine(
    transition("edit", C.CONSIDERED, to=None, needs=Action.SANCTION_PROPOSE),
    transition("hear", C.CONSIDERED, C.HEARD, to=C.HEARD, needs=Action.SANCTION_HANDLE),
    transition("save_reply", C.HEARD, to=None, needs=Action.FORMAL_REPLY_WRITE),
    transition("reply", C.HEARD, to=C.ANSWERED, needs=Action.FORMAL_REPLY_SEND),
    transition("impose", C.HEARD, C.ANSWERED, to=C.DECIDED, needs=Action.SANCTION_DECIDE),
    transition("decline", C.HEARD, C.ANSWERED, to=C.NOT_IMPOSED, needs=Action.SANCTION_DECIDE),
    transition("notify", C.DECIDED, C.NOTIFIED, to=C.NOTIFIED, needs=Action.SANCTION_HANDLE),
    transition("notify_again", C.IN_FORCE, to=None, needs=Action.SANCTION_HANDLE),
    transition("enforce", C.NOTIFIED, to=C.IN_FORCE, needs=Action.SANCTION_HANDLE),
    transition("lift", C.IN_FORCE, to=C.LIFTED, needs=Action.SANCTION_DECIDE),
    transition("end", C.IN_FORCE, to=C.ENDED, needs=Action.SANCTION_DECIDE),
    transition("drop", C.CONSIDERED, C.HEARD, C.ANSWERED, to=C.DROPPED, needs=Action.SANCTION_HANDLE),
)
"""A letter that the mail brought back is sent another way from the state it left in, so `hear`, `notify` and `notify_again` stay there."""

M = Meeting.Status

MEETING = machine(
    transition("edit", M.PLANNED, M.INVITED, to=None, needs=Action.MEETING_EDIT),
    transition("invite", M.PLANNED, M.INVITED, to=M.INVITED, needs=Action.MEETING_EDIT),
    transition("cancel", M.PLANNED, M.INVITED, to=M.CANCELLED, needs=Action.MEETING_EDIT),
    transition("write_minutes", M.PLANNED, M.INVITED, M.HELD, to=M.HELD, needs=Action.MEETING_EDIT),
    transition("correct_minutes", M.OBJECTED, to=None, needs=Action.MEETING_EDIT),
    transition("send_minutes", M.HELD, M.OBJECTED, to=M.SENT, needs=Action.MEETING_EDIT),
    transition("confirm_minutes", M.SENT, to=M.CONFIRMED, needs=Action.MINUTES_ANSWER),
    transition("object_to_minutes", M.SENT, to=M.OBJECTED, needs=Action.MINUTES_ANSWER),
    transition("settle_minutes", M.SENT, M.OBJECTED, to=M.UNCONFIRMED, needs=Action.MEETING_EDIT),
    transition("finish_action", M.SENT, M.OBJECTED, M.CONFIRMED, M.UNCONFIRMED, to=None, needs=Action.MEETING_ACT),
)
"""Nothing is confirmed by silence: minutes that nobody answers are settled by a person of ours, who says why."""

A = AgencyReport.Status

AGENCY_REPORT = machine(
    transition("take_on", A.RECEIVED, A.TAKEN, to=A.TAKEN, needs=Action.AGENCY_REPORT_HANDLE),
    transition("answer_report", A.RECEIVED, A.TAKEN, to=A.TAKEN, needs=Action.AGENCY_REPORT_HANDLE),
    transition("become_finding", A.RECEIVED, A.TAKEN, to=A.FINDING, needs=Action.AGENCY_REPORT_HANDLE),
    transition("lead_to_audit", A.RECEIVED, A.TAKEN, to=A.AUDIT, needs=Action.AGENCY_REPORT_HANDLE),
    transition("audit_called_off", A.AUDIT, to=A.TAKEN, needs=Action.AUDIT_EDIT),
    transition("close_report", A.RECEIVED, A.TAKEN, to=A.CLOSED, needs=Action.AGENCY_REPORT_HANDLE),
    transition("add_to_report", *A, to=None, needs=Action.AGENCY_REPORT_WRITE),
)

H = Sharing.Status

SHARING = machine(
    transition("edit", H.DRAFT, to=None, needs=Action.SHARING_EDIT),
    transition("discard", H.DRAFT, to=None, needs=Action.SHARING_EDIT),
    transition("ask_consent", H.DRAFT, to=H.ASKED, needs=Action.SHARING_EDIT),
    transition("share", H.DRAFT, to=H.ACTIVE, needs=Action.SHARING_EDIT),
    transition("register_consent", H.DRAFT, H.ASKED, to=H.ACTIVE, needs=Action.SHARING_EDIT),
    transition("give_consent", H.ASKED, to=H.ACTIVE, needs=Action.SHARING_ANSWER),
    transition("refuse_consent", H.ASKED, to=H.REFUSED, needs=Action.SHARING_ANSWER),
    transition("take_back_consent", H.ACTIVE, to=H.ENDED, needs=Action.SHARING_ANSWER),
    transition("fetch", H.ACTIVE, H.ENDED, to=None, needs=Action.SHARING_EDIT),
    transition("end_sharing", H.ASKED, H.ACTIVE, to=H.ENDED, needs=Action.SHARING_EDIT),
)
"""`fetch` makes the file; of an ended sharing the one that takes back what earlier ones told. `share` is for a clause or a law. What
rests on consent is shared by the supplier's yes, here or on paper, and never by silence."""

B = ReceivedFile.Status

RECEIVED_FILE = machine(
    transition("choose_supplier", B.CHECKED, to=None, needs=Action.RESULTS_RECEIVE),
    transition("rely", B.CHECKED, B.IN_USE, to=B.IN_USE, needs=Action.AUDIT_LOG),
    transition("decline_audit", B.CHECKED, B.IN_USE, to=None, needs=Action.AUDIT_LOG),
    transition("look_through", B.CHECKED, to=B.IN_USE, needs=Action.RESULTS_RECEIVE),
    transition("set_aside", B.CHECKED, B.IN_USE, to=B.SET_ASIDE, needs=Action.RESULTS_RECEIVE),
    transition("take_up", B.SET_ASIDE, to=B.CHECKED, needs=Action.RESULTS_RECEIVE),
    transition("replace", B.CHECKED, B.IN_USE, B.SET_ASIDE, to=B.REPLACED, needs=Action.RESULTS_RECEIVE),
)
"""`look_through` is for a newer file about what we rely on already: somebody has seen what it says now. Where every audit of a file is
declined, it is put aside by that."""
