"""“I have this”: somebody of ours answers for a case until a day, and nobody higher up is told of it before.

It is said of a case: all its deadlines that are open rest together. The date does not move, and the supplier goes on being
reminded. A task that is opened in the case meanwhile is told to whoever manages it and rests for all others. The sweep honours it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Action
from core import access, dates, history, rows
from core.dates import Unit
from core.errors import Invalid, WrongState
from notifications.models import Deadline

USUAL_WORKING_DAYS = 5
MOST_DAYS = 30


def usual_until(today: date) -> date:
    return dates.due_on(today, USUAL_WORKING_DAYS, Unit.WORKING_DAYS)


@transaction.atomic
def take(*, deadline: Deadline, until: date, actor: User, today: date, now: datetime, note: str = "", had_by: str | None = None) -> None:
    """The case is the actor's until that day, the day included. Whoever had it before has it no longer.

    `had_by` is the key of the person who had it when the actor looked: who has taken it since keeps it.
    """
    access.require(actor, Action.DEADLINE_TAKE, deadline)
    known = str(deadline.taken_by_id) if had_by is None else had_by
    rows.lock(deadline)
    _must_be_open(deadline)
    if deadline.taken_by_id not in (None, actor.person_id) and str(deadline.taken_by_id) != known:
        raise WrongState(_("%(name)s has said meanwhile that they have this.") % {"name": deadline.taken_by})
    if not today <= until <= today + timedelta(days=MOST_DAYS):
        text = _("Choose a day from today to %(most)d days from now.") % {"most": MOST_DAYS}
        raise Invalid.one("until", "range", text)
    _of_case(deadline).update(taken_until=until, taken_by=actor.person)
    changes = {"until": until, "note": note.strip(), "before": deadline.taken_by and str(deadline.taken_by)}
    history.record(actor=actor, now=now, verb="take_case", about=deadline, changes=changes, is_internal=True)
    deadline.refresh_from_db(fields=["taken_until", "taken_by"])


@transaction.atomic
def release(*, deadline: Deadline, actor: User, now: datetime) -> None:
    """Nobody has it any more: what was held back is told with the next sweep."""
    access.require(actor, Action.DEADLINE_TAKE, deadline)
    if deadline.taken_until is None:
        raise WrongState(_("Nobody has said that they have this."))
    changes = {"before": deadline.taken_by and str(deadline.taken_by)}
    _of_case(deadline).update(taken_until=None, taken_by=None)
    history.record(actor=actor, now=now, verb="release_case", about=deadline, changes=changes, is_internal=True)
    deadline.refresh_from_db(fields=["taken_until", "taken_by"])


def clock_among(deadlines: Iterable[Deadline]) -> Deadline | None:
    """Of the deadlines of a case the open one at which it is taken: our own turn first. None when nothing is open."""
    open_ = [each for each in deadlines if each.is_open]
    return min(open_, key=lambda each: (each.turn, each.due_on, each.pk), default=None)


def _must_be_open(deadline: Deadline) -> None:
    if not deadline.is_open:
        raise WrongState(_("This is closed already: there is nothing to answer for."))


def _of_case(deadline: Deadline) -> QuerySet[Deadline]:
    """Tasks that the engine opens about a case are part of it."""
    return Deadline.objects.open().filter(about_id=deadline.about_id, scope=deadline.scope_id)
