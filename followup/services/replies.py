"""Writing and handing in a reply to a letter with legal effect. What follows from it, the service of that letter knows."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person, ScopeRole, User
from core import rows, states
from core.errors import Invalid
from core.files import KeptFile
from followup.models import Document, FormalNotice, FormalReply, Sanction, SanctionReply
from followup.services import documents
from followup.states import FORMAL_NOTICE, SANCTION
from notifications import audience

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
    fresh = documents.fresh(files, reply.documents.all())
    if text == reply.text and not fresh and removed is None:
        return reply
    states.advance(kind.table, case, "save_reply", actor=actor, now=now, changes={"files": len(fresh)} if fresh else {})
    rows.write(reply, text=text, saved_by=actor, saved_at=now)
    reply.documents.add(*documents.keep(case.supplier, fresh, actor=actor, now=now, received_on=today))
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
    handed_in = list(reply.documents.all())
    if not reply.text.strip() and not handed_in:
        raise Invalid.one("text", "required", _("Write your reply, or add a file."))
    assert case.reply_deadline is not None
    is_late = today > case.reply_deadline.due_on
    told = {"files": [document.name for document in handed_in], "is_late": is_late}
    states.advance(kind.table, case, "reply", actor=actor, now=now, changes=told)
    rows.write(reply, submitted_by=actor, submitted_at=now, received_on=today, is_late=is_late)
    documents.deliver([document.pk for document in handed_in], now=now)
    return reply, handed_in


def concerned(case: AnyCase, *, today: date) -> list[Person]:
    """Whom at the supplier what follows is told: who receives notices, and who sent the reply."""
    people = audience.contacts(
        scope_id=case.framework_id, organisation_id=case.supplier_id, role=ScopeRole.Role.REPRESENTATIVE, today=today
    )
    kind = KINDS[type(case)]
    sent = kind.replies.objects.filter(**{kind.case: case}, submitted_by__isnull=False).select_related("submitted_by__person").first()
    if sent is not None and sent.submitted_by is not None and sent.submitted_by.person not in people:
        people.append(sent.submitted_by.person)
    return people


def receipt(reply: AnyReply, handed_in: Sequence[Document]) -> dict[str, Any]:
    """What the mail that confirms it says."""
    return {"documents": documents.listed(handed_in), "reply": reply.text, "is_late": reply.is_late}


def _take_away(reply: AnyReply, key: UUID) -> None:
    for document in reply.documents.filter(pk=key, delivered_at=None):
        reply.documents.remove(document)
        documents.let_go(document)
