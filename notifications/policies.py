"""Changing a ladder: the next version, and moving running cases to it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Action
from core import access, history, rows
from core.errors import FieldError, Invalid, WrongState
from notifications import calendars, ladder_rules, ladders, replanning
from notifications.ladders import Rung
from notifications.models import Deadline, PolicyVersion, ReminderPolicy, ReminderStep
from notifications.replanning import Ladder, Proposal, Summary

SWITCHES = ("moves_to_working_day", "most_extensions", "longest_extension", "beyond_limits")
OWN_TIME = ("own_offset", "own_unit")
"""Only of kinds where the time is ours."""


def latest(policy: ReminderPolicy) -> PolicyVersion:
    """What new cases get."""
    found: PolicyVersion = policy.versions.order_by("-number")[0]
    return found


def said_by(version: PolicyVersion) -> dict[str, Any]:
    """What a version says beside its steps."""
    own_time = dict(zip(OWN_TIME, version.own_time, strict=True)) if version.own_time else {}
    return {name: getattr(version, name) for name in SWITCHES} | own_time


def rungs_of(version: PolicyVersion) -> list[Rung]:
    return [Rung(*row) for row in version.steps.order_by("rung", "id").values_list(*Rung._fields)]


def drafted(policy: ReminderPolicy, rungs: Sequence[Rung], switches: Mapping[str, Any]) -> Ladder:
    """A version that is not saved: to look at what it would do. What is wrong with it is said as `Invalid`."""
    check(policy.kind, rungs)
    version = PolicyVersion(policy=policy, number=0, **switches)
    return Ladder(version, [ReminderStep(version=version, **rung._asdict()) for rung in ladder_rules.numbered(rungs)])


def check(kind: str, rungs: Sequence[Rung]) -> None:
    """Each fault names its field as `steps-2-offset`; one of the whole ladder names `steps`."""
    found = ladder_rules.faults(kind, rungs)
    if found:
        raise Invalid([FieldError(_field(fault), fault.code, fault.detail) for fault in found])


def _field(fault: ladder_rules.Fault) -> str:
    return "steps" if fault.index is None else f"steps-{fault.index}-{fault.field}"


@transaction.atomic
def save(
    *, policy: ReminderPolicy, based_on: int, rungs: Sequence[Rung], switches: Mapping[str, Any], note: str, actor: User, now: datetime
) -> PolicyVersion:
    """Write the next version; new cases get it, running ones keep theirs. `based_on` is the number that the writer looked at."""
    access.require(actor, Action.POLICY_EDIT)
    rows.lock(policy)
    before = latest(policy)
    if before.number != based_on:
        raise WrongState(_("Somebody else has changed this ladder meanwhile. Look at the newest version before you go on."))
    ladder = drafted(policy, rungs, switches)
    if ladders.is_same(ladder.steps, rungs_of(before)) and said_by(before) == switches:
        raise Invalid.one("steps", "unchanged", _("Nothing has been changed."))
    version = ladder.version
    version.number, version.created_at, version.created_by, version.note = before.number + 1, now, actor, note
    version.save(force_insert=True)
    ReminderStep.objects.bulk_create(ladder.steps)
    changes = {"number": [before.number, version.number], "note": note}
    history.record(actor=actor, now=now, verb="change_ladder", about=policy, changes=changes, is_internal=True)
    return version


def proposal(version: PolicyVersion) -> Proposal:
    """That the running cases of its kind follow this version."""
    return Proposal(calendars.read(), ladders={version.policy.kind: Ladder(version, list(version.steps.all()))})


def still_on_others(version: PolicyVersion) -> int:
    """How many open cases follow another version of the same policy."""
    return running(version.policy).exclude(policy_version=version).count()


def running(policy: ReminderPolicy) -> Any:
    return Deadline.objects.open().filter(kind=policy.kind, policy_version__isnull=False)


@transaction.atomic
def move_running(*, version: PolicyVersion, actor: User, today: date, now: datetime) -> Summary:
    """Let the open cases follow this version from now on. Every case gets its row of history."""
    access.require(actor, Action.POLICY_EDIT)
    if latest(version.policy) != version:
        raise WrongState(_("There is a newer version. Cases are moved to the newest only."))
    moved = list(running(version.policy).exclude(policy_version=version).only("pk", "scope_id", "organisation_id"))
    summary = replanning.apply(proposal=proposal(version), today=today, now=now)
    changes = {"policy": version.policy.code, "number": version.number}
    history.record_many(actor=actor, now=now, verb="move_to_version", about=moved, changes=changes, is_internal=True)
    counts = {**changes, "cases": len(moved), "steps": summary.steps}
    history.record(actor=actor, now=now, verb="move_cases", about=version.policy, changes=counts, is_internal=True)
    return summary
