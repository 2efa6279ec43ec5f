"""A sanction case as the supplier meets it: what we consider or have decided, and a place to reply while there is time."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from contracts.models import Suspension
from core import clock, states
from followup.forms.formal_notices import ReplyForm
from followup.models import Sanction
from followup.services import briefs, hearings, replies, sanction_post
from followup.services.sanction_post import Purpose
from followup.states import SANCTION
from followup.views import reply_doors
from followup.views.reply_doors import Replying
from followup.views.sanction_doors import address_of, sanction_for

S = Sanction.Status


def show(request: SignedInRequest, it: Sanction, *, form: ReplyForm | None = None) -> HttpResponse:
    at, reply = clock.read(), getattr(it, "reply", None)
    is_answered = reply is not None and reply.submitted_at is not None
    context = {
        "it": it,
        "what": capfirst(it.title),
        "status": ("answered" if is_answered else "heard") if it.status == S.DECIDED else it.status,  # not before it is told
        "letters": _newest_first(it),
        **reply_doors.beside(request, it, form, at),
        "possible": states.possible(SANCTION, it, request.user),
        "suspensions": Suspension.objects.visible_to(request.user).filter(case_id=it.pk).select_related("lot"),
        "findings": it.findings.visible_to(request.user).order_by("number"),
        "brief": briefs.of_agreement(it.framework),
    }
    return render(request, "followup/sanction_heard.html", context, status=422 if form is not None else 200)


def _newest_first(it: Sanction) -> list[tuple[str, dict[str, object]]]:
    sent = [(purpose, sanction_post.last(it, purpose)) for purpose in (Purpose.DECISION, Purpose.HEARING)]
    return [(purpose.value, letter.letter) for purpose, letter in sent if letter is not None]


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
@require_POST
def save(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return csrf_protect(reply_doors.save)(request, _replying(request, sanction_for(request, pk, "save_reply")))


@csrf_exempt
@require_POST
def send(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return csrf_protect(reply_doors.send)(request, _replying(request, sanction_for(request, pk, "reply")))


def _replying(request: SignedInRequest, it: Sanction) -> Replying:
    return Replying(
        keep=partial(replies.save, it),
        hand_in=partial(hearings.send_reply, sanction=it),
        shown=lambda form: show(request, it, form=form),
        address=address_of(it),
        is_answered=it.status == S.ANSWERED,
    )
