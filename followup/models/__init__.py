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
    "Question",
    "RequestTemplate",
    "Round",
    "Submission",
    "TemplateItem",
    "TimeRequest",
]
