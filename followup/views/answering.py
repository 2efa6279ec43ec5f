"""What the supplier does on its page: save, send in, take back, ask, and ask for more time."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, files, forms, uploads
from core.clock import Clock
from core.pages import done
from followup.answers import Sheet
from followup.forms.answering import AskForm, MoreTimeForm
from followup.models import DocumentRequest, Submission
from followup.services import answering, delivering, more_time, questions
from followup.services.answering import NewFile
from followup.views import supplier_page
from followup.views.doors import page_of, request_for


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
@require_POST
def save(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return csrf_protect(_save)(request, request_for(request, pk, "save"))


@csrf_exempt
@require_POST
def submit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return csrf_protect(_submit)(request, request_for(request, pk, "submit"))


def _save(request: SignedInRequest, it: DocumentRequest) -> HttpResponse:
    at = clock.read()
    sheet = Sheet(it, today=at["today"], data=request.POST)
    _keep(request, it, sheet, at)
    if sheet.faulty:
        return supplier_page.show(request, it, sheet=sheet)
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        return HttpResponseRedirect(page_of(it))
    removed = request.POST.get("remove")
    text = _("The file was removed.") if removed else _("Saved. You can close the page and come back.")
    return done(request, text, page_of(it, request.POST.get("from", "")))


def _submit(request: SignedInRequest, it: DocumentRequest) -> HttpResponse:
    if it.status == DocumentRequest.Status.SUBMITTED:
        return _already_delivered(request, it)
    at = clock.read()
    sheet = Sheet(it, today=at["today"], data=request.POST)
    _keep(request, it, sheet, at)
    if not sheet.faulty:
        with sheet.blamed():
            submission = delivering.submit(request=it, actor=request.user, note=request.POST.get("note", ""), **at)
            request.session.pop(supplier_page.NOTE.format(it.pk), None)
            return HttpResponseRedirect(receipt_url(submission))
    return supplier_page.show(request, it, sheet=sheet)


def _keep(request: SignedInRequest, it: DocumentRequest, sheet: Sheet, at: Clock) -> None:
    """First the files, so that they are safe whatever else is wrong, then what was written."""
    request.session[supplier_page.NOTE.format(it.pk)] = request.POST.get("note", "")
    _keep_files(request, it, sheet, at)
    if sheet.is_valid() and not sheet.faulty:
        answers, papers = sheet.written(removed=request.POST.get("remove", ""))
        with sheet.blamed():
            answering.save(request=it, answers=answers, papers=papers, actor=request.user, **at)
    sheet.read()


def _keep_files(request: SignedInRequest, it: DocumentRequest, sheet: Sheet, at: Clock) -> None:
    """Each item's files by themselves: one that we cannot take stops no other."""
    with sheet.blamed():
        if refused := request.META.get(uploads.REFUSED):
            raise refused
    if sheet.faulty:
        return
    for key, form in sheet.item_forms.items():
        sent = request.FILES.getlist(form.add_prefix("files"))
        for content in sent if form.is_bound else []:
            with forms.blamed_on(form):
                checked = files.inspect_all([content], "files")
                with files.kept(checked) as kept:
                    new = [NewFile(file=file, item_ids=[key]) for file in kept]
                    answering.save_files(request=it, files=new, actor=request.user, **at)


def _already_delivered(request: SignedInRequest, it: DocumentRequest) -> HttpResponse:
    """The form sent twice: the second time tells what the first one did."""
    messages.info(request, _("This has been delivered already. Here is the receipt."))
    submission = it.deadline.round.submission
    return HttpResponseRedirect(receipt_url(submission) if submission else page_of(it))


def receipt_url(submission: Submission) -> str:
    return reverse("followup:receipt", args=[submission.request_id, submission.pk])


def receipt(request: SignedInRequest, pk: UUID, submission: UUID) -> HttpResponse:
    """What was delivered, with checksums, and what happens next."""
    it = request_for(request, pk)
    row = get_object_or_404(it.submissions.select_related("submitted_by__person", "round__review_deadline"), pk=submission)
    evidence = row.evidence.select_related("document", "item").order_by("item__number", "added_at")
    documents = {one.document_id: one.document for one in evidence}
    serves: dict[UUID, list[str]] = {}
    for one in evidence:
        serves.setdefault(one.document_id, []).append(one.item.title)
    round_ = getattr(row, "round", None)
    context = {
        "it": it,
        "submission": row,
        "verdict": round_.verdict if round_ else "",
        "review": round_.review_deadline if round_ else None,
        "files": [(document, serves[key]) for key, document in documents.items()],
        "may_read_restricted": not request.user.works_here or access.may(request.user, Action.DOCUMENT_READ_RESTRICTED),
        "claims": [item for item in it.items.all() if item.claim],
        "today": clock.today(),
    }
    return render(request, "followup/receipt.html", context)


@require_POST
def recall(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = request_for(request, pk, "recall")
    delivering.recall(request=it, actor=request.user, **clock.read())
    return done(request, _("You have taken the delivery back. Change what you want, and send it in again before the date."), page_of(it))


@require_POST
def ask(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = request_for(request, pk, "ask")
    form = AskForm(request.POST, items=it.items.all())
    if form.is_valid():
        with forms.blamed_on(form):
            questions.ask(request=it, item=form.cleaned_data["item"], text=form.cleaned_data["text"], actor=request.user, **clock.read())
    if form.errors:
        return supplier_page.show(request, it, ask_form=form)
    return done(request, _("Your question is sent. We do not remind you while you wait for the answer."), page_of(it, "questions"))


@require_POST
def ask_for_time(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = request_for(request, pk, "ask_for_time")
    form = MoreTimeForm(request.POST)
    if form.is_valid():
        with forms.blamed_on(form):
            more_time.ask(request=it, actor=request.user, **form.cleaned_data, **clock.read())
    if form.errors:
        return supplier_page.show(request, it, time_form=form)
    return done(
        request, _("We have got your wish for more time, and answer you soon. The date stands until then."), page_of(it, "more-time")
    )
