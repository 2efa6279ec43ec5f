"""Writing and handing in a reply to a letter with legal effect. What the letter is about, its own service knows.

`moved` is told what changed just before it is written: the caller's state table moves the case and writes its history.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core import rows
from core.errors import Invalid
from core.files import KeptFile
from followup.models import Document, FormalReply, SanctionReply

AnyReply = FormalReply | SanctionReply
Moved = Callable[[dict[str, Any]], None]

MOST_TEXT = 20_000


def keep(
    reply: AnyReply,
    *,
    supplier: Organisation,
    text: str,
    files: Sequence[KeptFile],
    removed: UUID | None,
    moved: Moved,
    actor: User,
    now: datetime,
    today: date,
) -> None:
    """What is written, and files, without sending. The same file sent twice is kept once."""
    if len(text) > MOST_TEXT:
        raise Invalid.one("text", "max_length", _("Write at most %(most)d characters, and put the rest into a file.") % {"most": MOST_TEXT})
    fresh = _not_there_yet(reply, files)
    if text == reply.text and not fresh and removed is None:
        return
    moved({"files": len(fresh)} if fresh else {})
    rows.write(reply, text=text, saved_by=actor, saved_at=now)
    reply.documents.add(*_documents(supplier, fresh, actor=actor, now=now, today=today))
    if removed is not None:
        _take_away(reply, removed)


def hand_in(reply: AnyReply, *, due_on: date, moved: Moved, actor: User, now: datetime, today: date) -> list[Document]:
    """In time or late; its documents are delivered with it."""
    documents = list(reply.documents.all())
    if not reply.text.strip() and not documents:
        raise Invalid.one("text", "required", _("Write your reply, or add a file."))
    is_late = today > due_on
    moved({"files": [document.name for document in documents], "is_late": is_late})
    rows.write(reply, submitted_by=actor, submitted_at=now, received_on=today, is_late=is_late)
    reply.documents.filter(delivered_at=None).update(delivered_at=now)
    return documents


def receipt(reply: AnyReply, documents: Sequence[Document]) -> dict[str, Any]:
    """What the mail that confirms it says."""
    listed = [{"name": document.name, "size": document.size, "sha256": document.sha256} for document in documents]
    return {"documents": listed, "reply": reply.text, "is_late": reply.is_late}


def _not_there_yet(reply: AnyReply, files: Sequence[KeptFile]) -> list[KeptFile]:
    known = set(reply.documents.values_list("sha256", "name"))
    return [file for file in files if (file.sha256, file.name) not in known]


def _documents(supplier: Organisation, files: Sequence[KeptFile], *, actor: User, now: datetime, today: date) -> list[Document]:
    return [
        Document.objects.create(
            **file.columns,
            supplier=supplier,
            received_on=today,
            received_at=now,
            uploaded_by=actor,
            channel=Document.Channel.PORTAL,
        )
        for file in files
    ]


def _take_away(reply: AnyReply, key: UUID) -> None:
    """A file that is not delivered; when nothing else holds it, it is gone."""
    for document in reply.documents.filter(pk=key, delivered_at=None):
        reply.documents.remove(document)
        if not any(uses.exists() for uses in (document.replies, document.sanction_replies, document.evidence)):
            document.delete()
