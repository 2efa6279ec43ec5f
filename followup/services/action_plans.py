"""The supplier's action plan: why it happened, what is done about it, by whom and when; and what we say of each action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core import dates, locales, rows, states
from core.dates import Unit
from core.errors import FieldError, Invalid, WrongState, must_be_ahead
from followup.models import ActionPlan, CorrectiveAction, Finding, FindingClock
from followup.services import finding_clocks
from followup.services.finding_clocks import WITHOUT_A_CLOCK
from followup.states import FINDING
from notifications import deadlines
from notifications.models import Deadline, DeadlineKind, Turn
from notifications.webhooks import events

W = FindingClock.What
V = CorrectiveAction.Verdict
MOST_ACTIONS = 50


@dataclass(frozen=True)
class NewAction:
    """One thing the supplier will do."""

    kind: str
    text: str
    responsible: str
    due_on: date | None


@transaction.atomic
def ask(*, finding: Finding, actor: User, now: datetime, today: date, due_on: date | None = None) -> None:
    """Ask the supplier for a plan, by the severity's date or another."""
    states.hold(FINDING, finding, "ask_for_plan", actor=actor)
    if not finding.is_told:
        raise WrongState(_("Tell the supplier of the finding first."))
    due_on = _plan_by(finding, due_on, today)
    states.advance(FINDING, finding, "ask_for_plan", actor=actor, now=now, changes={"due_on": due_on})
    finding_clocks.give(finding, W.PLAN, due_on=due_on, today=today, now=now)
    finding_clocks.tell_supplier(
        finding, "finding_due", today=today, now=now, said={"clock": W.PLAN, "asked": True, "due_on": due_on.isoformat()}
    )


@transaction.atomic
def submit(*, finding: Finding, root_cause: str, actions: Sequence[NewAction], actor: User, now: datetime, today: date) -> ActionPlan:
    """The supplier's plan, whole. It becomes ours to judge; the actions' dates count from when it is accepted."""
    states.hold(FINDING, finding, "plan", actor=actor)
    _check(finding, root_cause, actions, today)
    changes = {"root_cause": root_cause.strip(), "actions": [action.text for action in actions]}
    states.advance(FINDING, finding, "plan", actor=actor, now=now, changes=changes)
    plan = ActionPlan.objects.create(
        finding=finding, number=finding.plans.count() + 1, root_cause=root_cause.strip(), submitted_by=actor, submitted_at=now
    )
    for number, action in enumerate(actions, start=1):
        _write(finding, plan, number, action, today=today, now=now)
    finding_clocks.hand_to_us(finding, "plan", today=today, now=now)
    events.tell("finding.planned", about_type="finding", about_id=finding.pk, now=now)
    return plan


@transaction.atomic
def accept(*, finding: Finding, actor: User, now: datetime, today: date, comment: str = "") -> None:
    """Every action is good enough: their dates begin, and the plan is no longer owed."""
    states.hold(FINDING, finding, "accept_plan", actor=actor)
    plan, was = latest(finding), finding.mend_by
    _judge(plan, ActionPlan.Verdict.ACCEPTED, comment, actor=actor, now=now)
    plan.actions.update(verdict=V.ACCEPTED)
    finding_clocks.hand_back(finding, now=now)
    finding_clocks.stop(finding, W.PLAN, now=now)
    finding_clocks.give_back(finding, today=today, now=now)
    changes = {"comment": comment.strip(), **finding_clocks.moved_since(finding, was)}
    states.advance(FINDING, finding, "accept_plan", actor=actor, now=now, changes=changes)
    actions = list(plan.actions.select_related("deadline__organisation").order_by("number"))
    for action in actions:
        deadlines.start(action.deadline, starts_on=today, due_on=_still_to_come(action.deadline, today), now=now)
    agreed = [{"text": each.text, "due_on": each.deadline.due_on.isoformat()} for each in actions]
    said = {"outcome": "plan_accepted", "grounds": comment.strip(), "plan_actions": agreed}
    finding_clocks.tell_supplier(finding, "finding_decided", today=today, now=now, said=said)


@transaction.atomic
def return_(
    *,
    finding: Finding,
    actor: User,
    now: datetime,
    today: date,
    comment: str = "",
    comments: Mapping[UUID, str] | None = None,
    due_on: date | None = None,
) -> None:
    """Send it back. `comments` are of the actions that are not good enough; those without one are."""
    states.hold(FINDING, finding, "return_plan", actor=actor)
    plan, said = latest(finding), {key: text.strip() for key, text in (comments or {}).items() if text.strip()}
    actions = {action.pk: action for action in plan.actions.all()}
    if set(said) - set(actions):
        raise Invalid.one("actions", "unknown_action", _("One of the actions is not part of this plan."))
    if not comment.strip() and not said:
        raise Invalid.one("comment", "required", _("Say what is not good enough, of the plan or of an action."))
    due_on = _plan_by(finding, due_on, today)
    returned = [f"{actions[key].text.rstrip('.')}: {text}" for key, text in said.items()]
    _judge(plan, ActionPlan.Verdict.RETURNED, comment, actor=actor, now=now)
    for action in actions.values():
        text = said.get(action.pk, "")
        rows.write(action, verdict=V.RETURNED if text else V.ACCEPTED, comment=text)
    was = finding.mend_by
    finding_clocks.hand_back(finding, now=now)
    finding_clocks.give_back(finding, today=today, now=now)
    finding_clocks.give(finding, W.PLAN, due_on=due_on, today=today, now=now)
    changes = {"comment": comment.strip(), "returned": returned, "due_on": due_on, **finding_clocks.moved_since(finding, was)}
    states.advance(FINDING, finding, "return_plan", actor=actor, now=now, changes=changes)
    told = {"clock": W.PLAN, "comment": comment.strip(), "points": returned, "due_on": due_on.isoformat()}
    finding_clocks.tell_supplier(finding, "finding_returned", today=today, now=now, said=told)


def latest(finding: Finding) -> ActionPlan:
    found: ActionPlan = finding.plans.latest("number")
    return found


def actions_of(finding: Finding) -> QuerySet[CorrectiveAction]:
    """Of all its plans."""
    return CorrectiveAction.objects.filter(plan__finding=finding).select_related("plan", "deadline__organisation")


def _judge(plan: ActionPlan, verdict: str, comment: str, *, actor: User, now: datetime) -> None:
    rows.write(plan, verdict=verdict, comment=comment.strip(), judged_by=actor, judged_at=now)


def _check(finding: Finding, root_cause: str, actions: Sequence[NewAction], today: date) -> None:
    errors = []
    if not root_cause.strip():
        errors.append(FieldError("root_cause", "required", _("Say why it happened.")))
    if not actions:
        errors.append(FieldError("actions", "required", _("Write at least one action.")))
    if len(actions) > MOST_ACTIONS:
        errors.append(FieldError("actions", "max_length", _("Write at most %(most)d actions.") % {"most": MOST_ACTIONS}))
    for index, action in enumerate(actions):
        errors += [FieldError(f"actions.{index}.{name}", code, text) for name, code, text in _faults(finding, action, today)]
    if errors:
        raise Invalid(errors)


def _faults(finding: Finding, action: NewAction, today: date) -> list[tuple[str, str, str]]:
    found = []
    if action.kind not in CorrectiveAction.Kind.values:
        found.append(("kind", "invalid_choice", _("Choose what kind of action it is.")))
    if not action.text.strip():
        found.append(("text", "required", _("Write what is done.")))
    if not action.responsible.strip():
        found.append(("responsible", "required", _("Say who is responsible.")))
    until = finding.framework.runs_until
    if action.due_on is None:
        found.append(("due_on", "required", _("Say by when.")))
    elif action.due_on < today:
        found.append(("due_on", "past", _("This date has passed. Choose today for what is done already.")))
    elif until and today <= until < action.due_on:  # once it has ended, what is found on its call-offs is mended all the same
        text = _("The agreement ends on %(date)s, and after that nobody can check it. Choose an earlier date.")
        found.append(("due_on", "after_agreement", text % {"date": locales.long_day(until)}))
    return found


def _write(finding: Finding, plan: ActionPlan, number: int, action: NewAction, *, today: date, now: datetime) -> None:
    assert action.due_on is not None
    brief: dict[str, Any] = {**finding_clocks.brief_of(finding, "action"), "action": action.text.strip()[:300]}
    deadline = deadlines.prepare(
        kind=DeadlineKind.CORRECTIVE_ACTION,
        about_id=finding.pk,
        title=action.text.strip(),
        scope=finding.framework_id,
        organisation=finding.supplier,
        turn=Turn.SUPPLIER,
        starts_on=today,
        due_on=action.due_on,
        brief=brief,
        now=now,
    )
    CorrectiveAction.objects.create(
        plan=plan, number=number, kind=action.kind, text=action.text.strip(), responsible=action.responsible.strip(), deadline=deadline
    )


def _still_to_come(promised: Deadline, today: date) -> date:
    """The date stands as it was promised; one that passed while we looked at the plan gets the days that it had."""
    if promised.due_on >= today:
        return promised.due_on
    had = (promised.due_on - promised.starts_on).days
    return dates.due_on(today, had, Unit.DAYS, deadlines.calendar_of(promised))


def _plan_by(finding: Finding, due_on: date | None, today: date) -> date:
    """As somebody says, else as the clause or the severity has it."""
    must_be_ahead(due_on, today)
    return due_on or finding_clocks.date_of(finding, W.PLAN, today) or dates.due_on(today, WITHOUT_A_CLOCK, Unit.DAYS)
