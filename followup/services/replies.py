"""Writing and handing in a reply to a letter with legal effect. What follows from it, the service of that letter knows."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core import rows, states
from core.errors import Invalid
from core.files import KeptFile
from followup.models import Document, FormalNotice, FormalReply, Sanction, SanctionReply
from followup.states import FORMAL_NOTICE, SANCTION

AnyCase = FormalNotice | Sanction
AnyReply = FormalReply | SanctionReply

MOST_TEXT = 20_000


class Kind(NamedTuple):
    table: states.Machine
    replies: type[AnyReply]
    case: str
    """The field of a reply that names what it answers."""


KINDS: dict[type[AnyCase], Kind] = {
    FormalNotice: Kind(FORMAL_NOTICE, FormalReply, "notice"),
    Sanction: Kind(SANCTION, SanctionReply, "sanction"),
}


@transaction.atomic
def save(
    case: AnyCase,
    *,
    text: str,
    actor: User,
    now: datetime,
    today: date,
    files: Sequence[KeptFile] = (),
    removed: UUID | None = None,
) -> AnyReply:
    """Keep what is written, and files, without sending. The same file sent twice is kept once.

    History only counts the files: until it is sent the reply is the supplier's own.
    """
    kind = KINDS[type(case)]
    states.hold(kind.table, case, "save_reply", actor=actor)
    if len(text) > MOST_TEXT:
        raise Invalid.one("text", "max_length", _("Write at most %(most)d characters, and put the rest into a file.") % {"most": MOST_TEXT})
    reply: AnyReply
    reply, _is_new = kind.replies.objects.get_or_create(**{kind.case: case}, defaults={"saved_by": actor, "saved_at": now})
    fresh = _not_there_yet(reply, files)
    if text == reply.text and not fresh and removed is None:
        return reply
    states.advance(kind.table, case, "save_reply", actor=actor, now=now, changes={"files": len(fresh)} if fresh else {})
    rows.write(reply, text=text, saved_by=actor, saved_at=now)
    reply.documents.add(*_documents(case.supplier, fresh, actor=actor, now=now, today=today))
    if removed is not None:
        _take_away(reply, removed)
    return reply


@transaction.atomic
def hand_in(
    case: AnyCase, *, text: str | None, files: Sequence[KeptFile], actor: User, now: datetime, today: date
) -> tuple[AnyReply, list[Document]]:
    """In time or late; its documents are delivered with it. Without a text, what was saved is handed in."""
    kind = KINDS[type(case)]
    states.hold(kind.table, case, "reply", actor=actor)
    kept = kind.replies.objects.filter(**{kind.case: case}).first()
    said = text if text is not None else kept.text if kept else ""
    reply = save(case, text=said, files=files, actor=actor, now=now, today=today)
    documents = list(reply.documents.all())
    if not reply.text.strip() and not documents:
        raise Invalid.one("text", "required", _("Write your reply, or add a file."))
    assert case.reply_deadline is not None
    is_late = today > case.reply_deadline.due_on
    told = {"files": [document.name for document in documents], "is_late": is_late}
    states.advance(kind.table, case, "reply", actor=actor, now=now, changes=told)
    rows.write(reply, submitted_by=actor, submitted_at=now, received_on=today, is_late=is_late)
    reply.documents.filter(delivered_at=None).update(delivered_at=now)
    return reply, documents


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
