"""The sheet without a screen: on paper, and as a spreadsheet that is read back in after a look at what it changes."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from core import clock, sheets, uploads
from core.errors import WrongState
from core.forms import blamed_on
from followup import sheet_pdf, sheet_reading, sheet_table
from followup.forms.sheets import SpreadsheetForm
from followup.models import AuditSheet, SheetEntry
from followup.services import sheet_merging
from followup.services import sheets as sheet_services
from followup.services.sheet_merging import MOST_ENTRIES, NewEntry
from followup.sheet_table import Reading
from followup.views.sheet_doors import address_of, language_of, sheet_for

SALT = "followup.sheet_table"
LASTS = 24 * 3600


@require_safe
def printed(request: SignedInRequest, pk: UUID, language: str) -> HttpResponseBase:
    found = sheet_for(request, pk)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return sheet_pdf.handed_out(found, language)


@require_safe
def spreadsheet(request: SignedInRequest, pk: UUID) -> FileResponse:
    found, language = sheet_for(request, pk), language_of(request)
    name = f"{_('The sheet')} {found.audit.supplier.name}"
    rows = sheet_table.lines(sheet_reading.read(found.audit, language=language), language)
    return sheets.spreadsheet(name=name, header=sheet_table.HEADER, rows=rows)


@csrf_exempt
def read_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Choose the file, look at what it changes, take it in. Who may not write here hears that before the file is read."""
    found = sheet_for(request, pk)
    sheet_services.must_be_open(found.audit, actor=request.user)
    return csrf_protect(_read_back)(request, found)


def _read_back(request: SignedInRequest, found: AuditSheet) -> HttpResponse:
    if request.POST.get("seen"):
        return _take_in(request, found, request.POST["seen"])
    form = SpreadsheetForm(request.POST, request.FILES) if request.method == "POST" else SpreadsheetForm()
    context: dict[str, Any] = {"it": found.audit, "form": form, "back_url": address_of(found.audit)}
    if form.is_bound:
        with blamed_on(form):
            if refused := request.META.get(uploads.REFUSED):
                raise refused
            if form.is_valid():
                context |= _preview(request, found, form)
    return render(request, "followup/sheet/read_back.html", context, status=422 if form.errors else 200)


def _preview(request: SignedInRequest, found: AuditSheet, form: SpreadsheetForm) -> dict[str, Any]:
    language = language_of(request)
    reading = sheet_table.read(form.cleaned_data["file"], sheet_reading.read(found.audit, language=language), language)
    return {"reading": reading, "seen": _sealed(found, reading), "newer": sum(change.is_newer for change in reading.changes)}


def _sealed(found: AuditSheet, reading: Reading) -> str:
    """What was looked at is what is taken in: it goes through the page and back, signed."""
    rows = [
        [str(change.entry_id(found.pk)), str(change.question.question.pk), change.part, change.text, change.base]
        for change in reading.changes
    ]
    return signing.dumps([str(found.pk), rows], salt=SALT, compress=True)


def _take_in(request: SignedInRequest, found: AuditSheet, sealed: str) -> HttpResponse:
    now = clock.now()
    try:
        sheet, rows = signing.loads(sealed, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        sheet, rows = "", []
    if sheet != str(found.pk):
        raise WrongState(_("What you looked at can no longer be taken in. Choose the spreadsheet again."))
    device = f"table-{request.user.pk}"
    entries = [
        NewEntry(UUID(key), UUID(question), part, text, base, device, now, str(_("spreadsheet")))
        for key, question, part, text, base in rows
    ]
    with transaction.atomic():
        results = [
            each
            for start in range(0, len(entries), MOST_ENTRIES)
            for each in sheet_merging.merge(sheet=found, entries=entries[start : start + MOST_ENTRIES], actor=request.user, now=now)
        ]
    _say(request, [each.outcome for each in results])
    return HttpResponseRedirect(address_of(found.audit))


def _say(request: SignedInRequest, outcomes: list[str]) -> None:
    taken, waiting = outcomes.count(SheetEntry.Outcome.APPLIED), outcomes.count(SheetEntry.Outcome.CONFLICT)
    text = ngettext("%(count)d field was taken in from the spreadsheet.", "%(count)d fields were taken in from the spreadsheet.", taken)
    messages.success(request, text % {"count": taken})
    if waiting:
        messages.warning(request, _("Some of it was written elsewhere too. Both are kept; choose what is to stand."))
