"""The lists as spreadsheets, with the filters in use. What the page shows nobody, the sheet does not hold either."""

from dataclasses import astuple
from uuid import UUID

from django.http import FileResponse
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from contracts import filters, matrix, reading, standings
from contracts.views import call_offs, frameworks, obligations, requirements, suppliers
from contracts.views.doors import framework_for
from core import clock, sheets, status_words

CHUNK = 500


def _of_shares() -> list[str]:
    """Heads of the columns that `matrix.Shares` fills, in its order."""
    return [str(label) for _part, label in filters.STANDINGS]


def of_frameworks(request: SignedInRequest, kind: str) -> FileResponse:
    header = [_("Title"), _("Reference"), _("State"), _("Signed"), _("Starts"), _("Ends"), _("Contract manager")]
    header += _of_shares()
    today = clock.today()
    rows = (
        [
            each.framework.title,
            each.framework.reference,
            str(status_words.word("framework", each.phase).label),
            each.framework.signed_on,
            each.framework.starts_on,
            each.framework.runs_until,
            each.manager,
            *astuple(each.shares),
        ]
        for each in reading.listed(list(frameworks.narrowed(request).qs.order_by("title_key", "pk")), user=request.user, today=today)
    )
    return _sheet(_("agreements"), header, rows, kind)


def of_suppliers(request: SignedInRequest, kind: str) -> FileResponse:
    header = [_("Supplier"), _("Organisation number"), _("Register"), _("Country"), _("Agreements")]
    header += _of_shares()
    today = clock.today()
    rows = (
        [
            each.supplier.name,
            each.supplier.identifier,
            each.supplier.identifier_scheme,
            each.supplier.country,
            each.agreements,
            *astuple(each.shares),
        ]
        for each in reading.described_suppliers(
            list(suppliers.narrowed(request).qs.order_by("name_key", "pk")), user=request.user, today=today
        )
    )
    return _sheet(_("suppliers"), header, rows, kind)


def of_requirements(request: SignedInRequest, kind: str) -> FileResponse:
    header = [
        _("Requirement"),
        _("Agreement"),
        _("Theme"),
        _("Type"),
        _("Level"),
        _("Text"),
        _("Clause"),
        _("What documentation proves it"),
    ]
    rows = (
        [
            it.title,
            it.framework.title,
            it.get_theme_display(),
            it.get_kind_display(),
            it.get_level_display(),
            it.text,
            it.clause,
            it.documentation,
        ]
        for it in requirements.narrowed(request).qs.order_by("framework__title", "number").iterator(chunk_size=CHUNK)
    )
    return _sheet(_("requirements"), header, rows, kind)


def of_obligations(request: SignedInRequest, kind: str) -> FileResponse:
    header = [_("Requirement"), _("Supplier"), _("Agreement"), _("Lot"), _("Promised"), _("What the supplier states"), _("Outcome")]
    header += [_("How we know"), _("Checked"), _("Valid until")]
    today = clock.today()
    rows = (
        [
            it.requirement.title,
            it.supplier.name,
            it.framework.title,
            it.lot,
            it.promised_text,
            it.get_declared_display(),
            str(status_words.word(*matrix.reading(it, today)[:2]).label),
            it.get_method_display(),
            it.checked_on,
            it.valid_until,
        ]
        for it in standings.attached(
            obligations.narrowed(request).qs.order_by("created_at", "pk").iterator(chunk_size=CHUNK), user=request.user
        )
    )
    return _sheet(_("requirements-by-supplier"), header, rows, kind)


def of_call_offs(request: SignedInRequest, pk: UUID, kind: str) -> FileResponse:
    framework = framework_for(request, pk)
    header = [_("Reference"), _("Title"), _("Agency"), _("Supplier"), _("Lot"), _("Date"), _("Value"), _("Currency")]
    rows = (
        [it.reference, it.title, it.agency, it.supplier, it.lot and it.lot.number, it.signed_on, it.value, it.currency]
        for it in call_offs.narrowed(request, framework).qs.order_by("created_at", "pk").iterator(chunk_size=CHUNK)
    )
    return _sheet(_("call-offs"), header, rows, kind)


def _sheet(name: str, header: list[str], rows: object, kind: str) -> FileResponse:
    return sheets.spreadsheet(name=name, header=header, rows=rows, kind=kind)  # type: ignore[arg-type]
