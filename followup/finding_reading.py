"""All that the page of a finding shows of it, beside the finding itself: read in one query, however much there is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef

from accounts.models import ScopeRole, User
from contracts.models import Obligation
from core.sql import parts, row_list
from followup.models import (
    ActionPlan,
    AgencyReport,
    CorrectiveAction,
    Finding,
    FindingClock,
    FindingEffect,
    FindingEvidence,
    FindingFile,
    Meeting,
    Sanction,
    Site,
)
from followup.services import finding_silence, findings
from notifications.models import Deadline, Turn

MOST_EARLIER = 5
MOST_THERE = 20
MINE = {"finding": OuterRef("pk")}


@dataclass
class Whole:
    """As far as the reader may see it. `clocks` are all of ours, or what the supplier owes; each of the `plans` has its `steps`.

    `deadlines` is the newest one alone: its brief says whom to call. What an audit firm or a supplier is not to know is empty.
    """

    clocks: list[FindingClock]
    plans: list[Any]
    evidence: list[FindingEvidence]
    files: list[FindingFile]
    effects: list[FindingEffect]
    obligations: list[Obligation]
    sanctions: list[Sanction]
    deadlines: list[Deadline]
    earlier: list[Finding] = field(default_factory=list)
    people: list[ScopeRole] = field(default_factory=list)
    agency_reports: list[AgencyReport] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    at_others: list[Finding] = field(default_factory=list)
    also_there: list[Site] = field(default_factory=list)
    takes_up: list[Meeting] = field(default_factory=list)


def whole(it: Finding, *, viewer: User, today: date) -> Whole:
    about = {"findings": OuterRef("pk")}
    lists = {
        "clocks": row_list(_clocks(it, viewer), "deadline"),
        "plans": row_list(
            ActionPlan.objects.filter(**MINE).order_by("number"),
            *("submitted_by", "submitted_by__person", "judged_by", "judged_by__person"),
        ),
        "steps": row_list(CorrectiveAction.objects.filter(plan__finding=OuterRef("pk")).order_by("number"), "deadline"),
        "evidence": row_list(FindingEvidence.objects.filter(**MINE).order_by("added_at", "pk"), "document", "action"),
        "files": row_list(FindingFile.objects.filter(**MINE).order_by("created_at")),
        "effects": row_list(FindingEffect.objects.filter(**MINE).order_by("recorded_at")),
        "obligations": row_list(Obligation.objects.filter(**about).order_by("requirement__number"), "requirement", "lot"),
        "sanctions": row_list(Sanction.objects.visible_to(viewer).filter(**about).order_by("number")),
        "deadlines": row_list(Deadline.objects.visible_to(viewer).filter(about_id=OuterRef("pk")).order_by("-created_at")[:1]),
        **(_ours(it, viewer, today) if viewer.works_here else {}),
    }
    found = parts(Finding, [it.pk], **lists)[it.pk]
    steps = found.pop("steps")
    for plan in found["plans"]:
        plan.steps = [step for step in steps if step.plan_id == plan.pk]
    return Whole(**found)


def _clocks(it: Finding, viewer: User) -> Any:
    """For the supplier what it owes; an audit firm has nothing to do with them."""
    mine = FindingClock.objects.filter(**MINE).order_by("deadline__due_on", "pk")
    if viewer.works_here:
        return mine
    return mine.filter(deadline__turn=Turn.SUPPLIER) if it.supplier_id in viewer.supplier_ids else mine.none()


def _ours(it: Finding, viewer: User, today: date) -> dict[str, row_list]:
    """What our own staff see beside it: whom to call at the supplier, where it came from, what it may repeat, the others of one that was
    logged at every supplier at once, and who else makes things for us at the site."""
    held = ScopeRole.objects.on(today).filter(scope=OuterRef("framework"), organisation=OuterRef("supplier"))
    same = {name: OuterRef(name) for name in ("framework", "created_at")}
    at_others = Finding.objects.visible_to(viewer).filter(**same, is_systemic=True).exclude(pk=OuterRef("pk"))
    site = {name: OuterRef(f"audit__site__{name}") for name in ("os_id", "name_key", "country")}
    also_there = Site.objects.visible_to(viewer).same_place(**site).exclude(supplier=OuterRef("supplier"))
    lists = {
        "people": row_list(held, "person"),
        "at_others": row_list(at_others.order_by("supplier__name", "pk"), "supplier"),
        "also_there": row_list(also_there.order_by("supplier__name", "pk")[:MOST_THERE], "supplier"),
        "agency_reports": row_list(AgencyReport.objects.visible_to(viewer).filter(**MINE).order_by("created_at")),
        "meetings": row_list(Meeting.objects.visible_to(viewer).filter(findings=OuterRef("pk")).order_by("starts_at")),
    }
    if it.severity.silence_offset is not None:
        lists["takes_up"] = row_list(finding_silence.to_take_up(today)[:1])
    if it.theme and it.repeats_id is None:
        before = findings.same_before(viewer=viewer, supplier=it.supplier, theme=it.theme, today=today, but=it)
        lists["earlier"] = row_list(before.select_related(None)[:MOST_EARLIER])
    return lists
