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
from followup.models.formal_notices import FormalNotice, FormalReply, NoticeLetter
from followup.models.renewals import Renewal
from followup.models.series import Occurrence, Series

__all__ = [
    "Attachment",
    "ContactEntry",
    "Document",
    "DocumentKind",
    "DocumentRequest",
    "Evidence",
    "FormalNotice",
    "FormalReply",
    "Item",
    "NoticeLetter",
    "Occurrence",
    "Question",
    "Renewal",
    "RequestTemplate",
    "Round",
    "Series",
    "Submission",
    "TemplateItem",
    "TimeRequest",
]
