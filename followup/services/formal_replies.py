"""The reply to a formal notice: the supplier writes and sends it, in time or late; a person of ours decides what follows."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person, User
from core import rows, states
from core.errors import Invalid, must_say
from core.files import KeptFile
from followup.models import FormalNotice
from followup.services import replies
from followup.services.formal_notices import brief_of
from followup.states import FORMAL_NOTICE
from notifications import calendars, deadlines, outbox, reminders
from notifications.models import Deadline, DeadlineKind, Turn


@transaction.atomic
def send(*, notice: FormalNotice, actor: User, now: datetime, today: date, text: str | None = None, files: Sequence[KeptFile] = ()) -> None:
    """Send the reply in. Reminders about what was asked for rest until we have decided; a late reply is taken and marked late."""
    reply, documents = replies.hand_in(notice, text=text, files=files, actor=actor, now=now, today=today)
    _end_clocks(notice, now=now)
    if notice.missed.is_open:
        deadlines.wait_for_us(notice.missed, more=1)
    _leave_to_us(notice, is_late=reply.is_late, now=now, today=today)
    _publish(notice, "formal_reply_receipt", [actor.person], replies.receipt(reply, documents), now=now)


@transaction.atomic
def decide(*, notice: FormalNotice, outcome: str, grounds: str, actor: User, now: datetime, today: date) -> None:
    """Say what follows, with grounds that the supplier reads. Then the reminders about what was asked for go on."""
    states.hold(FORMAL_NOTICE, notice, "decide", actor=actor)
    if outcome not in FormalNotice.Outcome.values:
        raise Invalid.one("outcome", "invalid_choice", _("Choose what follows."))
    grounds = must_say(grounds, "grounds", _("Write the grounds. The supplier reads them."))
    was_answered = notice.status == FormalNotice.Status.ANSWERED
    states.advance(FORMAL_NOTICE, notice, "decide", actor=actor, now=now, changes={"outcome": outcome, "grounds": grounds})
    rows.write(notice, outcome=outcome, grounds=grounds, decided_by=actor, decided_at=now)
    _end_clocks(notice, now=now)
    if was_answered and notice.missed.waits_for_us:
        deadlines.wait_for_us(notice.missed, more=-1)
    said = {"outcome": outcome, "grounds": grounds}
    _publish(notice, "formal_notice_decided", replies.concerned(notice, today=today), said, now=now)


def _end_clocks(notice: FormalNotice, *, now: datetime) -> None:
    """The supplier's limit, and our tasks about the notice."""
    deadlines.close_all(Deadline.objects.filter(about_id=notice.pk), now=now)
    if notice.reply_deadline is not None:
        notice.reply_deadline.refresh_from_db(fields=["closed_at"])


def _leave_to_us(notice: FormalNotice, *, is_late: bool, now: datetime, today: date) -> None:
    task = deadlines.open_new(
        kind=DeadlineKind.FOLLOW_UP,
        about_id=notice.pk,
        title=notice.request.title,
        scope=notice.framework_id,
        organisation=notice.framework.organisation,
        turn=Turn.CPB,
        starts_on=today,
        due_on=calendars.due_from_us(DeadlineKind.FOLLOW_UP, today),
        brief={**brief_of(notice), "task": "reply_received", "supplier_id": str(notice.supplier_id), "is_late": is_late},
        now=now,
    )
    reminders.sweep(today=today, now=now, deadlines=[task.pk])


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
