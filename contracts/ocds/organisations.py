"""Parties of a notice ↔ our organisations."""

from datetime import datetime

from accounts.models import Organisation
from contracts.ocds.parties import Party
from contracts.services import organisations
from core.states import Actor

Kind = Organisation.Kind


def supplier(party: Party, *, actor: Actor, now: datetime) -> Organisation:
    return _known(party, [Kind.SUPPLIER], actor=actor, now=now) or _new(party, Kind.SUPPLIER, actor=actor, now=now)


def agency(party: Party, *, actor: Actor, now: datetime) -> Organisation:
    """Whoever ordered; that may be ourselves."""
    return _known(party, [Kind.CPB, Kind.AGENCY], actor=actor, now=now) or _new(party, Kind.AGENCY, actor=actor, now=now)


def _known(party: Party, kinds: list[str], *, actor: Actor, now: datetime) -> Organisation | None:
    """By its number; else by its name, and then a number that we lacked is filled in."""
    of_kind = Organisation.objects.filter(kind__in=kinds).order_by("created_at", "id")
    by_name = of_kind.filter(name__iexact=party.name)
    if not party.number:
        return by_name.first()
    if same := of_kind.filter(identifier_scheme=party.scheme, identifier=party.number).first():
        return same
    if unnumbered := by_name.filter(identifier="").first():
        organisations.edit(
            organisation=unnumbered,
            changes={"identifier_scheme": party.scheme, "identifier": party.number},
            actor=actor,
            now=now,
        )
    return unnumbered


def _new(party: Party, kind: str, *, actor: Actor, now: datetime) -> Organisation:
    return organisations.create(
        name=party.name,
        kind=kind,
        identifier_scheme=party.scheme,
        identifier=party.number,
        country=party.country,
        actor=actor,
        now=now,
    )
