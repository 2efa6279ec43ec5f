from django.urls import path

from followup.views import (
    answering,
    audit_outcomes,
    audit_planning,
    audits,
    batches,
    bulk,
    contact_log,
    documents,
    drafts,
    formal_notices,
    formal_replies,
    kinds,
    letters,
    lists,
    managing,
    renewals,
    request_page,
    reviewing,
    series,
    templates,
)

app_name = "followup"

REQUEST = "document-requests/<uuid:pk>/"
AUDIT = "audits/<uuid:pk>/"
NOTICE = "formal-notices/<uuid:pk>/"

urlpatterns = [
    # What runs out
    path("renewals/<uuid:pk>/", renewals.renewal, name="renewal"),
    path("renewals/<uuid:pk>/ask/", renewals.ask, name="renewal-ask"),
    path("renewals/<uuid:pk>/begin/", renewals.begin, name="renewal-begin"),
    # What comes back
    path("series/", series.listed, name="series-list"),
    path("series/new/", series.new, name="series-new"),
    path("series/<uuid:pk>/", series.one, name="series"),
    path("series/<uuid:pk>/edit/", series.edit, name="series-edit"),
    path("series/<uuid:pk>/<str:change>/", series.change, name="series-change"),
    # Lists
    path("document-requests/", lists.document_requests, name="document-requests"),
    path("document-requests/", lists.document_requests, name="wanted"),
    path("document-requests/delivered/", lists.delivered, name="delivered"),
    path("document-requests/bulk/", bulk.document_requests, name="document-requests-bulk"),
    path("document-requests/sheet/<str:kind>/", lists.sheet, name="document-requests-sheet"),
    # Asking
    path("document-requests/new/", drafts.new, name="document-request-new"),
    path("document-requests/batches/<uuid:batch>/", batches.batch, name="batch"),
    path("document-requests/batches/<uuid:batch>/edit/", drafts.edit_batch, name="batch-edit"),
    path("document-requests/batches/<uuid:batch>/attachments/<uuid:attachment>/remove/", batches.detach, name="batch-detach"),
    # One request, both sides
    path(REQUEST, request_page.document_request, name="document-request"),
    # Managing it
    path(f"{REQUEST}extend/", managing.extend, name="document-request-extend"),
    path(f"{REQUEST}hold/", managing.hold, name="document-request-hold"),
    path(f"{REQUEST}withdraw/", managing.withdraw, name="document-request-withdraw"),
    path(f"{REQUEST}close/", managing.close, name="document-request-close"),
    path(f"{REQUEST}register/", managing.register, name="document-request-register"),
    path(f"{REQUEST}contact-log/", contact_log.write_on_request, name="document-request-contact-log"),
    path(f"{REQUEST}questions/<uuid:question>/answer/", managing.answer, name="question-answer"),
    path(f"{REQUEST}more-time/<uuid:wish>/", managing.decide_time, name="more-time-decide"),
    # Reviewing
    path(f"{REQUEST}items/<uuid:item>/accept/", reviewing.accept_item, name="item-accept"),
    path(f"{REQUEST}items/<uuid:item>/return/", reviewing.return_item, name="item-return"),
    path(f"{REQUEST}items/<uuid:item>/judge/<uuid:obligation>/", reviewing.judge, name="item-judge"),
    path(f"{REQUEST}accept/", reviewing.accept_all, name="document-request-accept"),
    path(f"{REQUEST}return/", reviewing.send_back, name="document-request-return"),
    # Answering
    path(f"{REQUEST}save/", answering.save, name="document-request-save"),
    path(f"{REQUEST}submit/", answering.submit, name="document-request-submit"),
    path(f"{REQUEST}recall/", answering.recall, name="document-request-recall"),
    path(f"{REQUEST}questions/", answering.ask, name="document-request-ask"),
    path(f"{REQUEST}more-time/", answering.ask_for_time, name="document-request-more-time"),
    path(f"{REQUEST}submissions/<uuid:submission>/", answering.receipt, name="receipt"),
    # Formal notices
    path(f"{REQUEST}formal-notice/", formal_notices.draft, name="formal-notice-draft"),
    path(f"{REQUEST}formal-notice/none/", formal_notices.refrain, name="formal-notice-refrain"),
    path("formal-notices/", letters.letters, name="formal-notices"),
    path(NOTICE, letters.letter, name="formal-notice"),
    path(f"{NOTICE}letter/", letters.pdf, name="formal-notice-letter"),
    path(f"{NOTICE}edit/", formal_notices.edit, name="formal-notice-edit"),
    path(f"{NOTICE}send/", formal_notices.send, name="formal-notice-send"),
    path(f"{NOTICE}mark-sent/", formal_notices.mark_sent, name="formal-notice-mark-sent"),
    path(f"{NOTICE}drop/", formal_notices.drop, name="formal-notice-drop"),
    path(f"{NOTICE}decide/", formal_notices.decide, name="formal-notice-decide"),
    path(f"{NOTICE}reply/save/", formal_replies.save, name="formal-reply-save"),
    path(f"{NOTICE}reply/", formal_replies.send, name="formal-reply-send"),
    # Audits
    path("audits/", audits.audits, name="audits"),
    path("audits/sheet/<str:kind>/", audits.sheet, name="audits-sheet"),
    path("audits/new/", audit_planning.new, name="audit-new"),
    path("audits/reused/", audit_outcomes.reused, name="audit-reused"),
    path(AUDIT, audits.audit, name="audit"),
    path(f"{AUDIT}edit/", audit_planning.edit, name="audit-edit"),
    path(f"{AUDIT}move/", audit_planning.move, name="audit-move"),
    path(f"{AUDIT}announce/", audit_planning.announce, name="audit-announce"),
    path(f"{AUDIT}cancel/", audit_planning.cancel, name="audit-cancel"),
    path(f"{AUDIT}log/", audit_outcomes.log, name="audit-log"),
    path(f"{AUDIT}judge/<uuid:obligation>/", audit_outcomes.judge, name="audit-judge"),
    path(f"{AUDIT}close/", audit_outcomes.close, name="audit-close"),
    path(f"{AUDIT}reports/<uuid:report>/", audits.report, name="audit-report"),
    # Documents
    path("documents/", documents.documents, name="documents"),
    path("documents/", documents.documents, name="own-documents"),
    path("documents/<uuid:pk>/content/", documents.content, name="document-content"),
    path("attachments/<uuid:pk>/content/", documents.attachment, name="attachment-content"),
    # What was said, and what requests are made from
    path("contact-log/", contact_log.entries, name="contact-log"),
    path("request-templates/", templates.request_templates, name="request-templates"),
    path("request-templates/new/", templates.new, name="request-template-new"),
    path("request-templates/<uuid:pk>/", templates.edit, name="request-template"),
    path("request-templates/<uuid:pk>/delete/", templates.delete, name="request-template-delete"),
    path("document-kinds/", kinds.document_kinds, name="document-kinds"),
    path("document-kinds/new/", kinds.new, name="document-kind-new"),
    path("document-kinds/<uuid:pk>/", kinds.edit, name="document-kind"),
]
