"""What came of an audit: that it was held, its report, what it says of each requirement, and its end."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from contracts.models import Framework, Judgement, Method, Obligation
from contracts.services import obligations as judging
from core import ids, locales, rows, states
from core.errors import FieldError, Invalid, WrongState
from core.files import KeptFile
from followup import audit_days, scheme_comparing
from followup.models import Audit, AuditScheme, Finding, ReceivedAudit, Site
from followup.services import agency_report_news, audit_mail, audit_report_files, audits, renewals, report_clocks, schemes
from followup.states import AUDIT
from notifications import deadlines
from notifications.models import DeadlineKind, Turn

K = Audit.Kind
METHODS: dict[str, str] = {
    K.DOCUMENT_REVIEW: Method.DOCUMENT,
    K.WAGE_CONTROL: Method.DOCUMENT,
    K.OFFICE_VISIT: Method.HEAD_OFFICE,
    K.SUPPLIER_AUDIT: Method.PRODUCTION_SITE,
    K.JOINT: Method.PRODUCTION_SITE,
    K.REUSED: Method.DOCUMENT,
}
"""How a requirement was checked, by the kind of audit. Of one made by others we have read the report, and no more."""


@transaction.atomic
def log(
    *,
    audit: Audit,
    actor: User,
    now: datetime,
    today: date,
    performed_on: date | None = None,
    result: str = "",
    conclusion: str | None = None,
    files: Sequence[KeptFile] = (),
) -> None:
    """Write down that it was held: with a report it is reported, and the supplier is told; without one the report is to come.

    What is left out stays as it was; the day is the one it was planned for. A later report stands beside the earlier.
    """
    was_reported = audit.is_reported
    change = "report" if files or was_reported else "perform"
    states.hold(AUDIT, audit, change, actor=actor)
    held_on, result = performed_on or _day_of(audit, today), result or audit.result
    is_moved = held_on != audit.performed_on
    _check_held(audit, held_on, result, today)
    said = conclusion.strip() if conclusion is not None else audit.conclusion
    changes = {"performed_on": held_on, "result": result, "files": [file.name for file in files]}
    # The supplier learns the result with the report, from history too.
    states.advance(AUDIT, audit, change, actor=actor, now=now, changes=changes, is_internal=change == "perform")
    rows.write(audit, performed_on=held_on, result=result, conclusion=said, **_site_as_held(audit))
    audit_report_files.keep(audit, files, actor=actor, now=now)
    if is_moved:
        _date_judgements(audit, actor=actor, now=now, today=today)
    if audit.deadline.is_open:
        deadlines.close(audit.deadline, now=now)
    audit_mail.take_back(audit, reason="closed", now=now)
    if files:
        report_clocks.stop_writing(audit, now=now)
        audit_mail.tell_reported(audit, key=f"{audit.pk}:{audit.reports.count()}", now=now, today=today)
        if not was_reported:
            agency_report_news.audit_reported(audit, now=now)
    elif not audit.is_reported:
        report_clocks.start_writing(audit, today=today, now=now)


@transaction.atomic
def log_reused(
    *,
    framework: Framework,
    supplier: Organisation,
    performed_on: date,
    result: str,
    is_as_strict: bool,
    is_similar: bool,
    actor: User,
    now: datetime,
    today: date,
    scheme: str = "",
    listed_scheme: AuditScheme | None = None,
    place: str = "",
    site: Site | None = None,
    accepted_because: str = "",
    grade: str = "",
    valid_until: date | None = None,
    conclusion: str = "",
    purpose: str = "",
    obligations: Sequence[Obligation] = (),
    files: Sequence[KeptFile] = (),
) -> Audit:
    """Rely on an audit that others have made: its clause as strict as ours, its method similar, no older than three years.

    The rule is that of the Swedish regions. Somebody of ours answers for the first two, and the answers are kept with
    `accepted_because`; the third is counted. `listed_scheme` is who made it, or `scheme` in words where it is not in our list.
    """
    audits.must_be_allowed(actor, framework, supplier, "report")
    listed = _listed(scheme, listed_scheme)
    by = {"listed_scheme": listed, "scheme": listed.name if listed else scheme.strip()}
    written = {"place": place, "site": site, **by, "grade": grade, "valid_until": valid_until, "purpose": purpose}
    answered = {"is_as_strict": is_as_strict, "is_similar": is_similar, "accepted_because": accepted_because.strip()}
    key = ids.new()
    whose = {"framework": framework, "supplier": supplier, "created_by": actor, "created_at": now, "lead": actor}
    audit = Audit(id=key, kind=K.REUSED, **whose, **written, **answered)
    audits.check(audit, obligations)
    if faults := list(_faults_of_reused(audit, obligations, performed_on, today)):
        raise Invalid(faults)
    _check_held(audit, performed_on, result, today)
    audit.deadline = deadlines.prepare(
        kind=DeadlineKind.AUDIT,
        about_id=key,
        title=audit_mail.title(audit),
        scope=framework.pk,
        organisation=framework.organisation,
        turn=Turn.CPB,
        starts_on=performed_on,
        due_on=performed_on,
        brief={},
        now=now,
    )
    audit.planned_on = performed_on
    audit.save(force_insert=True)
    audit.obligations.set(obligations)
    audit_mail.refresh(audit)
    told = {name: value for name, value in written.items() if name != "listed_scheme"} | {"site": str(site or "")}
    changes = {**told, **answered, "performed_on": performed_on, "result": result, "files": [file.name for file in files]}
    states.advance(AUDIT, audit, "report", actor=actor, now=now, changes=changes)
    rows.write(audit, performed_on=performed_on, result=result, conclusion=conclusion.strip(), **_site_as_held(audit))
    audit_report_files.keep(audit, files, actor=actor, now=now)
    return audit


@transaction.atomic
def judge(
    *,
    audit: Audit,
    obligation: Obligation,
    verified: str,
    actor: User,
    now: datetime,
    today: date,
    method: str = "",
    valid_until: date | None = None,
    reason: str = "",
) -> Judgement:
    """Whether a requirement that it checked is met, as the audit found it: on the day it was held. The rest stays unknown."""
    states.hold(AUDIT, audit, "judge", actor=actor)
    if ReceivedAudit.objects.filter(audit=audit, withdrawn_on__isnull=False).exists():
        raise WrongState(_("The body that made this audit has taken it back, so nothing can be judged by it any more."))
    if not audit.obligations.filter(pk=obligation.pk).exists():
        raise Invalid.one("obligation", "not_in_audit", _("The audit did not check this requirement."))
    if method == Method.SELF_DECLARED:
        raise Invalid.one("method", "no_check", _("What the supplier states is no finding of an audit. Choose how it was checked."))
    assert audit.performed_on is not None
    valid_until = _as_long_as_the_audit(audit, valid_until)
    judgement = judging.judge(
        obligation=obligation,
        verified=verified,
        method=method or method_of(audit),
        checked_on=audit.performed_on,
        valid_until=valid_until,
        reason=reason,
        actor=actor,
        now=now,
        today=today,
    )
    said = {"requirement": obligation.requirement.title, "verified": verified, "valid_until": valid_until}
    states.advance(AUDIT, audit, "judge", actor=actor, now=now, changes=said, is_internal=not audit.is_told)
    audit.judgements.add(judgement)
    renewals.settle(place=renewals.Place(audit.framework_id, audit.supplier_id), today=today, now=now)
    return judgement


def _date_judgements(audit: Audit, *, actor: User, now: datetime, today: date) -> None:
    """What it says of requirements it says of the day it was held: where that was written down wrong, so were they."""
    assert audit.performed_on is not None
    last = audit_days.relied_until(audit)
    for each in audit.judgements.select_related("obligation").order_by("judged_at"):
        until = min(filter(None, (each.valid_until, last)), default=None)
        judging.redate(judgement=each, checked_on=audit.performed_on, valid_until=until, actor=actor, now=now, today=today)
    renewals.settle(place=renewals.Place(audit.framework_id, audit.supplier_id), today=today, now=now)


def _as_long_as_the_audit(audit: Audit, valid_until: date | None) -> date | None:
    last = audit_days.relied_until(audit)
    if last is None or (valid_until is not None and valid_until <= last):
        return valid_until
    if valid_until is not None:
        text = _("An audit made by others is relied on until %(day)s, so what rests on it is not valid for longer.")
        raise Invalid.one("valid_until", "after_audit", text % {"day": locales.long_day(last)})
    return last


@transaction.atomic
def close(*, audit: Audit, actor: User, now: datetime) -> None:
    """Everything that it found is mended or noted, and nobody writes on its report."""
    states.hold(AUDIT, audit, "close", actor=actor)
    if open_still := left_open(audit):
        raise WrongState(open_still)
    states.advance(AUDIT, audit, "close", actor=actor, now=now)


def left_open(audit: Audit) -> str:
    """What keeps it from being closed, in a sentence; empty where nothing does. Refused access is itself a finding (domain.md 5.4)."""
    if left := audit.findings.open().count():
        return _("Findings of this audit are still open (%(number)s). Close them first.") % {"number": left}
    if audit.written_reports.open().exists():
        return _("Its report is being written. Make it final, or drop it, before you close the audit.")
    if audit.result == Audit.Result.ACCESS_REFUSED and not audit.findings.of_weight().exists():
        return _("That access was refused is itself a finding. Log it before you close the audit.")
    return ""


def method_of(audit: Audit) -> str:
    """A follow-up looks at things as the audit did that it follows."""
    first = audit
    while first.kind == K.FOLLOW_UP and first.re_audit_of is not None:
        first = first.re_audit_of
    return METHODS.get(first.kind, Method.DOCUMENT)


def _site_as_held(audit: Audit) -> dict[str, str]:
    """Kept from the first time that it is written down: what the site is called later changes nothing of what was seen there."""
    return dict(zip(("site_name", "site_address", "site_country"), audit.site_as_held, strict=True))


def _day_of(audit: Audit, today: date) -> date:
    if audit.performed_on is not None:
        return audit.performed_on
    day = audit.deadline.due_on
    if day > today:
        text = _("It is planned for %(day)s, which has not come. If it was held before, say on which day.")
        raise Invalid.one("performed_on", "not_held", text % {"day": locales.long_day(day)})
    return day


def _check_held(audit: Audit, held_on: date, result: str, today: date) -> None:
    faults = []
    if held_on > today:
        faults.append(FieldError("performed_on", "future", _("An audit cannot be written down before it has been held.")))
    elif held_on != audit.performed_on and audit.is_reused:
        faults += _faults_of_age(audit, held_on, today)
    elif held_on != audit.performed_on:
        faults += audits.faults_of_day(audit.framework, held_on, "performed_on")
    faults += faults_of_result(audit, result)
    if faults:
        raise Invalid(faults)


def faults_of_result(audit: Audit, result: str) -> Iterator[FieldError]:
    if result not in Audit.Result.values or not result:
        yield FieldError("result", "required", _("Choose what came of it."))
    elif result == Audit.Result.NOTHING_FOUND and Finding.objects.of_weight().filter(audit=audit).exists():
        yield FieldError("result", "was_found", _("Findings of this audit are logged. Choose what fits them."))


def _faults_of_age(audit: Audit, held_on: date, today: date) -> Iterator[FieldError]:
    """Of one that others made."""
    oldest = audit_days.oldest_reused(today)
    if held_on < oldest:
        text = _("An audit made by others counts for three years. This one was held before %(day)s.")
        yield FieldError("performed_on", "too_old", text % {"day": locales.long_day(oldest)})
    if audit.valid_until and audit.valid_until < held_on:
        yield FieldError("valid_until", "before_check", _("It cannot stop being valid before it was held."))


def _listed(scheme: str, listed: AuditScheme | None) -> AuditScheme | None:
    """Words that mean one in the list are that one."""
    if listed is None:
        return schemes.named(scheme)
    if listed.is_retired:
        raise Invalid.one("listed_scheme", "retired", _("This one is out of use. Choose another."))
    if scheme.strip() and schemes.named(scheme) != listed:
        raise Invalid.one("scheme", "not_both", _("Choose from the list, or write the name of one that is not there. Not both."))
    return listed


def _faults_of_reused(audit: Audit, obligations: Sequence[Obligation], held_on: date, today: date) -> Iterator[FieldError]:
    if audit.valid_until and held_on <= audit.valid_until < today:
        yield FieldError("valid_until", "expired", _("It is no longer valid, so it cannot be relied on."))
    if audit.site is None and not audit.place.strip():
        yield FieldError("place", "required", _("Choose the site, or write where it was held."))
    if not audit.scheme:
        yield FieldError("scheme", "required", _("Say who made it, or by which scheme."))
    if not audit.is_as_strict:
        yield FieldError("is_as_strict", "required", _("It counts only if what it checked is as strict as our requirements."))
    elif not audit.accepted_because and (less := _less_strict(audit, obligations)):
        text = _("By our list %(scheme)s is not as strict on %(themes)s. Say how you know that this audit was.")
        words = {"scheme": audit.scheme, "themes": ", ".join(theme for theme, _level in less)}
        yield FieldError("accepted_because", "required", text % words)
    if not audit.is_similar:
        yield FieldError("is_similar", "required", _("It counts only if it was made in a similar way as we would have."))


def _less_strict(audit: Audit, obligations: Sequence[Obligation]) -> list[tuple[str, str]]:
    strictness = audit.listed_scheme.strictness if audit.listed_scheme else {}
    return scheme_comparing.shortfalls(strictness, [each.requirement.theme for each in obligations])
