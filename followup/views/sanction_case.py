"""A sanction case as we see it, and each step that is ours: hearing, deciding, telling, putting into force, ending."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core import clock, states
from core.forms import Form, blamed_on
from core.pages import asked, done
from followup import letters, proofs, sanction_grounds, sanction_reading
from followup.fines import fine_of
from followup.forms.formal_notices import SentForm
from followup.forms.sanctions import DecideForm, DropForm, OverForm
from followup.models import Sanction, SanctionLetter
from followup.services import hearings, sanction_decisions, sanction_post, sanctions, suspending
from followup.services.sanction_post import Post, Purpose
from followup.states import SANCTION
from followup.views.sanction_doors import address_of, sanction_for, sanction_to
from notifications import timeline
from notifications.models import Delivery

S = Sanction.Status
OVER = {"lift": sanction_decisions.lift, "end": sanction_decisions.end}


def show(request: SignedInRequest, it: Sanction, **faulty: Form) -> HttpResponse:
    today, possible = clock.today(), states.possible(SANCTION, it, request.user)
    whole = sanction_reading.whole(it, viewer=request.user)
    post = sanction_post.post_of(it, whole["letters"])
    failed = next((p for p in (Purpose.DECISION, Purpose.HEARING) if _is_last(it, p) and post.has_failed(p)), None)
    context = {
        "it": it,
        **_drafted(request, it),
        **whole,
        "sent": [(letter, _carried(post, letter)) for letter in post.letters],
        "failed": failed,
        "reply": _reply(it),
        "possible": possible,
        "fallen": sanction_grounds.fallen([*whole["requests"], *whole["notices"], *whole["findings"]]),
        "is_proposer": it.proposed_by_id == request.user.pk,
        "may_be_decided": it.status == S.ANSWERED or (it.waits_for_reply and _limit_is_out(it)),
        "may_be_enforced": it.applies_from is not None and it.applies_from <= today,
        "fine": fine_of(it, request.GET.get("until", ""), today=today),
        "entries": timeline.of([it.reply_deadline_id], viewer=request.user) if it.reply_deadline_id else [],
        "sent_form": SentForm(initial={"sent_on": today}),
        "decide_form": DecideForm(initial={"applies_from": today}),
        "over_form": OverForm(initial={"ended_on": today}),
        "drop_form": DropForm(),
        "today": today,
        **faulty,
    }
    return render(request, "followup/sanction.html", context, status=422 if any(form.errors for form in faulty.values()) else 200)


def _carried(post: Post, letter: SanctionLetter) -> list[tuple[Delivery, bool]]:
    """The mails that carried it, each with whether it arrived."""
    return [(line, proofs.was_delivered(line)) for line in post.mails(letter.purpose)] if letter.is_by_portal else []


def _drafted(request: SignedInRequest, it: Sanction) -> dict[str, Any]:
    """The letter that is next, as it would be today."""
    if it.status not in (S.CONSIDERED, S.DECIDED):
        return {}
    of, purpose = (hearings, Purpose.HEARING) if it.status == S.CONSIDERED else (sanction_decisions, Purpose.DECISION)
    draft = of.as_of(it, signer=request.user, today=clock.today())
    return {"draft": draft, "purpose": purpose, "read": letters.mark_of(draft.letter)}


def _is_last(it: Sanction, purpose: str) -> bool:
    """Whether a letter of this purpose is what the supplier waits for, or should have had."""
    return it.status in ((S.HEARD,) if purpose == Purpose.HEARING else (S.NOTIFIED, S.IN_FORCE))


def _limit_is_out(it: Sanction) -> bool:
    return it.reply_deadline is not None and it.reply_deadline.due_on < clock.today()


def _reply(it: Sanction) -> Any:
    """Only what was sent in is ours to read."""
    reply = getattr(it, "reply", None)
    return reply if reply is not None and reply.submitted_at else None


def hear(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = sanction_to(request, pk, "hear")
    draft = hearings.as_of(it, signer=request.user, today=clock.today())
    words = {"title": _("Send the hearing letter"), "told": _("The letter is sent. The supplier may reply now.")}
    return _send(request, it, draft, hearings.hear, **words)


def notify(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = sanction_to(request, pk, "notify")
    draft = sanction_decisions.as_of(it, signer=request.user, today=clock.today())
    words = {"title": _("Send the decision letter"), "told": _("The letter is sent. The supplier knows what was decided.")}
    return _send(request, it, draft, sanction_decisions.notify, **words)


def _send(
    request: SignedInRequest, it: Sanction, draft: hearings.Draft | sanction_decisions.Draft, service: Callable[..., None], **words: Any
) -> HttpResponse:
    """Asks once more, naming who gets it, and sends."""
    recipients = draft.addressees
    return asked(
        request,
        partial(service, sanction=it, actor=request.user, read=request.POST.get("read"), **clock.read()),
        text=f"{it.supplier.name} · {it.title}",
        note=_("You sign it. It has legal effect, its text is kept as it is, and it cannot be taken back."),
        names=[each.line for each in recipients.to] + [_("Copy: %(names)s") % {"names": each.line} for each in recipients.copies],
        label=_("Send the letter"),
        read=request.GET.get("read") or letters.mark_of(draft.letter),
        back_url=address_of(it),
        **words,
    )


@require_POST
def mark_sent(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The letter that is next, or the one that came back, went another way."""
    it, form = sanction_for(request, pk, "hear"), SentForm(request.POST)
    service = hearings.hear if it.status in (S.CONSIDERED, S.HEARD) else sanction_decisions.notify
    if form.is_valid():
        with blamed_on(form):
            service(sanction=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The letter is marked as sent."), address_of(it))
    return show(request, it, sent_form=form)


@require_POST
def decide(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it, form = sanction_for(request, pk, "impose"), DecideForm(request.POST)
    if form.is_valid():
        with blamed_on(form):
            sanction_decisions.decide(sanction=it, actor=request.user, **form.cleaned_data, **clock.read())
            imposed = _("Your decision is kept. The supplier is told by the decision letter.")
            return done(
                request, imposed if it.status == S.DECIDED else _("Your decision is kept, and the supplier is told."), address_of(it)
            )
    return show(request, it, decide_form=form)


def enforce(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Asks once more: of a suspension everybody who orders is told."""
    it = sanction_to(request, pk, "enforce")
    return asked(
        request,
        partial(sanction_decisions.enforce, sanction=it, actor=request.user, **clock.read()),
        title=_("Put it into force"),
        text=f"{it.supplier.name} · {it.title}",
        note=_what_agencies_hear(it),
        names=[str(lot) for lot in it.lots.all()],
        label=_("Put it into force"),
        told=_("It is in force."),
        back_url=address_of(it),
    )


def _what_agencies_hear(it: Sanction) -> str:
    if it.is_suspension:
        return _("The agencies that have ordered on the agreement are told at once that they cannot order from this supplier now, and whom to order from instead. They are not told why. The supplier who is next is told by a person, not by the tool.")  # fmt: skip  # noqa: E501
    if it.means in suspending.BEGUN:
        return _("The agencies that have ordered on the agreement are told at once that it applies, and what it means for them. They are not told why.")  # fmt: skip  # noqa: E501
    return _("Agencies see on the page of the agreement that it applies, and that they order as before. They are not told why.")


@require_POST
def over(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Lifted, or ended."""
    it, form = sanction_for(request, pk, "lift"), OverForm(request.POST)
    if form.is_valid():
        with blamed_on(form):
            how = OVER[form.cleaned_data.pop("how")]
            how(sanction=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("It does not apply any more. The supplier is told."), address_of(it))
    return show(request, it, over_form=form)


@require_POST
def drop(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it, form = sanction_for(request, pk, "drop"), DropForm(request.POST)
    if form.is_valid():
        with blamed_on(form):
            sanctions.drop(sanction=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The case is dropped. Your reason is kept in the history."), address_of(it))
    return show(request, it, drop_form=form)
