"""Our words → OCDS. Pure: rows in, JSON values out; nothing is looked up."""

from collections.abc import Iterable
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from accounts.models import Organisation
from contracts.models import CpvCode, Lot, Obligation, Option, Requirement, Theme
from contracts.ocds import ocids
from core import countries

Json = dict[str, Any]

GOALS = {
    Theme.HUMAN_RIGHTS: "social",
    Theme.ILO_CORE: "social.laborRightsPromotion",
    Theme.NATIONAL_LABOUR_LAW: "social.laborRightsPromotion",
    Theme.WAGES: "social.laborRightsPromotion",
    Theme.ENVIRONMENT: "environmental",
}
STRATEGIES = {
    Requirement.Kind.QUALIFICATION: "selectionCriteria",
    Requirement.Kind.SPECIFICATION: "technicalSpecifications",
    Requirement.Kind.AWARD_CRITERION: "awardCriteria",
    Requirement.Kind.CONTRACT_CLAUSE: "contractPerformanceConditions",
}


def filled(**fields: Any) -> Json:
    """Only what is known: the standard has no empty fields. A trailing underscore is dropped."""
    return {name.rstrip("_"): value for name, value in fields.items() if value not in (None, "", [], {})}


def start_of(day: date | None, *, zone: tzinfo) -> str | None:
    return datetime.combine(day, time.min, zone).isoformat() if day else None


def end_of(day: date | None, *, zone: tzinfo) -> str | None:
    return datetime.combine(day, time(23, 59, 59), zone).isoformat() if day else None


def period(start: date | None, end: date | None, *, zone: tzinfo, at_most: date | None = None) -> Json:
    return filled(
        startDate=start_of(start, zone=zone),
        endDate=end_of(end, zone=zone),
        maxExtentDate=end_of(at_most if at_most != end else None, zone=zone),
    )


def money(amount: Decimal | None, currency: str) -> Json:
    if amount is None:
        return {}
    return {"amount": int(amount) if amount == amount.to_integral_value() else float(amount), "currency": currency}


def party_id(organisation: Organisation) -> str:
    if organisation.identifier:
        return f"{organisation.identifier_scheme}-{organisation.identifier}"
    return str(organisation.pk)


def reference(organisation: Organisation) -> Json:
    return {"id": party_id(organisation), "name": organisation.name}


def party(organisation: Organisation, roles: Iterable[str]) -> Json:
    """Name, number and country. People at the organisation are nobody's open data."""
    number = organisation.identifier
    known = filled(scheme=organisation.identifier_scheme, id=number, legalName=organisation.name) if number else {}
    country = countries.name(organisation.country, "en") if organisation.country else ""
    return filled(**reference(organisation), identifier=known, address=filled(countryName=country), roles=sorted(roles))


def lot_id(lot: Lot) -> str:
    return lot.source_id or f"LOT-{lot.number:04}"


def lot(row: Lot, requirements: Iterable[Requirement]) -> Json:
    own = [requirement for requirement in requirements if row in requirement.lots.all()]
    return filled(id=lot_id(row), title=row.title, description=row.description, **sustainability(own))


def classifications(codes: Iterable[CpvCode], *, title: str) -> list[Json]:
    """One item that stands for everything that can be ordered."""
    known = [filled(scheme="CPV", id=code.pk, description=code.name_in("en")) for code in codes]
    if not known:
        return []
    return [filled(id="1", description=title, classification=known[0], additionalClassifications=known[1:])]


def sustainability(requirements: Iterable[Requirement]) -> Json:
    """What the requirements are for and by which means they are made, by the standard's codes."""
    means: dict[str, set[str]] = {}
    for requirement in requirements:
        if goal := GOALS.get(Theme(requirement.theme)):
            means.setdefault(goal, set()).add(STRATEGIES[Requirement.Kind(requirement.kind)])
    if not means:
        return {}
    return {"hasSustainability": True, "sustainability": [{"goal": goal, "strategies": sorted(means[goal])} for goal in sorted(means)]}


def criterion(requirement: Requirement, *, zone: tzinfo) -> Json:
    key = str(requirement.pk)
    asked = filled(id=key, title=requirement.title, description=requirement.text, period=period(requirement.valid_from, None, zone=zone))
    return filled(
        id=key,
        title=requirement.title,
        description=requirement.documentation,
        relatesTo="tenderer",
        relatedLots=[lot_id(lot) for lot in requirement.lots.all()],
        requirementGroups=[{"id": key, "requirements": [asked]}],
    )


def promise(obligation: Obligation) -> Json:
    """What a supplier promised in its tender. How it was kept is between the parties and is not published."""
    value = obligation.promised_value
    return filled(
        id=str(obligation.pk),
        value=value if value is None else float(value),
        description=" ".join(part for part in (obligation.promised_text, obligation.promised_unit) if part),
        requirement={"id": str(obligation.requirement_id), "title": obligation.requirement.title},
        relatedTenderer=reference(obligation.supplier),
    )


def option_milestone(option: Option, notice_on: date | None, *, zone: tzinfo) -> Json:
    status = {Option.Decision.USED: "met", Option.Decision.REFUSED: "notMet"}.get(Option.Decision(option.decision), "scheduled")
    return filled(
        id=f"option-{option.number}",
        type="approval",
        title=f"Option {option.number}: extension by {option.months} months",
        dueDate=end_of(notice_on, zone=zone),
        dateMet=start_of(option.decided_on, zone=zone) if status == "met" else None,
        status=status,
    )


def related_framework(framework: Any) -> Json:
    return {"id": "1", "relationship": ["framework"], "title": framework.title, "scheme": "ocid", "identifier": ocids.of(framework)}
