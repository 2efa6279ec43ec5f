"""Organisations and their numbers."""

import re
from datetime import datetime
from typing import Any, TypedDict

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from stdnum import exceptions
from stdnum.no import mva, orgnr

from accounts.models import Organisation
from accounts.permissions import Action
from core import access, countries, history, rows
from core.errors import FieldError, Invalid
from core.states import Actor

NORWEGIAN = "NO-BRC"


class Details(TypedDict, total=False):
    name: str
    identifier_scheme: str
    identifier: str
    country: str


def central_body() -> Organisation:
    """Ours: the one whose agreements these are."""
    body = Organisation.objects.filter(kind=Organisation.Kind.CPB).order_by("created_at", "id").first()
    if body is None:
        raise Invalid.one("organisation", "missing", _("The central body has not been set up yet."))
    return body


@transaction.atomic
def create(
    *,
    name: str,
    kind: str,
    actor: Actor,
    now: datetime,
    identifier_scheme: str = "",
    identifier: str = "",
    country: str = "",
) -> Organisation:
    """A number without a register is taken for a Norwegian one."""
    access.require(actor, Action.ORGANISATION_EDIT)
    details = _checked({"name": name, "identifier_scheme": identifier_scheme, "identifier": identifier, "country": country}, kind=kind)
    organisation = Organisation.objects.create(kind=kind, created_at=now, **details)
    history.record(actor=actor, now=now, verb="create", about=organisation, changes={"name": organisation.name, "kind": kind})
    return organisation


@transaction.atomic
def edit(*, organisation: Organisation, changes: Details, actor: Actor, now: datetime) -> None:
    access.require(actor, Action.ORGANISATION_EDIT)
    rows.lock(organisation)
    now_has = {name: getattr(organisation, name) for name in Details.__annotations__}
    details = _checked(now_has | changes, kind=organisation.kind, but=organisation)
    difference = history.difference(organisation, details)
    if difference:
        rows.write(organisation, **details)
        history.record(actor=actor, now=now, verb="edit", about=organisation, changes=difference)


def find(*, name: str, identifier: str, kind: str) -> Organisation | None:
    """The one that is meant by a number, or by a name written as we write it."""
    of_kind = Organisation.objects.filter(kind=kind)
    if identifier:
        number = norwegian_number(identifier) if looks_norwegian(identifier) else identifier.strip()
        return of_kind.filter(identifier=number).order_by("created_at").first()
    return of_kind.filter(name__iexact=" ".join(name.split())).order_by("created_at").first()


def _checked(details: dict[str, Any], *, kind: str, but: Organisation | None = None) -> dict[str, Any]:
    name = " ".join(details["name"].split())
    country = details["country"].strip().upper()
    scheme, number = checked_number(details["identifier_scheme"], details["identifier"])
    errors = [] if name else [FieldError("name", "required", _("Write the name of the organisation."))]
    if country and country not in countries.names("en"):
        errors.append(FieldError("country", "invalid", _("This is not the two-letter code of a country.")))
    if number and (other := _same(scheme, number, kind, but)):
        text = _("%(name)s already has this organisation number.") % {"name": other.name}
        errors.append(FieldError("identifier", "duplicate", text))
    if errors:
        raise Invalid(errors)
    return {"name": name, "country": country or ("NO" if scheme == NORWEGIAN else ""), "identifier_scheme": scheme, "identifier": number}


def _same(scheme: str, number: str, kind: str, but: Organisation | None) -> Organisation | None:
    same = Organisation.objects.filter(identifier_scheme=scheme, identifier=number, kind=kind)
    return same.exclude(pk=but.pk if but else None).first()


def checked_number(scheme: str, number: str) -> tuple[str, str]:
    """Register and number as we keep them. Foreign numbers are taken as they are, with the register they come from."""
    scheme, number = scheme.strip(), " ".join(number.split())
    if not number:
        return "", ""
    if scheme in ("", NORWEGIAN):
        return NORWEGIAN, norwegian_number(number)
    return scheme, number


def looks_norwegian(number: str) -> bool:
    """Nine digits, also written in groups or as a VAT number (NO 923 609 016 MVA)."""
    return bool(re.fullmatch(r"\d{9}", _digits(number)))


def norwegian_number(number: str) -> str:
    """Nine digits without anything between them; Invalid says which digit is false."""
    digits = _digits(number)
    try:
        return orgnr.validate(digits)
    except exceptions.InvalidChecksum:
        raise Invalid.one("identifier", "check_digit", _false_digit(digits)) from None
    except exceptions.ValidationError:
        text = _("A Norwegian organisation number has nine digits. Choose another register if the number is foreign.")
        raise Invalid.one("identifier", "invalid", text) from None


def _digits(number: str) -> str:
    return orgnr.compact(re.sub(r"[\s.\-\u00a0]", "", mva.compact(number).removesuffix("MVA")))


def _false_digit(digits: str) -> str:
    """Some eight digits have no valid ninth; then one of those is wrong."""
    right = next((digit for digit in "0123456789" if orgnr.is_valid(digits[:8] + digit)), None)
    if right is None:
        return _("%(number)s is not an organisation number. Check the first eight digits.") % {"number": orgnr.format(digits)}
    text = _("%(number)s is not an organisation number. With these first eight digits the last would be %(right)s, not %(wrong)s.")
    return text % {"number": orgnr.format(digits), "right": right, "wrong": digits[8]}
