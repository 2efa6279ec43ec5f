"""A formal notice as the supplier meets it: what we wrote, by when it may reply, and a place to write the reply."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core import clock, states
from followup.forms.formal_notices import ReplyForm
from followup.models import FormalNotice
from followup.services import formal_replies, replies
from followup.states import FORMAL_NOTICE
from followup.views import reply_doors
from followup.views.notice_doors import address_of, notice_for
from followup.views.reply_doors import Replying


def show(request: SignedInRequest, it: FormalNotice, *, form: ReplyForm | None = None) -> HttpResponse:
    at = clock.read()
    context = {
        "it": it,
        "letter": it.letter,
        **reply_doors.beside(request, it, form, at),
        "possible": states.possible(FORMAL_NOTICE, it, request.user),
        "brief": it.missed.brief,
    }
    return render(request, "followup/letter_to_supplier.html", context, status=422 if form is not None else 200)


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
@require_POST
def save(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return csrf_protect(reply_doors.save)(request, _replying(request, notice_for(request, pk, "save_reply")))


@csrf_exempt
@require_POST
def send(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return csrf_protect(reply_doors.send)(request, _replying(request, notice_for(request, pk, "reply")))


def _replying(request: SignedInRequest, it: FormalNotice) -> Replying:
    return Replying(
        keep=partial(replies.save, it),
        hand_in=partial(formal_replies.send, notice=it),
        shown=lambda form: show(request, it, form=form),
        address=address_of(it),
        is_answered=it.status == FormalNotice.Status.ANSWERED,
    )
