"""Steps that an error has set aside: which they are, who is told, and trying them again once the cause is mended."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from accounts.permissions import Action
from core import history
from core.errors import NotAllowed
from core.states import Actor
from notifications import audience, outbox
from notifications.models import Deadline, Notice, PlannedStep

Status = PlannedStep.Status
KIND = "steps_set_aside"
UNREADABLE = "brief"
"""The note of `sweep_sql.MARK` on a step whose deadline has a brief that is none."""


def words(step: PlannedStep) -> str:
    """What was wrong. The text of an error stands as it came."""
    return _("What mails say about this case cannot be read.") if step.note == UNREADABLE else step.note


def steps() -> QuerySet[PlannedStep]:
    """Of cases that still run, the newest first."""
    rows = PlannedStep.objects.filter(status=Status.FAILED, deadline__closed_at=None)
    return rows.select_related("deadline__organisation", "step").order_by("-handled_at", "id")


@transaction.atomic
def tell(*, at: datetime, today: date) -> None:
    """Administrators hear of all of them together, at most once a day; of what was set aside since, the next day, if it is still there."""
    newest = steps().order_by().aggregate(newest=Max("handled_at"))["newest"]
    if newest is None:
        return
    people = audience.administrators()
    told = Notice.objects.filter(person__in=people, kind=KIND).aggregate(latest=Max("created_at"))["latest"]
    if told is None or told < newest:
        outbox.publish(
            kind=KIND,
            people=people,
            organisation=None,
            scope_id=None,
            about_id=None,
            context={"count": steps().count()},
            key=today.isoformat(),
            now=at,
        )


@transaction.atomic
def try_again(*, actor: Actor, now: datetime) -> int:
    """The next sweep takes all of them again, and tells each person the latest; how many steps. What is still wrong comes back."""
    if not actor.may(Action.POLICY_EDIT):
        raise NotAllowed
    cases = list(Deadline.objects.filter(pk__in=steps().values("deadline")).order_by("pk").select_for_update(of=("self",)))
    rows = PlannedStep.objects.filter(deadline__in=cases, status=Status.FAILED)
    count = rows.update(status=Status.PLANNED, handled_at=None, note="")
    history.record_many(actor=actor, now=now, verb="try_again", about=cases, is_internal=True)
    return count
