"""Which changes of state exist in the follow-up. Tables only; `core/states.py` reads them."""

from accounts.permissions import Action
from core.states import machine, transition
from followup.models import DocumentRequest, FormalNotice, Series

R = Series.Status
S = DocumentRequest.Status

WITH_SUPPLIER = (S.SENT, S.IN_PROGRESS, S.RETURNED)
OPEN = (*WITH_SUPPLIER, S.SUBMITTED)

DOCUMENT_REQUEST = machine(
    transition("edit", S.DRAFT, to=None, needs=Action.DOCUMENT_REQUEST_EDIT),
    transition("send", S.DRAFT, to=S.SENT, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("withdraw", S.DRAFT, *OPEN, to=S.WITHDRAWN, needs=Action.DOCUMENT_REQUEST_WITHDRAW),
    transition("close", *OPEN, to=S.CLOSED, needs=Action.DOCUMENT_REQUEST_CLOSE),
    transition("extend", S.DRAFT, *WITH_SUPPLIER, to=None, needs=Action.DOCUMENT_REQUEST_EXTEND),
    transition("hold", *WITH_SUPPLIER, to=None, needs=Action.DOCUMENT_REQUEST_HOLD),
    transition("save", *WITH_SUPPLIER, to=S.IN_PROGRESS, needs=Action.DOCUMENT_UPLOAD),
    transition("submit", *WITH_SUPPLIER, to=S.SUBMITTED, needs=Action.DOCUMENT_SUBMIT),
    transition("register", *WITH_SUPPLIER, to=S.SUBMITTED, needs=Action.DOCUMENT_REGISTER),
    transition("recall", S.SUBMITTED, to=S.IN_PROGRESS, needs=Action.DOCUMENT_RECALL),
    transition("judge", S.SUBMITTED, to=None, needs=Action.DOCUMENT_REVIEW),
    transition("accept", S.SUBMITTED, to=S.ACCEPTED, needs=Action.DOCUMENT_REVIEW),
    transition("return", S.SUBMITTED, to=S.RETURNED, needs=Action.DOCUMENT_REVIEW),
    transition("ask", *OPEN, to=None, needs=Action.QUESTION_ASK),
    transition("answer", *OPEN, S.ACCEPTED, S.CLOSED, S.WITHDRAWN, to=None, needs=Action.QUESTION_ANSWER),
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
    transition("start", R.ACTIVE, to=None, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("edit", R.ACTIVE, R.PAUSED, to=None, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("move", R.ACTIVE, to=None, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("skip", R.ACTIVE, to=None, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("pause", R.ACTIVE, to=R.PAUSED, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("resume", R.PAUSED, to=R.ACTIVE, needs=Action.DOCUMENT_REQUEST_SEND),
    transition("end", R.ACTIVE, R.PAUSED, to=R.ENDED, needs=Action.DOCUMENT_REQUEST_SEND),
)
