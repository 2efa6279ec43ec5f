"""A formal notice whose mail did not arrive: somebody of ours is to send it another way, and its limits wait for that.

Looked for every hour, because mail comes back when it likes. What is sent another way counts from that day (`formal_notices.mark_sent`).
"""

from datetime import date, datetime

from django.db import transaction

from accounts.models import SYSTEM
from core import dates, history, rows
from core.dates import Unit
from followup import proofs
from followup.models import FormalNotice
from notifications import calendars, deadlines, tasks_for_us
from notifications.models import Deadline, DeadlineKind, ReminderStep


def sweep(*, today: date, now: datetime) -> None:
    waiting = FormalNotice.objects.filter(status=FormalNotice.Status.SENT, how=FormalNotice.How.PORTAL)
    for key in waiting.order_by("sent_at", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            notice = FormalNotice.objects.select_related("supplier", "reply_deadline__policy_version", "missed__organisation").get(pk=key)
            rows.lock(notice)
            if notice.status == FormalNotice.Status.SENT and notice.is_by_portal:
                _look_at(notice, today=today, now=now)


def _look_at(notice: FormalNotice, *, today: date, now: datetime) -> None:
    has_failed = proofs.has_failed(proofs.letters_out(notice.pk, "formal_notice"), "formal_notice")
    task = Deadline.objects.filter(kind=DeadlineKind.FORMAL_NOTICE, brief__came_back=str(notice.pk)).first()
    if has_failed and task is None:
        _leave_to_us(notice, today=today, now=now)
    elif task is not None and task.is_open and not has_failed:
        deadlines.close(task, now=now)
        _count_anew(notice, today=today, now=now)


def _leave_to_us(notice: FormalNotice, *, today: date, now: datetime) -> None:
    """Nobody is to decide about a reply to a letter that nobody has."""
    tasks_for_us.draft_formal_notice(notice.missed, today=today, now=now, said={"came_back": str(notice.pk)})
    assert notice.reply_deadline is not None
    deadlines.forgo(notice.reply_deadline, opens=ReminderStep.Opens.TASK, now=now)


def _count_anew(notice: FormalNotice, *, today: date, now: datetime) -> None:
    """It was sent again and has arrived: the supplier has all its days from now on."""
    assert notice.reply_deadline is not None
    calendar, was = calendars.read().of(notice.supplier.country), (notice.cure_on, notice.reply_deadline.due_on)
    cure_on = dates.due_on(today, notice.cure_days, Unit.WORKING_DAYS, calendar)
    due_on = dates.due_on(today, notice.reply_days, Unit.WORKING_DAYS, calendar)
    rows.write(notice, cure_on=cure_on)
    deadlines.move(notice.reply_deadline, due_on=due_on, today=today, now=now)
    moved = {"cure_on": [was[0], cure_on], "due_on": [was[1], due_on]}
    history.record(actor=SYSTEM, now=now, verb="count_anew", about=notice, changes=moved)
