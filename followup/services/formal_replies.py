"""The reply to a formal notice: the supplier writes and sends it, in time or late; a person of ours decides what follows."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person, ScopeRole, User
from core import dates, rows, states
from core.dates import Unit
from core.errors import Invalid
from core.files import KeptFile
from followup.models import Document, FormalNotice, FormalReply
from followup.services.formal_notices import brief_of
from followup.states import FORMAL_NOTICE
from notifications import audience, deadlines, outbox, reminders
from notifications.models import Deadline, DeadlineKind, Turn

FOR_OUR_DECISION = 5
"""Working days that we give ourselves to read a reply and decide what follows."""

MOST_TEXT = 20_000


@transaction.atomic
def save(
    *,
    notice: FormalNotice,
    text: str,
    actor: User,
    now: datetime,
    today: date,
    files: Sequence[KeptFile] = (),
    removed: UUID | None = None,
) -> FormalReply:
    """Keep what is written, and files, without sending. History only counts the files: until it is sent the reply is theirs."""
    states.check(FORMAL_NOTICE, notice, "save_reply", actor=actor)
    if len(text) > MOST_TEXT:
        raise Invalid.one("text", "max_length", _("Write at most %(most)d characters, and put the rest into a file.") % {"most": MOST_TEXT})
    reply, _is_new = FormalReply.objects.get_or_create(notice=notice, defaults={"saved_by": actor, "saved_at": now})
    fresh = _not_there_yet(reply, files)
    if text == reply.text and not fresh and removed is None:
        return reply
    states.advance(FORMAL_NOTICE, notice, "save_reply", actor=actor, now=now, changes={"files": len(fresh)} if fresh else {})
    rows.write(reply, text=text, saved_by=actor, saved_at=now)
    reply.documents.add(*_documents(notice, fresh, actor=actor, now=now, today=today))
    if removed is not None:
        _take_away(reply, removed)
    return reply


@transaction.atomic
def send(
    *, notice: FormalNotice, actor: User, now: datetime, today: date, text: str | None = None, files: Sequence[KeptFile] = ()
) -> FormalReply:
    """Send the reply in. Reminders about what was asked for rest until we have decided; a late reply is taken and marked late."""
    states.check(FORMAL_NOTICE, notice, "reply", actor=actor)
    kept = FormalReply.objects.filter(notice=notice).first()
    said = text if text is not None else kept.text if kept else ""
    reply = save(notice=notice, text=said, files=files, actor=actor, now=now, today=today)
    documents = list(reply.documents.all())
    if not reply.text.strip() and not documents:
        raise Invalid.one("text", "required", _("Write your reply, or add a file."))
    assert notice.reply_deadline is not None
    is_late = today > notice.reply_deadline.due_on
    changes = {"files": [document.name for document in documents], "is_late": is_late}
    states.advance(FORMAL_NOTICE, notice, "reply", actor=actor, now=now, changes=changes)
    rows.write(reply, submitted_by=actor, submitted_at=now, received_on=today, is_late=is_late)
    reply.documents.filter(delivered_at=None).update(delivered_at=now)
    _end_clocks(notice, now=now)
    if notice.missed.is_open:
        deadlines.wait_for_us(notice.missed, more=1)
    _leave_to_us(notice, reply, now=now, today=today)
    _receipt(notice, reply, documents, actor=actor, now=now)
    return reply


@transaction.atomic
def decide(*, notice: FormalNotice, outcome: str, grounds: str, actor: User, now: datetime, today: date) -> None:
    """Say what follows, with grounds that the supplier reads. Then the reminders about what was asked for go on."""
    states.check(FORMAL_NOTICE, notice, "decide", actor=actor)
    if outcome not in FormalNotice.Outcome.values:
        raise Invalid.one("outcome", "invalid_choice", _("Choose what follows."))
    if not grounds.strip():
        raise Invalid.one("grounds", "required", _("Write the grounds. The supplier reads them."))
    was_answered = notice.status == FormalNotice.Status.ANSWERED
    states.advance(FORMAL_NOTICE, notice, "decide", actor=actor, now=now, changes={"outcome": outcome, "grounds": grounds.strip()})
    rows.write(notice, outcome=outcome, grounds=grounds.strip(), decided_by=actor, decided_at=now)
    _end_clocks(notice, now=now)
    if was_answered and notice.missed.waits_for_us:
        deadlines.wait_for_us(notice.missed, more=-1)
    _tell_supplier(notice, now=now, today=today)


def _take_away(reply: FormalReply, key: UUID) -> None:
    """A file that is not delivered; when nothing else holds it, it is gone."""
    for document in reply.documents.filter(pk=key, delivered_at=None):
        reply.documents.remove(document)
        if not document.replies.exists() and not document.evidence.exists():
            document.delete()


def _not_there_yet(reply: FormalReply, files: Sequence[KeptFile]) -> list[KeptFile]:
    """The same file sent twice is kept once."""
    known = set(reply.documents.values_list("sha256", "name"))
    return [file for file in files if (file.sha256, file.name) not in known]


def _documents(notice: FormalNotice, files: Sequence[KeptFile], *, actor: User, now: datetime, today: date) -> list[Document]:
    return [
        Document.objects.create(
            **file.columns,
            supplier=notice.supplier,
            received_on=today,
            received_at=now,
            uploaded_by=actor,
            channel=Document.Channel.PORTAL,
        )
        for file in files
    ]


def _end_clocks(notice: FormalNotice, *, now: datetime) -> None:
    """The supplier's limit, and our tasks about the notice."""
    for deadline in Deadline.objects.filter(about_id=notice.pk, closed_at=None).select_related("organisation"):
        deadlines.close(deadline, now=now)
    if notice.reply_deadline is not None:
        notice.reply_deadline.refresh_from_db(fields=["closed_at"])


def _leave_to_us(notice: FormalNotice, reply: FormalReply, *, now: datetime, today: date) -> None:
    task = deadlines.open_new(
        kind=DeadlineKind.FOLLOW_UP,
        about_id=notice.pk,
        title=notice.request.title,
        scope=notice.framework_id,
        organisation=notice.framework.organisation,
        turn=Turn.CPB,
        starts_on=today,
        due_on=dates.due_on(today, FOR_OUR_DECISION, Unit.WORKING_DAYS),
        brief={**brief_of(notice), "task": "reply_received", "supplier_id": str(notice.supplier_id), "is_late": reply.is_late},
        now=now,
    )
    reminders.sweep(today=today, now=now, deadlines=[task.pk])


def _receipt(notice: FormalNotice, reply: FormalReply, documents: Sequence[Document], *, actor: User, now: datetime) -> None:
    listed = [{"name": document.name, "size": document.size, "sha256": document.sha256} for document in documents]
    _publish(notice, "formal_reply_receipt", [actor.person], {"documents": listed, "reply": reply.text, "is_late": reply.is_late}, now=now)


def _tell_supplier(notice: FormalNotice, *, now: datetime, today: date) -> None:
    """Who receives notices, and who sent the reply."""
    place = {"scope_id": notice.framework_id, "organisation_id": notice.supplier_id, "today": today}
    people = {person.pk: person for person in audience.contacts(role=ScopeRole.Role.REPRESENTATIVE, **place)}
    reply = FormalReply.objects.filter(notice=notice, submitted_by__isnull=False).select_related("submitted_by__person").first()
    if reply is not None and reply.submitted_by is not None:
        people.setdefault(reply.submitted_by.person_id, reply.submitted_by.person)
    _publish(notice, "formal_notice_decided", list(people.values()), {"outcome": notice.outcome, "grounds": notice.grounds}, now=now)


def _publish(notice: FormalNotice, kind: str, people: Sequence[Person], said: dict[str, Any], *, now: datetime) -> None:
    outbox.publish(
        kind=kind,
        people=people,
        organisation=notice.supplier,
        scope_id=notice.framework_id,
        about_id=notice.pk,
        context={**brief_of(notice), **said},
        key=str(notice.pk),
        now=now,
    )
