"""How a supplier saves and sends in a reply, whatever the letter is about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from core import clock, files, uploads
from core.clock import Clock
from core.forms import blamed_on
from core.pages import done
from followup.forms.formal_notices import ReplyForm
from followup.models import FormalNotice, Sanction
from followup.views.doors import key_of
from notifications import deadlines


@dataclass(frozen=True)
class Replying:
    """The services that keep and hand in the reply to one letter, and its page: `shown` draws it with a form that has faults."""

    keep: Callable[..., Any]
    hand_in: Callable[..., Any]
    shown: Callable[[ReplyForm], HttpResponse]
    address: str
    is_answered: bool


def beside(request: SignedInRequest, it: FormalNotice | Sanction, form: ReplyForm | None, at: Clock) -> dict[str, Any]:
    """What the page of either letter shows of the reply and its limit. Opening the page, signed in, is seen."""
    limit, reply = it.reply_deadline, getattr(it, "reply", None)
    if request.method == "GET" and limit is not None and limit.seen_at is None:
        deadlines.see(limit, now=at["now"])
    return {
        "reply": reply,
        "documents": list(reply.documents.order_by("received_at", "id")) if reply else [],
        "form": form or ReplyForm(initial={"text": reply.text if reply else ""}),
        "is_late": it.waits_for_reply and limit is not None and limit.due_on < at["today"],
    }


def save(request: SignedInRequest, replying: Replying) -> HttpResponse:
    form = _kept(request, replying, clock.read())
    if form.errors:
        return replying.shown(form)
    removed = request.POST.get("remove")
    return done(
        request, _("The file was removed.") if removed else _("Saved. You can close the page and come back."), replying.address + "#reply"
    )


def send(request: SignedInRequest, replying: Replying) -> HttpResponse:
    """What was written and added is kept first, so that a fault loses nothing."""
    at = clock.read()
    if replying.is_answered:
        messages.info(request, _("Your reply has been sent in already."))
        return HttpResponseRedirect(replying.address + "#reply")
    form = _kept(request, replying, at)
    if not form.errors:
        with blamed_on(form):
            replying.hand_in(actor=request.user, **at)
    if form.errors:
        return replying.shown(form)
    return done(request, _("We have received your reply. You get a receipt by e-mail."), replying.address + "#reply")


def _kept(request: SignedInRequest, replying: Replying, at: Clock) -> ReplyForm:
    """The text, and each file by itself: one that we cannot take stops neither the text nor the others."""
    form = ReplyForm(request.POST, request.FILES)
    with blamed_on(form):
        if refused := request.META.get(uploads.REFUSED):
            raise refused
    text = request.POST.get("text", "")
    with blamed_on(form):
        replying.keep(text=text, removed=key_of(request.POST.get("remove", "")), actor=request.user, **at)
    for content in request.FILES.getlist("files"):
        with blamed_on(form), files.kept(files.inspect_all([content])) as kept:
            replying.keep(text=text, files=kept, actor=request.user, **at)
    return form
