"""The deadlines that an agreement's own dates give us: the notice of its next option, and its end.

Set anew whenever a date, an option or the state changes. An agreement that is not signed, or is over, has none.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from contracts.models import Framework, Option
from core import dates
from core.dates import Unit
from notifications import deadlines
from notifications.models import Deadline, DeadlineKind, Turn


class Period(NamedTuple):
    """What an option would add: it runs from `begins_on`, and notice must be given by `notice_on`."""

    option: Option
    begins_on: date
    ends_on: date
    notice_on: date


def periods(framework: Framework) -> list[Period]:
    """The options one after the other, each from where the former would end; up to the first that was refused."""
    found: list[Period] = []
    end = framework.ends_on
    for option in sorted(framework.options.all(), key=lambda option: option.number):
        if end is None or option.decision == Option.Decision.REFUSED:
            break
        later = dates.add(end, option.months, Unit.MONTHS)
        notice = dates.previous_working_day(dates.add(end, -option.notice_days, Unit.DAYS))
        found.append(Period(option, end, later, notice))
        end = later
    return found


def next_period(framework: Framework) -> Period | None:
    """That of the first option that nobody has decided on."""
    return next((period for period in periods(framework) if period.option.decision == Option.Decision.PENDING), None)


def wind(framework: Framework, *, today: date, now: datetime) -> None:
    """Open, move and close what the agreement's dates say. Called in the transaction that changed them."""
    framework = Framework.objects.select_related("expiry", "organisation").prefetch_related("options__deadline").get(pk=framework.pk)
    runs = framework.status == Framework.Status.SIGNED
    coming = next_period(framework) if runs else None
    for option in framework.options.all():
        due_on = coming.notice_on if coming and coming.option == option else None
        deadline = _keep(option.deadline, framework, DeadlineKind.OPTION_NOTICE, due_on, today=today, now=now)
        if deadline != option.deadline:
            Option.objects.filter(pk=option.pk).update(deadline=deadline)
    expiry = _keep(framework.expiry, framework, DeadlineKind.AGREEMENT_EXPIRY, framework.runs_until if runs else None, today=today, now=now)
    if expiry != framework.expiry:
        Framework.objects.filter(pk=framework.pk).update(expiry=expiry)


def _keep(
    deadline: Deadline | None, framework: Framework, kind: str, due_on: date | None, *, today: date, now: datetime
) -> Deadline | None:
    if deadline is None:
        return _open(framework, kind, due_on, today=today, now=now) if due_on else None
    if due_on is None:
        if deadline.is_open:
            deadlines.close(deadline, now=now)
        return deadline
    if not deadline.is_open:
        deadlines.reopen(deadline, today=today, now=now)
    if deadline.due_on != due_on:
        deadlines.move(deadline, due_on=due_on, today=today, now=now)
    deadlines.rewrite(deadline, brief=_brief(framework), title=framework.title)
    return deadline


def _open(framework: Framework, kind: str, due_on: date, *, today: date, now: datetime) -> Deadline:
    return deadlines.open_new(
        kind=kind,
        about_id=framework.pk,
        title=framework.title,
        scope=framework.pk,
        organisation=framework.organisation,
        turn=Turn.CPB,
        starts_on=today,
        due_on=due_on,
        brief=_brief(framework),
        now=now,
    )


def _brief(framework: Framework) -> dict[str, Any]:
    return {"agreement": framework.title, "reference": framework.reference}
