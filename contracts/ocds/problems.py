"""What can be wrong with what publishers send, one sentence each.

A problem is kept as code and parameters, so that a stored report reads in the language of whoever opens it.
"""

from dataclasses import dataclass
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    # The file
    "empty_file": _("The file is empty."),
    "not_json": _("The file is not JSON: %(detail)s"),
    "not_ocds": _("The file is JSON, but holds no OCDS release, record or package."),
    "cut_off": _("The file ends in the middle. What came before the cut is listed, what came after is unknown."),
    "broken_json": _("The file stops being JSON part of the way: %(detail)s What came before is listed."),
    "not_found": _("The file cannot be opened: %(detail)s"),
    "other_encoding": _("The file is not UTF-8. It was read as %(encoding)s; look at letters like æ, ø and å."),
    "no_releases": _("The package holds no releases."),
    # One release or record
    "not_an_object": _("Entry %(position)s of the file is no release."),
    "no_ocid": _("Entry %(position)s of the file has no usable ocid."),
    "too_large": _("Entry %(position)s of the file is too large or too deeply nested to be one release."),
    "only_linked": _("The record only links to its releases and holds none."),
    "too_long": _("%(field)s is longer than %(limit)s characters and was cut."),
    "wrong_shape": _("%(field)s does not have the form that OCDS gives it."),
    "not_mergeable": _("The releases contradict each other in form, so only the newest was read."),
    "same_id": _("Several entries of a list have the same id; they were read as one. (%(detail)s)"),
    # Dates and money
    "bad_date": _("%(field)s is no date: %(value)s."),
    "dates_reversed": _("The end %(end)s is before the start %(start)s. Both dates were left out."),
    "bad_amount": _("%(field)s is no amount: %(value)s."),
    "unknown_currency": _("%(value)s is no known currency, so the amount %(amount)s was left out."),
    "mixed_currencies": _("The amounts are in several currencies and were not added up."),
    # Organisations
    "nameless_supplier": _("A supplier (%(id)s) has neither name nor number and was left out."),
    "false_check_digit": _("%(number)s of %(name)s is no valid Norwegian organisation number; the name is kept without it."),
    "useless_identifier": _("%(number)s of %(name)s cannot be used as an organisation number."),
    "scheme_corrected": _("The number of %(name)s was given as %(scheme)s, but is a Norwegian organisation number."),
    "supplier_twice": _("%(name)s is listed twice and was taken once."),
    "unknown_country": _("The country %(value)s of %(name)s is unknown."),
    # Lots and suppliers
    "no_such_lot": _("An award names the lot %(lot)s, which the agreement does not have."),
    "placed_by_contract": _("The award does not say who won which lot. Suppliers were placed by its contracts and tenders."),
    "placed_on_all": _("Nothing says which lot %(name)s won, so it was placed on all of them."),
    "lot_without_id": _("Lot %(number)s has no id."),
    "award_pending": _("An award is still pending. Its suppliers are not taken in yet."),
    # What became of it
    "agreement_planned": _("Agreement %(reference)s, planned. Lots: %(lots)s. Suppliers: %(suppliers)s."),
    "agreement_signed": _("Agreement %(reference)s, signed. Lots: %(lots)s. Suppliers: %(suppliers)s."),
    "agreement_terminated": _("Agreement %(reference)s, terminated. Lots: %(lots)s. Suppliers: %(suppliers)s."),
    "call_offs": _("Call-offs on agreement %(reference)s: %(number)s."),
    "supplier_added": _("%(name)s is new on the agreement."),
    "supplier_ended": _("%(name)s ends on %(on)s."),
    "ended_by_notice": _("Ended according to the notice."),
    "contact_added": _("%(name)s is a new contact at %(organisation)s, not confirmed."),
    "neither": _("It is neither flagged as a framework agreement nor called off from one."),
    "no_agreement": _("It was called off from %(ocid)s, which is not here. Import it again when that agreement is."),
    "no_award": _("It belongs to agreement %(reference)s, but nothing was awarded yet."),
    "closed": _("The final evaluation of agreement %(reference)s is done; nothing was changed."),
    "signed_after_end": _("It was signed %(signed)s, after its end %(end)s. The date of signing was left out."),
    # Call-offs
    "value_not_divided": _("One amount is given for several suppliers, so no call-off got it."),
    "not_on_agreement": _("%(name)s is not a supplier on agreement %(reference)s."),
    "ended_here": _("%(name)s was ended on this agreement here and is not taken in again."),
    "no_longer_named": _("The notice no longer names %(name)s, who is left on the agreement."),
    "refused": _("The process could not be stored: %(detail)s"),
}


@dataclass(frozen=True)
class Problem:
    code: str
    params: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return str(TEXTS[self.code]) % dict(self.params)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, **dict(self.params)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(data["code"], tuple((key, value) for key, value in data.items() if key != "code"))


def problem(code: str, **params: object) -> Problem:
    """Values are shown cut to a readable length."""
    return Problem(code, tuple((key, shown(value)) for key, value in params.items()))


def shown(value: object, limit: int = 120) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
