"""A formal notice as the supplier meets it: what we wrote, by when it may reply, and a place to write the reply."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core import clock, files, states, uploads
from core.clock import Clock
from core.forms import blamed_on
from followup.forms.formal_notices import ReplyForm
from followup.models import FormalNotice
from followup.services import formal_replies
from followup.states import FORMAL_NOTICE
from followup.views.doors import key_of
from followup.views.notice_doors import address_of, notice_for
from notifications import deadlines


def show(request: SignedInRequest, it: FormalNotice, *, form: ReplyForm | None = None) -> HttpResponse:
    at, reply = clock.read(), getattr(it, "reply", None)
    if request.method == "GET" and it.reply_deadline is not None and it.reply_deadline.seen_at is None:
        deadlines.see(it.reply_deadline, now=at["now"])  # the supplier has opened it, signed in
    can = states.possible(FORMAL_NOTICE, it, request.user)
    context = {
        "it": it,
        "letter": it.letter,
        "reply": reply,
        "documents": list(reply.documents.order_by("received_at", "id")) if reply else [],
        "form": form or ReplyForm(initial={"text": reply.text if reply else ""}),
        "possible": can,
        "is_late": it.waits_for_reply and it.reply_deadline is not None and it.reply_deadline.due_on < at["today"],
        "brief": it.missed.brief,
        "today": at["today"],
    }
    return render(request, "followup/letter_to_supplier.html", context, status=422 if form is not None else 200)


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
@require_POST
def save(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return csrf_protect(_save)(request, notice_for(request, pk, "save_reply"))


@csrf_exempt
@require_POST
def send(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return csrf_protect(_send)(request, notice_for(request, pk, "reply"))


def _save(request: SignedInRequest, it: FormalNotice) -> HttpResponse:
    form = _kept(request, it, clock.read())
    if form.errors:
        return show(request, it, form=form)
    removed = request.POST.get("remove")
    messages.success(request, _("The file was removed.") if removed else _("Saved. You can close the page and come back."))
    return HttpResponseRedirect(address_of(it) + "#reply")


def _send(request: SignedInRequest, it: FormalNotice) -> HttpResponse:
    """What was written and added is kept first, so that a fault loses nothing."""
    at = clock.read()
    if it.status == FormalNotice.Status.ANSWERED:
        messages.info(request, _("Your reply has been sent in already."))
        return HttpResponseRedirect(address_of(it) + "#reply")
    form = _kept(request, it, at)
    if not form.errors:
        with blamed_on(form):
            formal_replies.send(notice=it, actor=request.user, **at)
    if form.errors:
        return show(request, it, form=form)
    messages.success(request, _("We have received your reply. You get a receipt by e-mail."))
    return HttpResponseRedirect(address_of(it) + "#reply")


def _kept(request: SignedInRequest, it: FormalNotice, at: Clock) -> ReplyForm:
    """The text, and each file by itself: one that we cannot take stops neither the text nor the others."""
    form = ReplyForm(request.POST, request.FILES)
    with blamed_on(form):
        if refused := request.META.get(uploads.REFUSED):
            raise refused
    text = request.POST.get("text", "")
    with blamed_on(form):
        formal_replies.save(notice=it, text=text, removed=key_of(request.POST.get("remove", "")), actor=request.user, **at)
    for content in request.FILES.getlist("files"):
        with blamed_on(form), files.kept(files.inspect_all([content])) as kept:
            formal_replies.save(notice=it, text=text, files=kept, actor=request.user, **at)
    return form
