"""Whose turn it is about a finding, and by when: what its severity asks of the supplier, and what we owe in return.

Every clock is a deadline with its ladder. While it is our turn the supplier's clocks rest; they count anew from our decision.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from core import dates, rows
from core.dates import Unit
from followup import finding_rules
from followup.models import Finding, FindingClock
from followup.services import briefs
from notifications import audience, calendars, deadlines, outbox, reminders
from notifications.calendars import OURS
from notifications.models import Deadline, DeadlineKind, Turn

W = FindingClock.What

KINDS = {
    W.RESPONSE: DeadlineKind.FINDING_RESPONSE,
    W.PLAN: DeadlineKind.FINDING_PLAN,
    W.CORRECTION: DeadlineKind.FINDING_CORRECTION,
    W.JUDGEMENT: DeadlineKind.FINDING_JUDGEMENT,
    W.MEETING: DeadlineKind.FINDING_MEETING,
    W.EFFECT: DeadlineKind.FINDING_EFFECT,
}
OURS_TO_KEEP = (W.JUDGEMENT, W.MEETING, W.EFFECT)

WITHOUT_A_CLOCK = 14
"""Days for a plan, or for supplementing, where the severity says nothing."""


def brief_of(finding: Finding, what: str = "") -> dict[str, Any]:
    """What mails about the finding say. `what` is the clock they speak of."""
    return {
        **briefs.of_agreement(finding.framework),
        "supplier": finding.supplier.name,
        "title": finding.title,
        "text": finding.text[:1000],
        "finding": finding.number,
        "severity": finding.severity.code,
        "clock": what,
    }


def start(finding: Finding, *whats: str, today: date, now: datetime, said: dict[str, Any] | None = None) -> None:
    """Open the clocks that the severity gives; one that runs already goes on as it is. `said` is what mails about them say besides."""
    for what in whats:
        due_on = date_of(finding, what, today)
        if due_on is not None and running(finding, what) is None:
            open_one(finding, what, due_on=due_on, today=today, now=now, said=said)


def date_of(finding: Finding, what: str, today: date) -> date | None:
    """The date that the clause gives, else the severity, counted from today; None where neither does."""
    span = _span(finding, what, today)
    if span is None or (what == W.CORRECTION and finding.is_systemic):
        return None
    (offset, unit), known = span, calendars.of_kind(KINDS[W(what)])
    if what == W.MEETING:
        return _not_later(dates.add(today, offset, Unit(unit)), today)
    country = OURS if what in OURS_TO_KEEP else finding.supplier.country
    return known.due_on(today, offset, unit, country)


def _span(finding: Finding, what: str, today: date) -> tuple[int, str] | None:
    """How long: what the agreement says goes before what we have thought out ourselves."""
    rule = finding_rules.of(finding, today).get(what) if what in (W.PLAN, W.CORRECTION) else None
    if rule is not None:
        return rule.offset, rule.unit
    offset = getattr(finding.severity, f"{what}_offset")
    return None if offset is None else (offset, getattr(finding.severity, f"{what}_unit"))


def _not_later(day: date, today: date) -> date:
    """The last working day within the limit: within 72 hours is not on the Monday after. None left: the limit itself."""
    before = dates.previous_working_day(day)
    return before if before > today else day


def open_one(finding: Finding, what: str, *, due_on: date, today: date, now: datetime, said: dict[str, Any] | None = None) -> FindingClock:
    """One clock. What is ours tells us at once by its ladder; the supplier is told by whoever calls this."""
    is_ours = what in OURS_TO_KEEP
    deadline = deadlines.open_new(
        kind=KINDS[W(what)],
        about_id=finding.pk,
        title=finding.title,
        scope=finding.framework_id,
        organisation=finding.framework.organisation if is_ours else finding.supplier,
        turn=Turn.CPB if is_ours else Turn.SUPPLIER,
        starts_on=today,
        due_on=due_on,
        brief={**brief_of(finding, what), **(said or {})},
        now=now,
    )
    clock = FindingClock.objects.create(finding=finding, what=what, deadline=deadline)
    if what == W.CORRECTION:
        rows.write(finding, mend_by=due_on)
    if is_ours:
        reminders.sweep(today=today, now=now, deadlines=[deadline.pk])
    return clock


def running(finding: Finding, what: str) -> FindingClock | None:
    """The open clock of that name."""
    mine = FindingClock.objects.filter(finding=finding, what=what, deadline__closed_at=None)
    return mine.select_related("deadline__organisation", "deadline__policy_version").first()


def stop(finding: Finding, *whats: str, now: datetime) -> None:
    for what in whats:
        if clock := running(finding, what):
            deadlines.close(clock.deadline, now=now)


def give(finding: Finding, what: str, *, due_on: date, today: date, now: datetime) -> None:
    """That clock is to show this date: it moves, or begins."""
    clock = running(finding, what)
    if clock is None:
        open_one(finding, what, due_on=due_on, today=today, now=now)
        return
    if clock.deadline.due_on != due_on:
        deadlines.move(clock.deadline, due_on=due_on, today=today, now=now)
    if what == W.CORRECTION:
        rows.write(finding, mend_by=due_on)


def of_supplier(finding: Finding) -> Iterable[Deadline]:
    """What the supplier owes, actions of its plan too."""
    mine = Deadline.objects.open().filter(about_id=finding.pk, turn=Turn.SUPPLIER)
    return mine.select_related("organisation", "policy_version")


def hand_to_us(finding: Finding, waits: str, *, today: date, now: datetime) -> None:
    """The supplier has answered: its reminders rest, nobody has to chase it, and we owe a judgement."""
    stop(finding, W.RESPONSE, now=now)
    deadlines.close_all(Deadline.objects.filter(about_id=finding.pk, kind=DeadlineKind.FOLLOW_UP), now=now)
    for deadline in of_supplier(finding):
        deadlines.wait_for_us(deadline, more=1)
    is_for_another = waits == "dispute" or (waits == "evidence" and finding.severity.needs_another)
    start(finding, W.JUDGEMENT, today=today, now=now, said={"waits": waits, "is_for_another": is_for_another})
    if is_for_another and (clock := running(finding, W.JUDGEMENT)):
        _tell_another(finding, clock.deadline, today=today, now=now)


def _tell_another(finding: Finding, deadline: Deadline, *, today: date, now: datetime) -> None:
    """Whoever found it does not decide: where the ladder tells nobody else, the agreement owner is told."""
    told = audience.staff(scope_id=finding.framework_id, role="manager", today=today)
    if any(person.pk != finding.found_by.person_id for person in told):
        return
    outbox.publish(
        kind="finding_to_judge",
        people=audience.staff(scope_id=finding.framework_id, role="owner", today=today),
        organisation=deadline.organisation,
        scope_id=finding.framework_id,
        about_id=finding.pk,
        context=deadline.brief,
        key=f"{deadline.pk}:another",
        now=now,
        deadline=deadline,
    )


def hand_back(finding: Finding, *, now: datetime) -> None:
    """We have judged."""
    stop(finding, W.JUDGEMENT, now=now)
    for deadline in of_supplier(finding):
        if deadline.waits_for_us:
            deadlines.wait_for_us(deadline, more=-deadline.waits_for_us)


def give_back(finding: Finding, *, today: date, now: datetime) -> None:
    """The days that we took to judge are the supplier's: what it still owes moves by as many."""
    taken = (today - _handed_over_on(finding)).days
    if not taken:
        return
    working = calendars.read().of(finding.supplier.country)
    for deadline in of_supplier(finding):
        deadlines.move(deadline, due_on=dates.due_on(deadline.due_on, taken, Unit.DAYS, working), today=today, now=now)
    if clock := running(finding, W.CORRECTION):
        rows.write(finding, mend_by=clock.deadline.due_on)


def moved_since(finding: Finding, was: date) -> dict[str, date | None]:
    """For history: the date by which it is to be put right, where that is another than it `was`."""
    return {} if finding.mend_by == was else {"mend_by": finding.due_on}


def _handed_over_on(finding: Finding) -> date:
    """The day the supplier answered: when our latest judgement was begun."""
    judged = FindingClock.objects.filter(finding=finding, what=W.JUDGEMENT).select_related("deadline")
    return judged.latest("deadline__created_at", "pk").deadline.starts_on


def count_anew(finding: Finding, *, today: date, now: datetime) -> None:
    """Plan and correction get their whole time from today on."""
    for what in (W.PLAN, W.CORRECTION):
        due_on = date_of(finding, what, today)
        if due_on is not None:
            give(finding, what, due_on=due_on, today=today, now=now)


def end_all(finding: Finding, *, now: datetime) -> None:
    """Whatever is owed about it, by them and by us."""
    deadlines.close_all(Deadline.objects.filter(about_id=finding.pk), now=now)


def tell_supplier(finding: Finding, kind: str, *, today: date, now: datetime, said: dict[str, Any] | None = None, key: str = "") -> None:
    """To the responsible contact, once for each thing that happened. `said` is what this mail tells beyond the finding itself."""
    outbox.publish(
        kind=kind,
        people=audience.contacts(scope_id=finding.framework_id, organisation_id=finding.supplier_id, today=today),
        organisation=finding.supplier,
        scope_id=finding.framework_id,
        about_id=finding.pk,
        context={**brief_of(finding), **dates_owed(finding), **(said or {})},
        key=key or f"{finding.pk}:{now.isoformat()}",
        now=now,
    )


def dates_owed(finding: Finding) -> dict[str, Any]:
    """`response_on`, `plan_on` and `correction_on` as far as these clocks run."""
    owed = FindingClock.objects.filter(finding=finding, deadline__turn=Turn.SUPPLIER, deadline__closed_at=None)
    return {f"{what}_on": due_on.isoformat() for what, due_on in owed.values_list("what", "deadline__due_on")}
