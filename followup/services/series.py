"""Requests that come back: starting a series, its next time, and what a person does with it.

The n-th time is counted from the anchor, never from the one before, so that moving or skipping one moves no other. There
is always one planned time of a series that runs; when its day has come it becomes requests, and the next is planned.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypedDict

import structlog
from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import SYSTEM, Organisation, ScopeRole, User
from accounts.permissions import Action
from contracts.models import Framework
from core import access, dates, history, ids, rows, states
from core.dates import Unit
from core.errors import FieldError, Invalid, WrongState, must_be_ahead, must_say
from core.states import Actor
from followup.models import DocumentRequest, Occurrence, RequestTemplate, Series
from followup.services import asking, drafting, preparing
from followup.states import SERIES
from notifications import audience, calendars, outbox
from notifications.calendars import Calendars
from notifications.models import DeadlineKind
from notifications.reminders import FAULTS, LONGEST_PAUSE

log = structlog.get_logger(__name__)

LATE = LONGEST_PAUSE
"""Asked for so long after its day, after a rest or an outage, a request is looked through by a person, as mail is held back then."""

MOST_BEHIND = 400
"""Times that are recorded one by one after a pause; a series further behind begins anew from there."""

SAY_WHY = _("Write a sentence that says why.")

Outcome, Because = Occurrence.Outcome, Occurrence.Because


class Wording(TypedDict):
    """What may be changed while it runs: the rhythm may not."""

    title: str
    template: RequestTemplate
    suppliers: Sequence[Organisation]
    lead_days: int
    sends: bool


@transaction.atomic
def start(
    *, framework: Framework, wording: Wording, anchor_on: date, interval: int, unit: str, actor: User, today: date, now: datetime
) -> Series:
    """Begin a series whose first answer is due on `anchor_on`."""
    series = Series(id=ids.new(), framework=framework, anchor_on=anchor_on, interval=interval, unit=unit, created_by=actor, created_at=now)
    access.require(actor, Action.DOCUMENT_REQUEST_SEND, series)
    _check(framework, wording)
    _check_rhythm(anchor_on, interval, unit, today)
    _write(series, wording)
    history.record(actor=actor, now=now, verb="create", about=series, changes=_told(series), is_internal=True)
    _plan(series, 0)
    return series


@transaction.atomic
def edit(*, series: Series, wording: Wording, actor: User, now: datetime) -> None:
    """What comes next is asked for like this. Another rhythm is another series."""
    states.hold(SERIES, series, "edit", actor=actor)
    _check(series.framework, wording)
    before = _told(series)
    _write(series, wording)
    changes = {name: [before[name], value] for name, value in _told(series).items() if before[name] != value}
    if changes:
        history.record(actor=actor, now=now, verb="edit", about=series, changes=changes, is_internal=True)
    if coming := _coming(series):
        rows.write(coming, asks_on=_asks_on(series, coming.on))


@transaction.atomic
def move(*, series: Series, on: date, reason: str, actor: User, today: date, now: datetime) -> None:
    """Another date for the next time. The one after it stays where it was."""
    coming = _locked(series, "move", actor)
    must_be_ahead(on, today, "on")
    if on >= _day(series, coming.number + 1):
        raise Invalid.one("on", "after_next", _("The next time after it is due by then. Skip this one instead."))
    reason = must_say(reason, "reason", _("Say why the date is changed."))
    changes = {"number": coming.number, "due_on": [coming.on, on], "reason": reason}
    rows.write(coming, on=on, asks_on=_asks_on(series, on), reason=reason)
    history.record(actor=actor, now=now, verb="move", about=series, changes=changes, is_internal=True)


@transaction.atomic
def skip(*, series: Series, reason: str, actor: User, now: datetime) -> None:
    """Leave the next time out, and say why."""
    coming = _locked(series, "skip", actor)
    reason = must_say(reason, "reason", _("Say why this time is left out."))
    _end(coming, Outcome.SKIPPED, reason=reason, now=now)
    history.record(actor=actor, now=now, verb="skip", about=series, changes={"number": coming.number, "reason": reason}, is_internal=True)
    _plan(series, coming.number + 1)


@transaction.atomic
def pause(*, series: Series, reason: str, actor: User, now: datetime) -> None:
    reason = must_say(reason, "reason", SAY_WHY)
    states.advance(SERIES, series, "pause", actor=actor, now=now, changes={"reason": reason}, is_internal=True)


@transaction.atomic
def resume(*, series: Series, actor: User, today: date, now: datetime) -> None:
    """Go on with the next time whose date is still ahead, also where it should have been asked for by now: the sweep does so at once.
    What came and went while it rested is recorded as skipped."""
    states.hold(SERIES, series, "resume", actor=actor)
    states.advance(SERIES, series, "resume", actor=actor, now=now, is_internal=True)
    _pass_by(series, until=today, because=Because.PAUSED, now=now)


@transaction.atomic
def end(*, series: Series, reason: str, actor: Actor, now: datetime) -> None:
    """No more requests. Those that were made go on as they are."""
    reason = must_say(reason, "reason", SAY_WHY)
    states.advance(SERIES, series, "end", actor=actor, now=now, changes={"reason": reason}, is_internal=True)
    if coming := _coming(series):
        _end(coming, Outcome.SKIPPED, because=Because.ENDED, now=now)


# The sweep


def sweep(*, today: date, now: datetime) -> int:
    """Make the requests of every series whose day has come. Returns how many times were handled."""
    due = Occurrence.objects.filter(outcome=Outcome.PLANNED, asks_on__lte=today, series__status=Series.Status.ACTIVE)
    keys = list(due.order_by("series_id").values_list("series_id", flat=True))
    return sum(_handle(series, today=today, now=now) for series in Series.objects.filter(pk__in=keys).order_by("pk"))


def _handle(series: Series, *, today: date, now: datetime) -> bool:
    """One that is refused, or whose record is broken, does not stop the others; the next sweep tries again."""
    try:
        return _take(series, today=today, now=now)
    except OperationalError:  # the database went away: the next sweep does it all
        raise
    except FAULTS as error:
        log.error("series_refused", series=str(series.pk), error=f"{type(error).__name__}: {error}")
        return False


@transaction.atomic
def _take(series: Series, *, today: date, now: datetime) -> bool:
    """Asked once more under lock. After an outage only the latest time is asked for."""
    rows.lock(series)
    coming = _coming(series)
    if series.status != Series.Status.ACTIVE or coming is None or coming.asks_on > today:
        return False
    if not _runs(series.framework, today):
        end(series=series, reason=str(_("The agreement is over.")), actor=SYSTEM, now=now)
        return True
    while _asks_on(series, _day(series, coming.number + 1)) <= today:
        _end(coming, Outcome.SKIPPED, because=Because.OVERTAKEN, now=now)
        coming = _plan(series, coming.number + 1)
    made = _requests(series, coming, today=today, now=now)
    _end(coming, Outcome.CREATED if made else Outcome.SKIPPED, because="" if made else Because.NOBODY, now=now)
    changes = {"number": coming.number, "requests": len(made)}
    history.record(actor=SYSTEM, now=now, verb="ask" if made else "skip", about=series, changes=changes, is_internal=True)
    _plan(series, coming.number + 1)
    return True


def _requests(series: Series, occurrence: Occurrence, *, today: date, now: datetime) -> list[DocumentRequest]:
    known = calendars.of_kind(DeadlineKind.DOCUMENT_REQUEST)
    made = [_request(series, occurrence, supplier, known, today=today, now=now) for supplier in _suppliers(series, today)]
    requests = [request for request in made if request]
    sends = series.sends and today - occurrence.asks_on <= LATE
    waiting = [request for request in requests if not (sends and _is_sent(request, today=today, now=now))]
    if waiting:
        _tell_manager(series, occurrence, len(waiting), today=today, now=now)
    return requests


def _suppliers(series: Series, today: date) -> list[Organisation]:
    """Those that were chosen, or all, as far as they take part today."""
    taking_part = Organisation.objects.filter(pk__in=series.framework.participations.on(today).values("supplier"))
    chosen = series.suppliers.all()
    return list((taking_part.filter(pk__in=chosen.values("pk")) if chosen.exists() else taking_part).order_by("name", "pk"))


def _request(
    series: Series, occurrence: Occurrence, supplier: Organisation, known: Calendars, *, today: date, now: datetime
) -> DocumentRequest | None:
    """None where nothing of the template concerns this supplier."""
    bound = series.framework.obligations.on(today).filter(supplier=supplier, requirement__withdrawn_on=None)
    obligations = list(bound.select_related("requirement", "lot"))
    wishes = preparing.from_template(series.template, obligations) if series.template else []
    try:
        items = preparing.items_for(wishes, supplier, obligations)
    except Invalid:
        return None
    due_on = dates.next_working_day(occurrence.on, known.of(supplier.country)) if known.moves else occurrence.on
    return drafting.create(
        framework=series.framework,
        supplier=supplier,
        title=series.title,
        instructions=series.template.instructions if series.template else "",
        items=items,
        due_on=due_on if due_on > today else None,  # later than it should have been: the clause's time from today
        due_reason=occurrence.reason or series.rhythm,
        batch=occurrence.pk,
        actor=SYSTEM,
        now=now,
        today=today,
    )


def _is_sent(request: DocumentRequest, *, today: date, now: datetime) -> bool:
    """Where nobody can be reached it stays a draft."""
    try:
        asking.send(request=request, actor=SYSTEM, now=now, today=today)
    except WrongState:
        return False
    return True


def _tell_manager(series: Series, occurrence: Occurrence, count: int, *, today: date, now: datetime) -> None:
    framework = series.framework
    outbox.publish(
        kind="series_drafted",
        people=audience.staff(scope_id=framework.pk, role=ScopeRole.Role.MANAGER, today=today),
        organisation=framework.organisation,
        scope_id=framework.pk,
        about_id=occurrence.pk,
        context={
            "agreement": framework.title,
            "reference": framework.reference,
            "title": series.title,
            "count": count,
            "due_on": occurrence.on.isoformat(),
        },
        key=str(occurrence.pk),
        now=now,
    )


# Times


def _coming(series: Series) -> Occurrence | None:
    return series.occurrences.filter(outcome=Outcome.PLANNED).first()


def _locked(series: Series, change: str, actor: Actor) -> Occurrence:
    states.hold(SERIES, series, change, actor=actor)
    coming = _coming(series)
    if coming is None:
        raise WrongState(_("There is no time planned."))
    return coming


def _day(series: Series, number: int) -> date:
    return dates.occurrence(series.anchor_on, number, series.interval, Unit(series.unit))


def _asks_on(series: Series, on: date) -> date:
    return dates.add(on, -series.lead_days, Unit.DAYS)


def _plan(series: Series, number: int) -> Occurrence:
    on = _day(series, number)
    return Occurrence.objects.create(series=series, number=number, on=on, asks_on=_asks_on(series, on))


def _pass_by(series: Series, *, until: date, because: str, now: datetime) -> None:
    """Record what has come and gone, and plan the first whose date is still ahead."""
    coming, count = _coming(series), 0
    while coming and coming.on <= until and count < MOST_BEHIND:
        _end(coming, Outcome.SKIPPED, because=because, now=now)
        coming, count = _plan(series, coming.number + 1), count + 1


def _end(occurrence: Occurrence, outcome: str, *, now: datetime, because: str = "", reason: str = "") -> None:
    rows.write(occurrence, outcome=outcome, because=because, reason=reason or occurrence.reason, handled_at=now)


def _runs(framework: Framework, today: date) -> bool:
    until = framework.runs_until
    return framework.status == Framework.Status.SIGNED and (until is None or until >= today)


# Writing


def _write(series: Series, wording: Wording) -> None:
    series.title, series.template = wording["title"].strip(), wording["template"]
    series.lead_days, series.sends = wording["lead_days"], wording["sends"]
    series.save()
    series.suppliers.set(wording["suppliers"])


def _told(series: Series) -> dict[str, Any]:
    return {
        "title": series.title,
        "template": str(series.template or ""),
        "suppliers": sorted(supplier.name for supplier in series.suppliers.all()),
        "anchor_on": series.anchor_on,
        "interval": series.interval,
        "unit": series.unit,
        "lead_days": series.lead_days,
        "sends": series.sends,
    }


def _check(framework: Framework, wording: Wording) -> None:
    errors = []
    if not wording["title"].strip():
        errors.append(FieldError("title", "required", _("Fill in this field.")))
    if not 1 <= wording["lead_days"] <= 365:
        errors.append(FieldError("lead_days", "range", _("From 1 to 365 days.")))
    taking_part = set(framework.participations.values_list("supplier_id", flat=True))
    if any(supplier.pk not in taking_part for supplier in wording["suppliers"]):
        errors.append(FieldError("suppliers", "not_on_agreement", _("This supplier does not take part in the agreement.")))
    if errors:
        raise Invalid(errors)


def _check_rhythm(anchor_on: date, interval: int, unit: str, today: date) -> None:
    errors = []
    if anchor_on < today:
        errors.append(FieldError("anchor_on", "past", _("This date has passed. Choose today or later.")))
    shortest = {Unit.DAYS: 7}.get(Unit(unit), 1)
    if not shortest <= interval <= 120:
        errors.append(FieldError("interval", "range", _("At least a week, and at most 120 months or weeks.")))
    if errors:
        raise Invalid(errors)
