"""When a request is due, from the rules of the clauses it rests on. Pure: rows and calendars in, a date out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.models import DeadlineRule, Framework
from core import dates
from notifications.calendars import Calendars

WITHOUT_A_RULE = 42
"""Days, where no clause says anything: six weeks, the present rule of the Norwegian guidance (2022)."""

AFTER_A_RETURN = 14
"""Days for supplementing, unless the reviewer says otherwise."""


@dataclass(frozen=True)
class DueDate:
    """A due date, the day it counts from, and the form of the rule that gave it (None where no rule did)."""

    on: date
    counted_from: date
    rule: DeadlineRule | None = None
    is_from_sending: bool = False

    def kept(self) -> dict[str, Any]:
        """How the date came about, to be kept as it was: the rule's own words and numbers, not a reference to them."""
        rule, said = self.rule, {"on": self.on.isoformat(), "counted_from": self.counted_from.isoformat()}
        if rule is None:
            return {**said, "anchor": DeadlineRule.Anchor.SENT, "offset": WITHOUT_A_RULE, "unit": dates.Unit.DAYS}
        clause = {"clause": str(rule.clause), "version": rule.clause.version, "source": rule.source or rule.clause.source}
        anchor = DeadlineRule.Anchor.SENT if self.is_from_sending else rule.anchor
        return {**said, "anchor": anchor, "offset": rule.offset, "unit": rule.unit, "calendar": rule.calendar, **clause}


def of_request(*, framework: Framework, rules: Iterable[DeadlineRule], country: str, sent_on: date, calendars: Calendars) -> DueDate:
    """The latest date that any of the rules gives, so that no supplier gets less time than a clause promises.

    Of a rule with several forms over time the one counts that applied on the day it counts from. A rule whose day has
    passed long ago gives the same time from the day of sending; one that counts back from an end, the usual time.
    """
    given = [_by_rule(rule.in_force(framework, sent_on=sent_on), framework, country, sent_on, calendars) for rule in rules]
    if not given:
        return _without_a_rule(country, sent_on, calendars)
    return max(given, key=lambda due: due.on)


def _by_rule(rule: DeadlineRule, framework: Framework, country: str, sent_on: date, calendars: Calendars) -> DueDate:
    def counted(anchor: date) -> date:
        return calendars.due_on(anchor, rule.offset, rule.unit, country, also=rule.calendar)

    anchor = rule.anchor_date(framework, sent_on=sent_on)
    if anchor is not None and (due := counted(anchor)) > sent_on:
        return DueDate(due, anchor, rule)
    if rule.offset < 0:
        return _without_a_rule(country, sent_on, calendars)
    return DueDate(counted(sent_on), sent_on, rule, is_from_sending=True)


def _without_a_rule(country: str, sent_on: date, calendars: Calendars) -> DueDate:
    return DueDate(calendars.due_on(sent_on, WITHOUT_A_RULE, dates.Unit.DAYS, country), sent_on)


def after_return(*, today: date, country: str, calendars: Calendars) -> date:
    return calendars.due_on(today, AFTER_A_RETURN, dates.Unit.DAYS, country)
