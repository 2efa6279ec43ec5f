"""Sharing a supplier's results with another public body: prepared, put into force, ended. Consent to it: `sharing_consents`."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from contracts.models import Framework
from contracts.services import organisations
from core import access, countries, history, rows, states
from core.errors import FieldError, Invalid, NotAllowed, WrongState, must_say
from followup.models import Audit, Sharing
from followup.services import sharing_clocks, sharing_mail
from followup.states import SHARING

B = Sharing.Basis


@transaction.atomic
def create(*, framework: Framework, supplier: Organisation, audits: Sequence[Audit], actor: User, now: datetime, **written: Any) -> Sharing:
    """A draft, which only we see.

    `written` holds body_name, body_scheme, body_number, body_country, contact_name, contact_email, purpose, includes_reports, basis,
    clause, law, starts_on and ends_on.
    """
    it = Sharing(framework=framework, supplier=supplier, created_by=actor, created_at=now)
    if not access.may(actor, SHARING["edit"].needs, it):
        raise NotAllowed
    _write(it, written, audits)
    it.save(force_insert=True)
    it.audits.set(audits)
    history.record(actor=actor, now=now, verb="create", about=it, changes=_told(it, audits), is_internal=True)
    return it


@transaction.atomic
def edit(*, sharing: Sharing, actor: User, now: datetime, audits: Sequence[Audit] | None = None, **written: Any) -> None:
    """While it is a draft. Afterwards it stands: the supplier was told, or has consented to exactly this."""
    states.hold(SHARING, sharing, "edit", actor=actor)
    chosen = list(sharing.audits.all()) if audits is None else audits
    before = {name: getattr(sharing, name) for name in written}
    _write(sharing, written, chosen)
    changed: dict[str, Any] = {name: [value, getattr(sharing, name)] for name, value in before.items() if value != getattr(sharing, name)}
    if audits is not None and set(audits) != set(sharing.audits.all()):
        sharing.audits.set(audits)
        changed["audits"] = _named(audits)
    if changed:
        states.advance(SHARING, sharing, "edit", actor=actor, now=now, changes=changed, is_internal=True)
        sharing.save(update_fields=list(before))


@transaction.atomic
def discard(*, sharing: Sharing, actor: User, now: datetime) -> None:
    """A draft that comes to nothing. Only its history is left."""
    states.advance(SHARING, sharing, "discard", actor=actor, now=now, changes={"body_name": sharing.body_name}, is_internal=True)
    sharing.delete()


@transaction.atomic
def share(*, sharing: Sharing, actor: User, now: datetime, today: date) -> None:
    """By a clause or a law: the body may have a file from the first day on, and the supplier is told."""
    states.hold(SHARING, sharing, "share", actor=actor)
    if sharing.basis == B.CONSENT:
        raise WrongState(_("This rests on the supplier's consent. Ask for it, or write down that it was given."))
    must_be_ready(sharing, today)
    begin(sharing, "share", actor=actor, decided_by=actor, now=now, today=today)


@transaction.atomic
def end(*, sharing: Sharing, reason: str, actor: User, now: datetime, today: date) -> None:
    """Before its time, or before the supplier has answered. No more files are made; what the body has read we cannot take back,
    and the supplier is told so."""
    states.hold(SHARING, sharing, "end_sharing", actor=actor)
    reason = must_say(reason, "reason", _("Say why it ends."))
    kind = "sharing_unasked" if sharing.status == Sharing.Status.ASKED else "sharing_ended"
    stop(sharing, "end_sharing", reason=reason, actor=actor, now=now, today=today)
    sharing_mail.tell_supplier(sharing, kind, now=now, today=today)


def begin(sharing: Sharing, change: str, *, actor: User, decided_by: User, now: datetime, today: date, **written: Any) -> None:
    """The one way into force, whatever it rests on. `written` are more columns that the change fills."""
    about = {"body_name": sharing.body_name, "basis": sharing.basis, "basis_in_words": sharing.basis_in_words}
    days = {"starts_on": sharing.starts_on, "ends_on": sharing.ends_on}
    states.advance(SHARING, sharing, change, actor=actor, now=now, changes={**about, **days, **written})
    rows.write(sharing, told_at=sharing.told_at or now, decided_by=decided_by, decided_on=today, **written)
    if change != "give_consent":
        sharing_mail.tell_supplier(sharing, "sharing_begun", now=now, today=today)


def stop(sharing: Sharing, change: str, *, reason: str, actor: User, now: datetime, today: date) -> None:
    sharing_clocks.stop_waiting(sharing, now=now)
    states.advance(SHARING, sharing, change, actor=actor, now=now, changes={"end_reason": reason.strip()})
    rows.write(sharing, ended_on=today, end_reason=reason.strip())


def must_be_ready(sharing: Sharing, today: date) -> None:
    """What was right when it was drafted may not be any more."""
    if faults := [*_faults(sharing), *_faults_of_audits(sharing, list(sharing.audits.all()))]:
        raise WrongState(str(faults[0].detail))
    if sharing.ends_on < today:
        raise WrongState(_("Its last day is over. Give it another one first."))


def shareable(framework: Framework, supplier: Organisation) -> Any:
    """The audits that can be shared: reported, and made by us. Those of others are theirs to share."""
    found = Audit.objects.reported().filter(framework=framework, supplier=supplier, performed_on__isnull=False)
    return found.exclude(kind=Audit.Kind.REUSED).exclude(result="").order_by("-performed_on", "-id")


def _write(it: Sharing, written: dict[str, Any], audits: Sequence[Audit]) -> None:
    for name, value in written.items():
        setattr(it, name, " ".join(value.split()) if isinstance(value, str) and name != "purpose" else value)
    it.body_country = it.body_country.upper()
    if it.basis != B.CLAUSE:
        it.clause = None
    if it.basis != B.LAW:
        it.law = ""
    faults = [*_number(it), *_faults(it), *_faults_of_audits(it, audits)]
    if faults:
        raise Invalid(faults)


def _number(it: Sharing) -> Iterator[FieldError]:
    """Put as we keep it, or what is wrong with it."""
    try:
        it.body_scheme, it.body_number = organisations.checked_number(it.body_scheme, it.body_number)
    except Invalid as error:
        yield from (FieldError("body_number", fault.code, fault.detail) for fault in error.errors)
        return
    own = it.framework.organisation
    if not it.body_number:
        yield FieldError("body_number", "required", _("Write the organisation number: the file is made out to that body."))
    elif (it.body_scheme, it.body_number) == (own.identifier_scheme, own.identifier):
        yield FieldError("body_number", "own", _("This is our own number. Choose the body that is to read the results."))


def _faults(it: Sharing) -> Iterator[FieldError]:
    if not it.body_name:
        yield FieldError("body_name", "required", _("Write the name of the body."))
    if it.body_country not in countries.names("en"):
        yield FieldError("body_country", "invalid", _("Choose the country of the body."))
    if not it.purpose.strip():
        yield FieldError("purpose", "required", _("Say what the body needs it for. The supplier reads this."))
    if it.basis not in B.values:
        yield FieldError("basis", "required", _("Choose what gives us the right to share."))
    if it.basis == B.CLAUSE and (it.clause is None or it.clause.framework_id != it.framework_id):
        yield FieldError("clause", "required", _("Choose the clause of this agreement that lets us share."))
    if it.basis == B.LAW and not it.law:
        yield FieldError("law", "required", _("Write which law, and which section of it."))
    if it.ends_on < it.starts_on:
        yield FieldError("ends_on", "before_start", _("It cannot end before it begins."))


def _faults_of_audits(it: Sharing, audits: Sequence[Audit]) -> Iterator[FieldError]:
    if not audits:
        yield FieldError("audits", "required", _("Choose at least one audit."))
    known = set(shareable(it.framework, it.supplier).values_list("pk", flat=True))
    if any(audit.pk not in known for audit in audits):
        text = _("Only audits of ours at this supplier on this agreement, whose report the supplier has, can be shared.")
        yield FieldError("audits", "not_shareable", text)


def _told(it: Sharing, audits: Sequence[Audit]) -> dict[str, Any]:
    names = ("body_name", "body_number", "purpose", "basis", "starts_on", "ends_on", "includes_reports")
    return {**{name: value for name in names if (value := getattr(it, name)) not in ("", False)}, "audits": _named(audits)}


def _named(audits: Sequence[Audit]) -> list[str]:
    return sorted(f"{audit.get_kind_display()}, {audit.performed_on}" for audit in audits)
