"""A finding: logged, corrected, told to the supplier, and handed to an authority. A critical one raises the alarm by itself."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.permissions import Action
from contracts.models import Framework, Obligation, Theme
from core import access, dates, history, rows, states
from core.errors import FieldError, Invalid, WrongState, must_say
from core.files import KeptFile
from followup import seen
from followup.models import Audit, Finding, FindingClock, FindingFile, Severity
from followup.services import finding_clocks, report_sections
from followup.states import FINDING
from notifications.webhooks import events

W = FindingClock.What
FREE_UNTIL_TOLD = frozenset({"text", "severity", "is_systemic"})
"""What the supplier has been told is not rewritten under its eyes."""


@transaction.atomic
def log(
    *,
    severity: Severity,
    text: str,
    actor: User,
    now: datetime,
    today: date,
    audit: Audit | None = None,
    framework: Framework | None = None,
    supplier: Organisation | None = None,
    obligations: Sequence[Obligation] = (),
    theme: str = "",
    is_systemic: bool = False,
    repeats: Finding | None = None,
    files: Sequence[KeptFile] = (),
) -> Finding:
    """Write down what was found, on an audit or on an agreement and supplier. A critical one is told to everybody at once."""
    framework, supplier = _place(audit, framework, supplier)
    finding = Finding(framework=framework, supplier=supplier, audit=audit, severity=severity, text=text.strip())
    access.require(actor, Action.FINDING_LOG, finding)
    if audit is not None:
        _must_go_on(audit)
        finding.auditor_id = audit.auditor_id
    rows.lock(framework.scope)  # two at once must not take the same number
    finding.theme, finding.is_systemic, finding.repeats = theme or theme_of(obligations), is_systemic, repeats
    finding.found_by, finding.created_at = actor, now
    _check(finding, obligations)
    finding.number = rows.next_number(Finding.objects.filter(framework=framework, supplier=supplier))
    finding.save(force_insert=True)
    finding.obligations.set(obligations)
    _keep(finding, files, actor=actor, now=now)
    if audit is not None:
        report_sections.follow(finding)
    changes = {"severity": severity.code, "text": finding.text, "audit": audit, "repeats": repeats, "files": len(files)}
    history.record(actor=actor, now=now, verb="log", about=finding, changes=changes, is_internal=True)
    if severity.is_critical:
        _alarm(finding, actor=actor, now=now, today=today)
    return finding


@transaction.atomic
def log_at_each(*, framework: Framework, obligations: Sequence[Obligation], now: datetime, today: date, **said: Any) -> list[Finding]:
    """A systemic one of the whole agreement: the same at every supplier that takes part. Each is that supplier's own, and none
    learns of another. What it is about are the requirements of these obligations, as far as they bind the supplier. `said` as in `log`.
    """
    bound: dict[UUID, list[Obligation]] = {}
    of_all = Obligation.objects.filter(framework=framework, requirement__in={each.requirement_id for each in obligations})
    for each in of_all.on(today).select_related("requirement").order_by("requirement__number", "id"):
        bound.setdefault(each.supplier_id, []).append(each)
    suppliers = Organisation.objects.filter(pk__in=framework.participations.on(today).values("supplier")).order_by("name", "id")
    given = {"framework": framework, "is_systemic": True, "now": now, "today": today, **said}
    return [log(supplier=supplier, obligations=bound.get(supplier.pk, []), **given) for supplier in suppliers]


@transaction.atomic
def edit(*, finding: Finding, actor: User, now: datetime, today: date, files: Sequence[KeptFile] = (), **written: Any) -> None:
    """Correct it: text, severity, is_systemic (until it is told), theme, obligations, repeats; and add files of ours."""
    states.hold(FINDING, finding, "edit", actor=actor)
    obligations = written.pop("obligations", None)
    changed = {name: [_named(each) for each in both] for name, both in history.difference(finding, written).items()}
    if finding.is_told and FREE_UNTIL_TOLD & set(changed):
        raise WrongState(_("The supplier has been told of this. Withdraw it and log it anew if it is wrong."))
    for name, value in written.items():
        setattr(finding, name, value)
    bound = list(finding.obligations.all()) if obligations is None else list(obligations)
    _check(finding, bound, may_have_fallen=not {"repeats", "theme"} & set(changed))
    if set(bound) != (was := set(finding.obligations.all())):
        changed["obligations"] = [", ".join(sorted(each.requirement.title for each in some)) for some in (was, bound)]
        finding.obligations.set(bound)
    _keep(finding, files, actor=actor, now=now)
    if not changed and not files:
        return
    changes = {**changed, **({"files": len(files)} if files else {})}
    states.advance(FINDING, finding, "edit", actor=actor, now=now, changes=changes, is_internal=True)
    if written:
        rows.write(finding, **written)
    if changed.get("severity") and finding.severity.is_critical:
        _alarm(finding, actor=actor, now=now, today=today)


@transaction.atomic
def tell(*, finding: Finding, actor: User, now: datetime, today: date) -> None:
    """Tell the supplier. The clocks of the severity begin, and reminders with them."""
    states.hold(FINDING, finding, "tell", actor=actor)
    if finding.is_told:
        raise WrongState(_("The supplier has been told of this already."))
    _tell(finding, "critical_told" if finding.severity.is_critical else "finding_told", actor=actor, now=now, today=today)


@transaction.atomic
def meet(*, finding: Finding, held_on: date, note: str, actor: User, now: datetime, today: date) -> None:
    """The meeting about a critical finding has been held."""
    states.hold(FINDING, finding, "meet", actor=actor)
    if held_on > today:
        raise Invalid.one("held_on", "future", _("This day has not come yet. Choose the day the meeting was held."))
    note = must_say(note, "note", _("Write what was agreed."))
    if finding_clocks.running(finding, W.MEETING) is None:
        raise WrongState(_("No meeting is waiting to be held."))
    changes = {"held_on": held_on, "note": note}
    states.advance(FINDING, finding, "meet", actor=actor, now=now, changes=changes, is_internal=True)
    finding_clocks.stop(finding, W.MEETING, now=now)


@transaction.atomic
def hand_over(*, finding: Finding, authority: str, actor: User, now: datetime, today: date, seen_mark: str | None = None) -> None:
    """An authority has got it. The case under the contract goes on all the same. `seen_mark` is of the authority that the writer saw."""
    states.hold(FINDING, finding, "hand_over", actor=actor)
    authority = must_say(authority, "authority", _("Say which authority."))
    if authority == finding.authority or seen.is_passed_over(seen_mark, [finding.authority]):
        raise WrongState(_("It is written down already that %(authority)s has got it.") % {"authority": finding.authority})
    states.advance(FINDING, finding, "hand_over", actor=actor, now=now, changes={"authority": authority}, is_internal=True)
    rows.write(finding, authority=authority)


def _named(value: Any) -> Any:
    """As history keeps it: a severity by its code, a finding by its number."""
    return value.code if isinstance(value, Severity) else str(value) if isinstance(value, Finding) else value


def theme_of(obligations: Sequence[Obligation]) -> str:
    return obligations[0].requirement.theme if obligations else ""


def same_before(*, viewer: User, supplier: Organisation, theme: str, today: date, but: Finding | None = None) -> QuerySet[Finding]:
    """What this may repeat, the newest first: the same theme at the same supplier within two years. A person confirms it."""
    audit = but.audit_id if but else None
    rows = Finding.objects.visible_to(viewer).same_before(supplier=supplier, theme=theme, today=today, audit=audit)
    if but is not None:
        rows = rows.exclude(pk=but.pk).filter(created_at__lte=but.created_at)
    found: QuerySet[Finding] = rows.select_related("framework", "severity").order_by("-created_at")
    return found


def _place(audit: Audit | None, framework: Framework | None, supplier: Organisation | None) -> tuple[Framework, Organisation]:
    """An audit says itself where it was; what is said beside it must be the same."""
    if audit is not None:
        wrong = [
            FieldError(name, "not_of_audit", _("The audit is about another one."))
            for name, said, known in (("framework", framework, audit.framework_id), ("supplier", supplier, audit.supplier_id))
            if said is not None and said.pk != known
        ]
        if wrong:
            raise Invalid(wrong)
        return audit.framework, audit.supplier
    if framework is None or supplier is None:
        named = {"framework": framework, "supplier": supplier}
        raise Invalid(FieldError(name, "required", _("Say this, or name an audit.")) for name, said in named.items() if said is None)
    return framework, supplier


def _must_go_on(audit: Audit) -> None:
    """An audit is closed when nothing that it found is left; nobody closes it meanwhile, or gives it to another firm."""
    rows.lock(audit)
    if audit.status in (Audit.Status.CLOSED, Audit.Status.CANCELLED):
        text = _("The audit is closed or called off. Log the finding on the agreement and the supplier, without the audit.")
        raise Invalid.one("audit", "over", text)


def _check(finding: Finding, obligations: Sequence[Obligation], *, may_have_fallen: bool = False) -> None:
    """`may_have_fallen`: what it repeats was looked at when it was chosen."""
    errors = []
    if not finding.text.strip():
        errors.append(FieldError("text", "required", _("Write what was found.")))
    if finding.theme and finding.theme not in Theme.values:
        errors.append(FieldError("theme", "invalid_choice", _("Choose a theme.")))
    if not finding.framework.participations.filter(supplier=finding.supplier_id).exists():
        errors.append(FieldError("supplier", "not_on_agreement", _("This supplier is not on the agreement.")))
    if any((row.framework_id, row.supplier_id) != (finding.framework_id, finding.supplier_id) for row in obligations):
        errors.append(FieldError("obligations", "not_bound", _("One of the requirements does not bind this supplier on this agreement.")))
    if finding.repeats and finding.repeats.supplier_id != finding.supplier_id:
        errors.append(FieldError("repeats", "not_same", _("What is found again must have been found at the same supplier.")))
    elif finding.repeats and not may_have_fallen and not _can_repeat(finding, finding.repeats):
        text = _("What is found again is on the same theme, and was found before, no more than two years ago.")
        errors.append(FieldError("repeats", "not_same_theme", text))
    if errors:
        raise Invalid(errors)


def _can_repeat(finding: Finding, earlier: Finding) -> bool:
    found_on = dates.today(finding.created_at, settings.TIME_ZONE)
    of: dict[str, Any] = {"supplier": finding.supplier_id, "theme": finding.theme, "audit": finding.audit_id}
    before = Finding.objects.same_before(today=found_on, **of)
    found: bool = before.filter(pk=earlier.pk, created_at__lte=finding.created_at).exclude(pk=finding.pk).exists()
    return found


def _keep(finding: Finding, files: Sequence[KeptFile], *, actor: User, now: datetime) -> None:
    for file in files:
        FindingFile.objects.create(finding=finding, uploaded_by=actor, created_at=now, **file.columns)


def _tell(finding: Finding, kind: str, *, actor: User, now: datetime, today: date) -> None:
    states.advance(FINDING, finding, "tell", actor=actor, now=now, changes={"severity": finding.severity.code, "text": finding.text})
    rows.write(finding, told_at=now)
    finding_clocks.start(finding, W.RESPONSE, W.PLAN, W.CORRECTION, today=today, now=now)
    finding_clocks.tell_supplier(finding, kind, today=today, now=now, key=str(finding.pk))
    events.tell("finding.told", about_type="finding", about_id=finding.pk, now=now)


def _alarm(finding: Finding, *, actor: User, now: datetime, today: date) -> None:
    """Past the ladder: the supplier and our owner and manager at once, and a meeting within the severity's days."""
    if not finding.is_told:
        _tell(finding, "critical_told", actor=actor, now=now, today=today)
    finding_clocks.start(finding, W.MEETING, today=today, now=now)
