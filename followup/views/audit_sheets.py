"""The sheet of an audit: begun, filled in question by question, and what two devices wrote differently chosen between."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from core import clock, files, ids, thumbnails, uploads
from core.forms import blamed_on
from core.pages import asked, done, posted
from followup.forms.sheets import BeginForm, QuestionForm, prefix_of
from followup.models import Audit, AuditSheet, ChecklistQuestion, Part, SheetEntry, SheetPhoto
from followup.services import sheet_merging, sheet_photos, sheets
from followup.sheet_reading import Answered
from followup.views import sheet_page
from followup.views.sheet_doors import address_of, audit_for, language_of, sheet_for, sheet_of

O = SheetEntry.Outcome  # noqa: E741


def sheet(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The sheet; an audit that has none yet is asked which checklists it needs."""
    it = audit_for(request, pk)
    found = sheet_of(it)
    if found is None:
        return _begin(request, it, None)
    return sheet_page.show(request, found)


def begin(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The first checklists, or one more."""
    it = audit_for(request, pk)
    return _begin(request, it, sheet_of(it))


def _begin(request: SignedInRequest, it: Audit, found: AuditSheet | None) -> HttpResponse:
    sheets.must_be_open(it, actor=request.user)
    offered = sheet_page.offered(request, found)
    data = posted(request)
    form = BeginForm(data, versions=offered, language=language_of(request), initial={"versions": sheet_page.suggested(it, offered)})
    if form.is_valid():
        with blamed_on(form):
            sheets.begin(audit=it, versions=form.cleaned_data["versions"], actor=request.user, now=clock.now())
            return done(request, _("The sheet is ready. Open it once with a net on each device that you take along."), address_of(it))
    context = {"it": it, "form": form, "has_sheet": found is not None, "offered": offered, "back_url": _back(it, found)}
    return render(request, "followup/sheet/begin.html", context, status=422 if form.errors else 200)


def _back(it: Audit, found: AuditSheet | None) -> str:
    return address_of(it) if found else reverse("followup:audit", args=[it.pk])


@csrf_exempt
def save(request: SignedInRequest, pk: UUID, question: UUID) -> HttpResponse:
    """One question, as an ordinary form. Who may not write here hears that before the photos are read; that the audit was closed
    meanwhile is said when the text is read, and with it."""
    found = sheet_for(request, pk)
    asked = get_object_or_404(sheet_page.questions_of(request, found), pk=question)
    if request.method != "POST":
        return HttpResponseRedirect(address_of(found.audit, prefix_of(asked)))
    return csrf_protect(_save)(request, found, asked)


def _save(request: SignedInRequest, found: AuditSheet, asked: ChecklistQuestion) -> HttpResponse:
    form = QuestionForm(request.POST, request.FILES, it=Answered(asked, "", "", "", {}), language=language_of(request))
    sheets.must_be_open(found.audit, actor=request.user)
    if form.is_valid():
        with blamed_on(form):
            _keep_photos(request, found, asked)
            _write(request, found, asked, form)
            if not form.errors:
                return HttpResponseRedirect(address_of(found.audit, prefix_of(asked)))
    return sheet_page.show(request, found, faulty={asked.pk: form})


def _keep_photos(request: SignedInRequest, found: AuditSheet, asked: ChecklistQuestion) -> None:
    if refused := request.META.get(uploads.REFUSED):
        raise refused
    checked = files.inspect_all(request.FILES.getlist(f"{prefix_of(asked)}-files"))
    sheet_photos.check(found, checked, actor=request.user)
    now = clock.now()
    with files.kept(checked) as kept, transaction.atomic():
        for each in kept:
            said: dict[str, Any] = {"device": _device(request), "taken_at": now, "actor": request.user, "now": now}
            sheet_photos.add(sheet=found, photo=ids.new(), question=asked, file=each, **said)
    if checked:
        text = ngettext("%(count)d photo is saved.", "%(count)d photos are saved.", len(checked))
        messages.success(request, text % {"count": len(checked)})


def _write(request: SignedInRequest, found: AuditSheet, asked: ChecklistQuestion, form: QuestionForm) -> None:
    now, said = clock.now(), form.cleaned_data
    entries = [
        sheet_merging.NewEntry(ids.new(), asked.pk, part, said[part], said[f"base_{part}"], _device(request), now) for part in Part.values
    ]
    results = dict(zip(Part.values, sheet_merging.merge(sheet=found, entries=entries, actor=request.user, now=now), strict=True))
    for part, result in results.items():
        if result.outcome == sheet_merging.REFUSED:
            form.add_error(part, result.reason)
    outcomes = {result.outcome for result in results.values()}
    if O.CONFLICT in outcomes:
        messages.warning(request, _("Somebody wrote here while you did. Both are kept; choose below what is to stand."))
    elif O.APPLIED in outcomes and not form.errors:
        messages.success(request, _("Saved."))


def _device(request: SignedInRequest) -> str:
    """A page without scripts is a device of its own, for each person."""
    return f"page-{request.user.pk}"


@require_POST
def choose(request: SignedInRequest, pk: UUID, entry: UUID) -> HttpResponse:
    found = sheet_for(request, pk)
    sheets.must_be_open(found.audit, actor=request.user)
    row = get_object_or_404(found.entries.select_related("question"), pk=entry)
    takes_it = request.POST.get("keep") == "this"
    sheet_merging.choose(sheet=found, entry=row, takes_it=takes_it, actor=request.user, now=clock.now())
    return done(request, _("Chosen. The other one stays in the history."), address_of(found.audit, prefix_of(row.question)))


@require_safe
def photo(request: SignedInRequest, pk: UUID, photo: UUID) -> FileResponse:
    kept = get_object_or_404(sheet_for(request, pk).photos.kept(), pk=photo)
    return files.download(kept)


@require_safe
def small_photo(request: SignedInRequest, pk: UUID, photo: UUID) -> HttpResponseBase:
    return thumbnails.handed_out(request, get_object_or_404(sheet_for(request, pk).photos.kept(), pk=photo))


def remove_photo(request: SignedInRequest, pk: UUID, photo: UUID) -> HttpResponse:
    """Asked first: it cannot be undone."""
    found = sheet_for(request, pk)
    sheets.must_be_open(found.audit, actor=request.user)
    kept: SheetPhoto = get_object_or_404(found.photos.kept().select_related("question"), pk=photo)
    return asked(
        request,
        partial(sheet_photos.remove, sheet=found, photo=kept, actor=request.user, now=clock.now()),
        title=_("Take the photo away"),
        text=_("%(name)s is removed for good. That it was there stays in the history.") % {"name": kept.name},
        label=_("Take it away"),
        told=_("The photo is taken away."),
        back_url=address_of(found.audit, prefix_of(kept.question)),
        is_dangerous=True,
    )
