"""What the engine leaves to a person of ours: a letter to approve, a contact to find."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.models import Organisation, ScopeRole
from core import dates
from core.dates import Unit
from notifications import deadlines
from notifications.models import Deadline, DeadlineKind, Turn

DAYS_FOR_LETTER = 5
DAYS_FOR_CONTACT = 3


def draft_formal_notice(about: Deadline, *, today: date, now: datetime) -> None:
    """Open the task to look through the drafted letter and send it. Nothing with legal effect is sent by itself."""
    brief = {**about.brief, "deadline": str(about.pk), "due_on": about.due_on.isoformat(), "supplier_id": str(about.organisation_id)}
    _open(about, DeadlineKind.FORMAL_NOTICE, brief, days=DAYS_FOR_LETTER, today=today, now=now)


def find_contact(about: Deadline, task: str, *, today: date, now: datetime, address: str = "") -> None:
    """Open the task to find somebody at the supplier who can be reached: one for a case, however many steps failed."""
    brief = {**about.brief, "task": task, "deadline": str(about.pk), "supplier_id": str(about.organisation_id)}
    if address:
        brief["address"] = address
    _open(about, DeadlineKind.FOLLOW_UP, brief, days=DAYS_FOR_CONTACT, today=today, now=now)


def _open(about: Deadline, kind: str, brief: dict[str, Any], *, days: int, today: date, now: datetime) -> None:
    if Deadline.objects.open().filter(kind=kind, about_id=about.about_id, scope=about.scope_id).exists():
        return
    deadlines.open_new(
        kind=kind,
        about_id=about.about_id,
        title=about.title,
        scope=about.scope_id,
        organisation=body_of(about.scope_id),
        turn=Turn.CPB,
        starts_on=today,
        due_on=dates.due_on(today, days, Unit.WORKING_DAYS),
        brief=brief,
        now=now,
    )


def body_of(scope_id: UUID) -> Organisation:
    """The central body that manages the agreement; where nobody is named on it, the central body."""
    named = ScopeRole.objects.filter(scope=scope_id, organisation__kind=Organisation.Kind.CPB).order_by("-id").values("organisation")[:1]
    bodies = Organisation.objects.filter(kind=Organisation.Kind.CPB)
    return bodies.filter(pk__in=named).first() or bodies.order_by("created_at").first() or _nobody()


def _nobody() -> Organisation:
    raise LookupError("there is no central body to give the task to")
