"""The terms of a daily fine in a case: what the clause gives is taken from it and stands, the rest a person types in.

The clause is what both have agreed to, so a case does not depart from it (domain.md 1.4). What the case took it keeps when
the clause is changed later.
"""

from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from contracts.models import Clause
from contracts.services.frameworks import known_currency
from core.errors import Invalid, WrongState
from followup.models import FineTerms, Sanction

AMOUNTS = ("rate", "base", "cap")


def standing(sanction: Sanction) -> FineTerms:
    """What a person does not choose, and what the base is: as the case took it from the clause, else as the clause has it now."""
    return _of(sanction) or from_clause(sanction.clause)


def from_clause(clause: Clause) -> FineTerms:
    """Not kept anywhere: what a case by this clause would take over."""
    return FineTerms(**clause.fine_terms, from_clause=sorted(clause.fine_terms), base_words=clause.fine_base_words)


def keep(sanction: Sanction, given: dict[str, Any]) -> None:
    """What is not given stays as it was."""
    if sanction.means != Sanction.Means.DAILY_FINE:
        raise Invalid.one("fine", "other_means", _("Only a daily fine has a rate and a base."))
    taken = standing(sanction)
    if "currency" in given:
        given = {**given, "currency": known_currency(given["currency"])}
    _must_agree(sanction.clause, given, taken.fixed)
    terms = {**given, **taken.fixed, "from_clause": taken.from_clause, "base_words": taken.base_words}
    _must_be_whole({name: terms.get(name, getattr(taken, name)) for name in AMOUNTS})
    FineTerms.objects.update_or_create(sanction=sanction, defaults=terms)


def must_be_there(sanction: Sanction) -> None:
    if sanction.means == Sanction.Means.DAILY_FINE and _of(sanction) is None:
        raise WrongState(_("Type in the rate and the base of the daily fine first, as the clause has them."))


def _of(sanction: Sanction) -> FineTerms | None:
    return FineTerms.objects.filter(sanction=sanction).first()


def _must_agree(clause: Clause, given: dict[str, Any], fixed: dict[str, Any]) -> None:
    if other := [name for name in fixed if name in given and given[name] != fixed[name]]:
        terms = ", ".join(f"{_label(name)}: {_shown(name, fixed[name])}" for name in other)
        told = _("The clause (%(clause)s) gives this, and a case does not depart from it: %(terms)s.")
        raise Invalid.one("fine", "other_than_clause", told % {"clause": clause, "terms": terms})


def _label(name: str) -> str:
    return str({field.name: field.verbose_name for field in FineTerms._meta.concrete_fields}[name])


def _shown(name: str, value: Any) -> str:
    if isinstance(value, Decimal):
        return str(formats.number_format(value.normalize()))
    return str(FineTerms.Day(value).label) if name == "unit" else str(value)


def _must_be_whole(amounts: dict[str, Decimal | None]) -> None:
    if amounts["rate"] is None or amounts["base"] is None:
        raise Invalid.one("fine", "required", _("Type in the rate and the base of the daily fine, as the clause has them."))
    if any(amount is not None and not amount > 0 for amount in amounts.values()):
        raise Invalid.one("fine", "range", _("Rate, base and ceiling are more than 0."))
