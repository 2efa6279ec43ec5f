"""Formal notices as we write, correct, approve, send and decide them."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, states
from core.errors import NotAllowed
from core.forms import Form, blamed_on
from core.pages import asked, done
from followup import letters, proofs
from followup.forms.formal_notices import DecideForm, DraftForm, DropForm, SentForm
from followup.models import DocumentRequest, FormalNotice
from followup.services import formal_notices, formal_replies
from followup.states import FORMAL_NOTICE
from followup.views.doors import page_of, request_for
from followup.views.notice_doors import address_of, notice_for, notice_to
from notifications import kinds, rendering, timeline
from notifications.rendering import Rendered
from notifications.views.seen import seen


def draft(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The letter as the tool drafts it about this request, to be corrected and kept; the one there is, if there is one."""
    about = request_for(request, pk)
    if not request.user.works_here:
        raise NotAllowed
    seen(request, kinds.DRAFT_OF_NOTICE, about.pk)
    if request.method == "POST":
        access.require(request.user, Action.FORMAL_NOTICE_SEND, about)
    elif there := _there_is(about):
        return HttpResponseRedirect(address_of(there))
    at = clock.read()
    form = DraftForm(request.POST) if request.method == "POST" else DraftForm.of(_suggested(request, about))
    if form.is_valid():
        with blamed_on(form):
            it = formal_notices.start(request=about, actor=request.user, **form.cleaned_data, **at)
            return done(request, _("The draft is kept. Nothing has been sent."), address_of(it))
    return _draft_page(request, about, form, back_url=page_of(about))


def _there_is(about: DocumentRequest) -> FormalNotice | None:
    """The one that is open; without one, the latest, unless a new one can be begun."""
    latest = about.formal_notices.order_by("-number").first()
    can_begin = about.is_with_supplier and about.deadline.due_on < clock.today()
    open_one = about.formal_notices.open().first()
    return open_one or (None if can_begin else latest)


def _suggested(request: SignedInRequest, about: DocumentRequest) -> dict[str, Any]:
    return formal_notices.suggested(about, actor=request.user, today=clock.today())


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = notice_to(request, pk, "edit")
    form = DraftForm(request.POST) if request.method == "POST" else DraftForm.of(vars(it))
    if form.is_valid():
        with blamed_on(form):
            formal_notices.edit(notice=it, actor=request.user, now=clock.now(), **form.cleaned_data)
            return done(request, _("The draft is kept. Nothing has been sent."), address_of(it))
    return _draft_page(request, it.request, form, back_url=address_of(it))


def _draft_page(request: SignedInRequest, about: DocumentRequest, form: DraftForm, *, back_url: str) -> HttpResponse:
    context = {
        "about": about,
        "form": form,
        "back_url": back_url,
        "task": formal_notices.open_task(about),
        "drop_form": DropForm(),
        "clause": about.deadline.brief.get("clause"),
        "proofs": proofs.proofs_of(about, about.deadline),
        "may_send": access.may(request.user, Action.FORMAL_NOTICE_SEND, about),
        "today": clock.today(),
    }
    return render(request, "followup/formal_notice_draft.html", context, status=422 if form.errors else 200)


@require_POST
def refrain(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """No letter is to be sent about this request, said before there is a draft."""
    about = request_for(request, pk)
    access.require(request.user, Action.FORMAL_NOTICE_SEND, about)
    task, form = formal_notices.open_task(about), DropForm(request.POST)
    if task is not None and form.is_valid():
        formal_notices.refrain(task=task, request=about, reason=form.cleaned_data["reason"], actor=request.user, now=clock.now())
        messages.success(request, _("No letter is sent. Your reason is kept in the history."))
    elif task is not None:
        messages.warning(request, _("Say why no letter is sent."))
        return HttpResponseRedirect(reverse("followup:formal-notice-draft", args=[about.pk]))
    return HttpResponseRedirect(page_of(about))


def send(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Asks once more, naming who gets it, and sends."""
    it = notice_to(request, pk, "send")
    drafted = formal_notices.as_of(it, signer=request.user, today=clock.today())
    return asked(
        request,
        partial(formal_notices.send, notice=it, actor=request.user, read=request.POST.get("read"), **clock.read()),
        title=_("Approve and send the letter"),
        text=f"{it.supplier.name} · {it.request.title}",
        note=_("You sign it. It has legal effect, its text is kept as it is, and it cannot be taken back."),
        names=[each.line for each in drafted.to] + [_("Copy: %(names)s") % {"names": each.line} for each in drafted.copies],
        label=_("Send the letter"),
        told=_("The letter is sent."),
        read=request.GET.get("read") or letters.mark_of(drafted.letter),
        back_url=address_of(it),
    )


@require_POST
def mark_sent(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it, form = notice_for(request, pk, "mark_sent"), SentForm(request.POST)
    if form.is_valid():
        with blamed_on(form):
            formal_notices.mark_sent(notice=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The letter is marked as sent."), address_of(it))
    return show(request, it, sent_form=form)


@require_POST
def drop(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it, form = notice_for(request, pk, "drop"), DropForm(request.POST)
    if form.is_valid():
        with blamed_on(form):
            formal_notices.drop(notice=it, actor=request.user, now=clock.now(), **form.cleaned_data)
            return done(request, _("No letter is sent. Your reason is kept in the history."), address_of(it))
    return show(request, it, drop_form=form)


@require_POST
def decide(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it, form = notice_for(request, pk, "decide"), DecideForm(request.POST)
    if form.is_valid():
        with blamed_on(form):
            formal_replies.decide(notice=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("Your decision is kept, and the supplier is told."), address_of(it))
    return show(request, it, decide_form=form)


def show(request: SignedInRequest, it: FormalNotice, **faulty: Form) -> HttpResponse:
    at, is_draft = clock.read(), it.status == FormalNotice.Status.DRAFTED
    drafted = formal_notices.as_of(it, signer=request.user, today=at["today"]) if is_draft else None
    mails = proofs.letters_out(it.pk, "formal_notice", "formal_notice_copy")
    context = {
        "it": it,
        "letter": drafted.letter if drafted else it.letter,
        "draft": drafted,
        "read": letters.mark_of(drafted.letter) if drafted else "",
        "mail": _mail(it, drafted) if drafted else None,
        "mails": [(line, proofs.was_delivered(line)) for line in mails],
        "has_failed": it.waits_for_reply and it.is_by_portal and proofs.has_failed(mails, "formal_notice"),
        "reply": _reply(it),
        "possible": states.possible(FORMAL_NOTICE, it, request.user),
        "entries": timeline.of([it.reply_deadline_id], viewer=request.user) if it.reply_deadline_id else [],
        "task": formal_notices.open_task(it.request) if is_draft else None,
        "sent_form": SentForm(initial={"sent_on": at["today"]}),
        "drop_form": DropForm(),
        "decide_form": DecideForm(),
        "today": at["today"],
        **faulty,
    }
    return render(request, "followup/formal_notice.html", context, status=422 if any(form.errors for form in faulty.values()) else 200)


def _reply(it: FormalNotice) -> Any:
    """Only what was sent in is ours to read."""
    reply = getattr(it, "reply", None)
    return reply if reply is not None and reply.submitted_at else None


def _mail(it: FormalNotice, drafted: formal_notices.Draft) -> Rendered | None:
    """The mail as the representative will see it."""
    if not drafted.to:
        return None
    context = {**formal_notices.brief_of(it), "letter": dict(drafted.letter)}
    person, now = drafted.to[0].person, clock.now()
    return rendering.preview(
        kind="formal_notice", person=person, organisation=it.supplier, context=context, due_on=drafted.reply_on, now=now
    )
