"""The last look at drafts made in one go: the date and its clause, files from us, the mail to each supplier. Then they are sent."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts.models import Person
from accounts.requests import SignedInRequest
from core import clock, files, forms, uploads
from core.clock import Clock
from core.locales import before_stop
from core.pages import done
from followup import date_words, due_dates, reading
from followup.due_dates import DueDate
from followup.forms.asking import LastLookForm, SentenceForm
from followup.models import DocumentRequest
from followup.services import asking, bulk, drafting, preparing
from followup.views.doors import batch_of, drafts_of, possible
from notifications import calendars, rendering
from notifications.models import DeadlineKind
from notifications.rendering import Rendered


@dataclass
class Row:
    """One supplier of the batch. `mail` is None when nobody can be reached: then it stays a draft."""

    it: DocumentRequest
    form: SentenceForm
    by_rule: DueDate
    people: list[Person]
    mail: Rendered | None
    day_off: str


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
def batch(request: SignedInRequest, batch: UUID) -> HttpResponse:
    if request.method != "POST":
        return _page(request, batch_of(request, batch))
    return csrf_protect(_save)(request, batch, drafts_of(request, batch))


def _save(request: SignedInRequest, batch: UUID, drafts: list[DocumentRequest]) -> HttpResponse:
    at = clock.read()
    form = LastLookForm(request.POST)
    sentences = {it.pk: SentenceForm(request.POST, draft=it) for it in drafts}
    if form.is_valid() and all(each.is_valid() for each in sentences.values()):
        _warn_of_day_off(form, drafts, at["today"])
        with forms.blamed_on(form):
            _keep(request, form, drafts, sentences, at)
    if form.errors:
        return _page(request, batch_of(request, batch), form=form, sentences=sentences, status=422)
    if request.POST.get("do") == "send":
        _tell(request, bulk.each(drafts, lambda it: asking.send(request=it, actor=request.user, **at)))
    else:
        messages.success(request, _("Saved. Nothing has been sent yet."))
    return HttpResponseRedirect(reverse("followup:batch", args=[batch]))


def _warn_of_day_off(form: LastLookForm, drafts: list[DocumentRequest], today: date) -> None:
    """A typed date is kept whatever day it is; the first time it is no working day we say so, the second time it is meant."""
    day = form.cleaned_data["due_on"]
    if day is None or day < today or form.cleaned_data["day_off"] == day.isoformat():
        return
    known = calendars.read()
    if why := next(filter(None, (date_words.day_off(day, it.supplier.country, known) for it in drafts)), ""):
        form.data = {**form.data, "due_on": form.data["due_on"], "due_reason": form.data["due_reason"], "day_off": day.isoformat()}
        text = _("This is no working day: %(why)s. Choose another, or press again to keep it.")
        form.add_error("due_on", text % {"why": why})


def _keep(request: SignedInRequest, form: LastLookForm, drafts: list[DocumentRequest], sentences: dict[UUID, Any], at: Clock) -> None:
    if form.errors:
        return
    if refused := request.META.get(uploads.REFUSED):
        raise refused
    checked = files.inspect_all(request.FILES.getlist("files"))
    said = form.cleaned_data
    drafting.adjust(
        requests=drafts,
        sentences={key: each.cleaned_data["sentence"] for key, each in sentences.items()},
        due_on=said["due_on"],
        due_reason=said["due_reason"],
        actor=request.user,
        **at,
    )
    if checked:
        with files.kept(checked) as kept:
            preparing.attach(requests=drafts, files=kept, actor=request.user, now=at["now"])


def _tell(request: SignedInRequest, results: list[bulk.Result]) -> None:
    sent = [result.request.supplier.name for result in results if result.refusal is None]
    if sent:
        text = ngettext("Sent to %(names)s.", "Sent to %(count)d suppliers: %(names)s.", len(sent))
        messages.success(request, text % {"count": len(sent), "names": before_stop(", ".join(sent))})
    for result in results:
        if result.refusal is not None:
            words = {"supplier": result.request.supplier.name, "why": result.refusal}
            messages.warning(request, _("%(supplier)s stays a draft: %(why)s") % words)


def _page(
    request: SignedInRequest,
    found: list[DocumentRequest],
    *,
    form: LastLookForm | None = None,
    sentences: dict[UUID, SentenceForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = _rows(found, sentences or {})
    drafts = [row for row in rows if row.it.status == DocumentRequest.Status.DRAFT]
    first = found[0]
    typed = {"due_on": first.deadline.due_on, "due_reason": first.due_reason} if first.due_is_typed else {}
    context = {
        "batch": first.batch,
        "first": first,
        "rows": rows,
        "drafts": drafts,
        "reachable": [row for row in drafts if row.people],
        "items": list(first.items.select_related("document_kind")),
        "attachments": list(first.attachments.visible_to(request.user)),
        "form": form or LastLookForm(initial=typed),
        "may_change": bool(drafts) and "edit" in possible(request, drafts[0].it),
        "today": clock.today(),
    }
    return render(request, "followup/batch.html", context, status=status)


def _rows(found: list[DocumentRequest], sentences: dict[UUID, SentenceForm]) -> list[Row]:
    at = clock.read()
    rules, people = reading.rules_of(found), reading.reached(found, today=at["today"])
    known = calendars.of_kind(DeadlineKind.DOCUMENT_REQUEST)
    return [
        Row(
            it=it,
            form=sentences.get(it.pk) or SentenceForm(draft=it),
            by_rule=due_dates.of_request(
                framework=it.framework, rules=rules.get(it.pk, ()), country=it.supplier.country, sent_on=at["today"], calendars=known
            ),
            people=people[it.pk],
            mail=_mail(it, people[it.pk], at),
            day_off=date_words.day_off(it.deadline.due_on, it.supplier.country, known),
        )
        for it in found
    ]


def _mail(it: DocumentRequest, people: list[Person], at: Clock) -> Rendered | None:
    if not people:
        return None
    brief, due_on = it.deadline.brief, it.deadline.due_on
    return rendering.preview(
        kind="documents_requested", person=people[0], organisation=it.supplier, context=brief, due_on=due_on, now=at["now"]
    )


@require_POST
def detach(request: SignedInRequest, batch: UUID, attachment: UUID) -> HttpResponse:
    """Take a file of ours away from all the drafts that share it."""
    drafts = drafts_of(request, batch)
    row = get_object_or_404(drafts[0].attachments.visible_to(request.user), pk=attachment)
    preparing.detach(requests=drafts, storage_name=row.storage_name, actor=request.user, now=clock.now())
    return done(request, _("The file was removed."), reverse("followup:batch", args=[batch]))
