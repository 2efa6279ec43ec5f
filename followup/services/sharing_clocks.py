"""When a supplier answers about sharing its results, and what days of a sharing are told. Silence never becomes a consent."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Person, ScopeRole
from core import history, rows
from core.dates import Unit
from followup.models import Sharing
from followup.services import sharing_mail
from notifications import audience, calendars, deadlines, outbox
from notifications.models import Deadline, DeadlineKind, Turn

TO_ANSWER = 10
"""Working days that a supplier gets to say yes or no."""

MOST_AT_ONCE = 500
ABOUT = ("framework__organisation", "framework__scope", "supplier", "clause", "decided_by__person")
SOON = timedelta(days=30)
JUST_NOW = timedelta(days=14)


def wait_for_answer(sharing: Sharing, *, today: date, now: datetime) -> None:
    """The supplier is asked: from now on it is its turn."""
    due_on = calendars.of_kind(DeadlineKind.SHARING_CONSENT).due_on(today, TO_ANSWER, Unit.WORKING_DAYS, sharing.supplier.country)
    deadline = deadlines.open_new(
        kind=DeadlineKind.SHARING_CONSENT,
        about_id=sharing.pk,
        title=_title(sharing),
        scope=sharing.framework_id,
        organisation=sharing.supplier,
        turn=Turn.SUPPLIER,
        starts_on=today,
        due_on=due_on,
        brief=history.plain({**sharing_mail.brief(sharing), "supplier_id": sharing.supplier_id, "asked_on": today}),
        now=now,
    )
    rows.write(sharing, answer_deadline=deadline)


def stop_waiting(sharing: Sharing, *, now: datetime) -> None:
    """It is answered, or no longer asked: reminders end, and so does the task that came of the silence."""
    deadlines.close_all(Deadline.objects.filter(about_id=sharing.pk), now=now)
    sharing_mail.take_back(sharing, now=now)


def sweep(*, today: date, now: datetime) -> None:
    tell_who_asked(today=today, now=now)
    tell_of_last_days(today=today, now=now)


def tell_who_asked(*, today: date, now: datetime) -> None:
    """The ladder ends with the manager; whoever asked hears of the silence too, where that is somebody else."""
    silent = Deadline.objects.open().filter(kind=DeadlineKind.FOLLOW_UP, brief__task="sharing_silent")
    asked = Sharing.objects.select_related(*ABOUT).in_bulk(silent.values_list("about_id", flat=True)[:MOST_AT_ONCE])
    for task in silent.filter(about_id__in=list(asked)).select_related("organisation"):
        if person := _who_asked_beside(asked[task.about_id], today):
            about = {"organisation": task.organisation, "scope_id": task.scope_id, "about_id": task.about_id}
            outbox.publish(kind="sharing_silent", people=[person], context=task.brief, key=str(task.pk), now=now, deadline=task, **about)


def tell_of_last_days(*, today: date, now: datetime) -> None:
    """We hear in time that a sharing is about to end by itself; the supplier hears that it has."""
    in_force = Sharing.objects.filter(status=Sharing.Status.ACTIVE).select_related(*ABOUT).order_by("ends_on", "pk")
    for sharing in in_force.filter(ends_on__range=(today, today + SOON), starts_on__lt=today - SOON)[:MOST_AT_ONCE]:
        sharing_mail.tell_managers(sharing, "sharing_ending", key=f"{sharing.pk}:{sharing.ends_on}", now=now, today=today)
    for sharing in in_force.filter(ends_on__range=(today - JUST_NOW, today - timedelta(days=1)))[:MOST_AT_ONCE]:
        sharing_mail.tell_supplier(sharing, "sharing_over", key=f"{sharing.pk}:{sharing.ends_on}", now=now, today=today)


def _who_asked_beside(sharing: Sharing, today: date) -> Person | None:
    who = sharing.decided_by
    if who is None or not who.is_active:
        return None
    managers = audience.staff(scope_id=sharing.framework_id, role=ScopeRole.Role.MANAGER, today=today)
    return None if who.person in managers else who.person


def _title(sharing: Sharing) -> str:
    """What our lists call it, in the organisation's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Consent to sharing with %(body)s") % {"body": sharing.body_name}
