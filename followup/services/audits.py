"""Audits before they are held: planned, corrected, moved, announced, called off. What comes of them: `audit_outcomes`."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from contracts.models import Framework, Obligation
from core import history, rows, states
from core.errors import FieldError, Invalid, NotAllowed, WrongState, must_say
from followup import audit_days
from followup.models import Audit, Programme, Site, WrittenReport
from followup.services import agency_report_news, audit_mail, report_clocks
from followup.states import AUDIT
from notifications import deadlines
from notifications.models import DeadlineKind, Turn
from notifications.webhooks import events

NEEDS_REASON = (Audit.Trigger.RISK_SAMPLE, Audit.Trigger.SUSPICION, Audit.Trigger.COMPLAINT, Audit.Trigger.AGENCY_REPORT)
FIXED = ("kind", "announcement")
"""What cannot be another once the supplier has been told."""

TOLD = ("auditor", "place", "site", "purpose")
"""What the announcement says beside the day and what is checked. A change of it is told too."""


@transaction.atomic
def plan(
    *,
    framework: Framework,
    supplier: Organisation,
    kind: str,
    planned_on: date,
    actor: User,
    now: datetime,
    today: date,
    obligations: Sequence[Obligation] = (),
    **written: Any,
) -> Audit:
    """Decide on an audit. The supplier knows nothing of it until it is announced, or reported.

    `written` may hold trigger, reason, announcement, purpose, place, site, programme, auditor, lead and re_audit_of.
    Who plans it leads it.
    """
    must_be_allowed(actor, framework, supplier, "edit")
    if kind == Audit.Kind.REUSED:
        text = _("An audit made by others is not planned. Write it down as one that we rely on.")
        raise Invalid.one("kind", "not_planned", text)
    audit = Audit(framework=framework, supplier=supplier, kind=kind, created_by=actor, created_at=now, **{"lead": actor, **written})
    check(audit, obligations, planned_on)
    audit.deadline = deadlines.open_new(
        kind=DeadlineKind.AUDIT,
        about_id=audit.pk,
        title=audit_mail.title(audit),
        scope=framework.pk,
        organisation=framework.organisation,
        turn=Turn.CPB,
        starts_on=today,
        due_on=planned_on,
        brief={},
        now=now,
    )
    audit.planned_on = planned_on
    audit.save(force_insert=True)
    audit.obligations.set(obligations)
    audit_mail.refresh(audit)
    changes = {"kind": kind, "planned_on": planned_on, "trigger": audit.trigger, "reason": audit.reason}
    history.record(actor=actor, now=now, verb="plan", about=audit, changes=changes, is_internal=True)
    audit_mail.assign(audit, now=now)
    return audit


@transaction.atomic
def edit(
    *,
    audit: Audit,
    actor: User,
    now: datetime,
    today: date,
    obligations: Sequence[Obligation] | None = None,
    planned_on: date | None = None,
    why: str = "",
    **written: Any,
) -> None:
    """Correct the plan, or move it to another day. What has been announced is announced anew where it is no longer true.

    `written` may hold what `plan` takes.
    """
    states.hold(AUDIT, audit, "edit", actor=actor)
    changed = {name: [_named(each) for each in both] for name, both in history.difference(audit, written).items()}
    if audit.announced_at and changed.keys() & set(FIXED):
        raise WrongState(_("The supplier has been told what kind of audit it is, and how. Cancel this one and plan another."))
    was_told, was_bound = audit_days.told(audit), set(audit.obligations.all())
    if "auditor" in changed:
        audit_mail.withdraw(audit, now=now)
    bound = was_bound if obligations is None else set(obligations)
    for name, value in written.items():
        setattr(audit, name, value)
    is_moved = planned_on is not None and planned_on != audit.deadline.due_on
    check(audit, list(bound), planned_on if is_moved else None)
    if planned_on is not None and is_moved:
        changed["planned_on"] = [audit.deadline.due_on, planned_on]
        deadlines.move(audit.deadline, due_on=planned_on, today=today, now=now)
    if bound != was_bound:
        audit.obligations.set(bound)
        changed["obligations"] = sorted(each.requirement.title for each in bound)
    if not changed:
        return
    states.advance(AUDIT, audit, "edit", actor=actor, now=now, changes={**changed, "why": why.strip()}, is_internal=True)
    rows.write(audit, **written, planned_on=audit.deadline.due_on)
    if "auditor" in changed:
        audit.findings.update(auditor=audit.auditor)
    audit_mail.refresh(audit)
    if changed.keys() & {*TOLD, "planned_on", "obligations", "kind"}:
        audit_mail.assign(audit, now=now, is_changed="auditor" not in changed)
    if audit.announced_at and (was_told != audit_days.told(audit) or changed.keys() & {*TOLD, "obligations"}):
        _announce_anew(audit, actor=actor, now=now, today=today)


@transaction.atomic
def announce(*, audit: Audit, actor: User, now: datetime, today: date) -> None:
    """Tell the supplier what is audited, when, by whom and under which clause. Refused while nobody there can be reached."""
    states.hold(AUDIT, audit, "announce", actor=actor)
    if audit.announcement == Audit.Announcement.UNANNOUNCED:
        raise WrongState(_("This audit is to come unannounced, so the supplier is not told. Change that first if it should be."))
    if audit_days.told(audit)[1] < today:
        raise WrongState(_("The day it is planned for has passed. Choose another day first."))
    told = audit_mail.people(audit, today)
    if not told:
        raise WrongState(
            _("%(supplier)s has no confirmed contact with a working e-mail address on this agreement. Add one, then announce it.")
            % {"supplier": audit.supplier.name}
        )
    states.advance(AUDIT, audit, "announce", actor=actor, now=now, changes=audit_days.said(audit))
    rows.write(audit, announced_at=now)
    audit_mail.tell(audit, audit_mail.ANNOUNCED, audit_mail.announcement(audit), to=told, key=str(audit.pk), now=now)
    events.tell("audit.announced", about_type="audit", about_id=audit.pk, now=now)


@transaction.atomic
def cancel(*, audit: Audit, reason: str, actor: User, now: datetime, today: date) -> None:
    """Call it off, and say why. A supplier that was told of it is told that too, with the reason.

    One that was written down as held by mistake was not: its day and result go, and the history keeps them.
    """
    states.hold(AUDIT, audit, "cancel", actor=actor)
    reason = must_say(reason, "reason", _("Say why it is called off."))
    if audit.written_reports.exclude(status=WrittenReport.Status.DROPPED).exists():
        raise WrongState(_("Its report is being written. Drop the report first, if it was not held."))
    was_told = audit.announced_at is not None
    states.advance(AUDIT, audit, "cancel", actor=actor, now=now, changes={"reason": reason}, is_internal=not was_told)
    rows.write(audit, cancel_reason=reason, performed_on=None, result=Audit.Result.NONE)
    if audit.deadline.is_open:
        deadlines.close(audit.deadline, now=now)
    report_clocks.stop_writing(audit, now=now)
    audit_mail.withdraw(audit, now=now)
    agency_report_news.audit_called_off(audit, actor=actor, now=now, today=today)
    if was_told:
        audit_mail.take_back(audit, reason="closed", now=now)
        said = {**audit_mail.brief(audit), **audit_days.said(audit), "because": audit.cancel_reason}
        audit_mail.tell(audit, "audit_cancelled", said, to=audit_mail.people(audit, today), key=str(audit.pk), now=now)
        events.tell("audit.cancelled", about_type="audit", about_id=audit.pk, now=now)


def check(audit: Audit, obligations: Sequence[Obligation], planned_on: date | None = None) -> None:
    """Everything that is wrong with it, each said at its field."""
    if audit.programme:
        rows.lock(audit.programme)  # nobody closes it while an audit is planned in it
    faults = [*_faults(audit, obligations), *_faults_of_place(audit), *_faults_of_reason(audit)]
    if planned_on is not None:
        faults += faults_of_day(audit.framework, planned_on, "planned_on")
    if faults:
        raise Invalid(faults)


def must_be_allowed(actor: User, framework: Framework, supplier: Organisation, change: str) -> None:
    if not actor.may(AUDIT[change].needs, scope_id=framework.pk, organisation_id=supplier.pk):
        raise NotAllowed


def _faults(audit: Audit, obligations: Sequence[Obligation]) -> Iterator[FieldError]:
    if not audit.framework.participations.filter(supplier=audit.supplier_id).exists():
        yield FieldError("supplier", "not_on_agreement", _("This supplier does not take part in the agreement."))
    if any(each.supplier_id != audit.supplier_id or each.framework_id != audit.framework_id for each in obligations):
        yield FieldError("obligations", "not_the_suppliers", _("An obligation belongs to another supplier or agreement."))
    if audit.auditor and audit.auditor.kind != Organisation.Kind.AUDITOR:
        yield FieldError("auditor", "not_an_auditor", _("Choose an audit firm."))
    if audit.lead and not audit.lead.works_here:
        yield FieldError("lead", "not_ours", _("Choose somebody of ours. The audit firm is named by itself."))


def _faults_of_place(audit: Audit) -> Iterator[FieldError]:
    if audit.site and audit.site.supplier_id != audit.supplier_id:
        yield FieldError("site", "not_the_suppliers", _("This site belongs to another supplier."))
    elif audit.site and not audit.site.can_be_audited:
        yield FieldError("site", "not_confirmed", _("Choose a site that we have confirmed and that is in use."))


def _faults_of_reason(audit: Audit) -> Iterator[FieldError]:
    if audit.programme and audit.programme.status == Programme.Status.CLOSED:
        yield FieldError("programme", "closed", _("This programme is closed. Open it again, or choose another."))
    if audit.trigger in NEEDS_REASON and not audit.reason.strip():
        yield FieldError("reason", "required", _("Write why this supplier, and why now. Only we read it."))
    earlier, is_again = audit.re_audit_of, audit.trigger == Audit.Trigger.RE_AUDIT
    if earlier and (earlier.supplier_id != audit.supplier_id or earlier.performed_on is None):
        yield FieldError("re_audit_of", "not_the_suppliers", _("Choose an audit of the same supplier that has been held."))
    elif earlier and not is_again:
        yield FieldError("trigger", "re_audit", _("It follows an earlier audit, so that is the reason to choose."))
    elif is_again and not earlier:
        yield FieldError("re_audit_of", "required", _("Choose the audit that it follows."))


def _named(value: Any) -> Any:
    """As history keeps it: people, organisations and places by their names."""
    return str(value) if isinstance(value, Organisation | User | Audit | Site | Programme) else value


def faults_of_day(framework: Framework, day: date, field: str) -> Iterator[FieldError]:
    """A day that has passed is taken: an audit that was held without a plan is written down too."""
    first = min((each for each in (framework.signed_on, framework.starts_on) if each), default=None)
    if first and day < first:
        yield FieldError(field, "before_agreement", _("On this day there was no agreement yet."))


def _announce_anew(audit: Audit, *, actor: User, now: datetime, today: date) -> None:
    audit_mail.take_back(audit, reason="moved", now=now)
    history.record(actor=actor, now=now, verb="announce_anew", about=audit, changes=audit_days.said(audit))
    said = audit_mail.announcement(audit, is_changed=True)
    key = f"{audit.pk}:{now.isoformat()}"
    audit_mail.tell(audit, audit_mail.ANNOUNCED, said, to=audit_mail.people(audit, today), key=key, now=now)
