"""Whose results we read: keys of other bodies, accepted by an administrator and ended by one."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Action
from contracts.services import organisations
from core import access, history, rows
from core.errors import FieldError, Invalid, WrongState, must_say
from core.locales import before_stop
from followup.models import SigningKey, TrustedKey
from followup.results import keys


@transaction.atomic
def accept(
    *, name: str, number: str, public_key: str, how_known: str, actor: User, now: datetime, scheme: str = organisations.NORWEGIAN
) -> TrustedKey:
    """From now on files signed with this key are read. `public_key` is base64; `how_known` is how somebody made sure whose it is."""
    access.require(actor, Action.RESULTS_TRUST)
    faults = []
    try:
        scheme, number = organisations.checked_number(scheme, number)
    except Invalid as error:
        faults += [FieldError("number", fault.code, fault.detail) for fault in error.errors]
    for field, value, text in (
        ("name", name, _("Write the name of the body.")),
        ("number", number, _("Write the organisation number.")),
        ("how_known", how_known, _("Say how you made sure that the key is theirs, for example by telephone.")),
    ):
        if not value.strip():
            faults.append(FieldError(field, "required", text))
    found = keys.read(public_key)
    if fault := _fault_of(found):
        faults.append(fault)
    if faults or found is None:
        raise Invalid(faults)
    key = TrustedKey.objects.create(
        name=" ".join(name.split()),
        scheme=scheme,
        number=number,
        public_key=found,
        key_id=keys.name(found),
        how_known=" ".join(how_known.split()),
        accepted_by=actor,
        created_at=now,
    )
    told = {"name": key.name, "number": key.number, "key": key.key_id, "how_known": key.how_known}
    history.record(actor=actor, now=now, verb="accept_key", about=key, changes=told)
    return key


@transaction.atomic
def end(*, key: TrustedKey, reason: str, actor: User, now: datetime, today: date) -> None:
    """Files signed with it are read no more. What was read before stays."""
    access.require(actor, Action.RESULTS_TRUST)
    rows.lock(key)
    if key.ended_on is not None:
        raise WrongState(_("This key has ended already."))
    reason = must_say(reason, "reason", _("Say why it is accepted no more."))
    rows.write(key, ended_on=today, end_reason=" ".join(reason.split()))
    history.record(actor=actor, now=now, verb="end_key", about=key, changes={"name": key.name, "end_reason": key.end_reason})


def _fault_of(found: bytes | None) -> FieldError | None:
    if found is None:
        return FieldError(
            "public_key", "invalid", _("This is not a public key. It is a line of 44 letters, digits and signs, ending in “=”.")
        )
    key_id = keys.name(found)
    if SigningKey.objects.filter(key_id=key_id).exists():
        return FieldError("public_key", "own", _("This is our own key."))
    if known := TrustedKey.objects.filter(key_id=key_id).first():
        return FieldError("public_key", "twice", _("This key is known already, as that of %(name)s.") % {"name": before_stop(known.name)})
    return None
