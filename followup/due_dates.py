"""When a request is due, from the rules of the clauses it rests on. Pure: rows in, a date out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from contracts.models import DeadlineRule, Framework
from core import dates

WITHOUT_A_RULE = 42
"""Days, where no clause says anything: six weeks, the present rule of the Norwegian guidance (2022)."""

AFTER_A_RETURN = 14
"""Days for supplementing, unless the reviewer says otherwise."""

FOR_OUR_REVIEW = 28
"""Days that we give ourselves to judge what came."""

FOR_OUR_ANSWER = 3
"""Working days that we give ourselves to answer a question or a request for more time."""


@dataclass(frozen=True)
class DueDate:
    """A due date and the rule that gave it (None where no rule did)."""

    on: date
    rule: DeadlineRule | None = None


def calendar_for(country: str) -> dates.Calendar:
    """Working days of both sides: ours and the supplier's."""
    return dates.Calendar(countries=tuple(dict.fromkeys(("NO", country or "NO"))))


def of_request(*, framework: Framework, rules: Iterable[DeadlineRule], country: str, sent_on: date) -> DueDate:
    """The latest date that any of the rules gives, so that no supplier gets less time than a clause promises.

    A rule that counts from signing may have passed long ago; then the same time is given from the day of sending.
    """
    given = [DueDate(_by_rule(rule, framework, country, sent_on), rule) for rule in rules]
    if not given:
        return DueDate(dates.due_on(sent_on, WITHOUT_A_RULE, dates.Unit.DAYS, calendar_for(country)))
    return max(given, key=lambda due: due.on)


def _by_rule(rule: DeadlineRule, framework: Framework, country: str, sent_on: date) -> date:
    calendar = dates.Calendar(countries=tuple(dict.fromkeys((rule.calendar, country or rule.calendar))))
    anchor = rule.anchor_date(framework, sent_on=sent_on) or sent_on
    due = dates.due_on(anchor, rule.offset, dates.Unit(rule.unit), calendar)
    return due if due > sent_on else dates.due_on(sent_on, rule.offset, dates.Unit(rule.unit), calendar)


def after_return(*, today: date, country: str) -> date:
    return dates.due_on(today, AFTER_A_RETURN, dates.Unit.DAYS, calendar_for(country))


def of_our_review(today: date) -> date:
    return dates.due_on(today, FOR_OUR_REVIEW, dates.Unit.DAYS)


def of_our_answer(today: date) -> date:
    return dates.due_on(today, FOR_OUR_ANSWER, dates.Unit.WORKING_DAYS)
