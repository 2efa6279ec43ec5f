"""What we do about a finding: tell, decide, judge, close and check. Each on a page that says what happens and to whom."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from core import clock
from core.errors import FieldError, Invalid
from core.forms import Form, blamed_on
from core.pages import asked, done, posted
from followup import finding_words
from followup.forms.findings import (
    AskPlanForm,
    AuthorityForm,
    CheckEffectForm,
    CloseForm,
    EffectForm,
    GroundsForm,
    JudgePlanForm,
    MeetingForm,
    NothingForm,
    ReopenForm,
    ReturnEvidenceForm,
)
from followup.models import Finding
from followup.seen import mark
from followup.services import action_plans, finding_closing, finding_disputes, finding_evidence, findings
from followup.views import finding_page
from followup.views.finding_doors import address_of, finding_for, finding_to


def _page(
    request: SignedInRequest,
    pk: UUID,
    change: str,
    act: Callable[..., Any],
    form: Callable[[Any, Finding], Form],
    *,
    by_another: Callable[[Finding, User], None] | None = None,
    **words: Any,
) -> HttpResponse:
    """`by_another` refuses who may not do it alone, before there is a form to fill in."""
    it = finding_to(request, pk, change)
    if by_another is not None:
        by_another(it, request.user)
    return asked(
        request,
        partial(act, finding=it, actor=request.user, **clock.read()),
        form=form(posted(request), it),
        text=f"{it.title} · {it.supplier.name}",
        back_url=address_of(it),
        **words,
    )


def tell(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "tell",
        findings.tell,
        lambda sent, it: NothingForm(sent),
        title=_("Tell the supplier"),
        label=_("Tell the supplier"),
        told=_("The supplier is told."),
        note=_("Its contact gets a mail with the finding and its dates. After that text and severity cannot be changed."),
    )


def uphold(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "uphold",
        finding_disputes.uphold,
        lambda sent, it: GroundsForm(sent),
        by_another=finding_disputes.must_be_another,
        title=_("Uphold the finding"),
        label=_("Uphold it"),
        told=_("The finding stands, and the supplier is told."),
        note=_("The supplier gets a mail with your grounds. Its dates count anew from today."),
    )


def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "withdraw",
        finding_disputes.withdraw,
        lambda sent, it: GroundsForm(sent),
        by_another=finding_disputes.must_be_another,
        title=_("Withdraw the finding"),
        label=_("Withdraw it"),
        told=_("The finding is withdrawn."),
        note=_(
            "It stays in the history and counts nowhere. A supplier that was told gets a mail with your grounds. This cannot be undone."
        ),
        is_dangerous=True,
    )


def ask_for_plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "ask_for_plan",
        action_plans.ask,
        lambda sent, it: AskPlanForm(sent),
        title=_("Ask for an action plan"),
        label=_("Ask for it"),
        told=_("The supplier is asked for an action plan."),
    )


def return_evidence(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "return_evidence",
        finding_evidence.return_,
        lambda sent, it: ReturnEvidenceForm(sent),
        title=_("Ask for more"),
        label=_("Ask for more"),
        told=_("The supplier is asked for more."),
    )


def close(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "close",
        finding_closing.close,
        lambda sent, it: CloseForm(sent, it=it),
        by_another=finding_closing.must_be_another,
        title=_("Close the finding"),
        label=_("Close the finding"),
        told=_("The finding is closed."),
        note=_("The supplier gets a mail with what you write. The requirement is judged by itself, afterwards."),
    )


def reopen(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "reopen",
        finding_closing.reopen,
        lambda sent, it: ReopenForm(sent),
        title=_("Open the finding again"),
        label=_("Open it again"),
        told=_("The finding is open again, and the supplier is told."),
        note=_("The supplier gets a mail with your reason, and new dates from today."),
    )


def check_effect(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "check_effect",
        finding_closing.check_effect,
        lambda sent, it: CheckEffectForm(sent),
        title=_("Did it last?"),
        label=_("Keep what we saw"),
        told=_("What you saw is kept."),
    )


def record_effect(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "record_effect",
        finding_closing.record_effect,
        lambda sent, it: EffectForm(sent),
        title=_("What it meant in figures"),
        label=_("Keep the figure"),
        told=_("The figure is kept."),
    )


def strike_effect(request: SignedInRequest, pk: UUID, effect: UUID) -> HttpResponse:
    figure = get_object_or_404(finding_for(request, pk, "strike_effect").effects, pk=effect)
    shown = finding_words.figure(figure.what, figure.amount, figure.currency, figure.method)
    return _page(
        request,
        pk,
        "strike_effect",
        lambda *, finding, actor, now, today: finding_closing.strike_effect(effect=figure, actor=actor, now=now),
        lambda sent, it: NothingForm(sent),
        title=_("Strike the figure out"),
        label=_("Strike it out"),
        told=_("Struck out. The history keeps it."),
        note=shown,
    )


def hand_over(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "hand_over",
        findings.hand_over,
        lambda sent, it: AuthorityForm(sent, initial={"authority": it.authority, "seen_mark": mark(it.authority)}),
        title=_("Handed to an authority"),
        label=_("Keep it"),
        told=_("It is written down. The case under the contract goes on."),
        note=_("This tells nobody. The case under the contract goes on all the same."),
    )


def meet(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "meet",
        findings.meet,
        lambda sent, it: MeetingForm(sent, initial={"held_on": clock.today()}),
        title=_("The meeting has been held"),
        label=_("Keep it"),
        told=_("The meeting is written down."),
    )


@require_POST
def judge_plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Every action at once: accepted, or sent back with what is not good enough."""
    it = finding_to(request, pk, "accept_plan")
    actions = action_plans.latest(it).actions.select_related("deadline")
    form, at = JudgePlanForm(request.POST, actions=actions), clock.read()
    if form.is_valid():
        said = form.cleaned_data
        with blamed_on(form):
            if request.POST.get("verdict") == "accepted":
                _must_have_no_comments(form)
                action_plans.accept(finding=it, comment=said["comment"], actor=request.user, **at)
                return done(request, _("The plan is accepted, and its dates hold from today."), address_of(it))
            action_plans.return_(
                finding=it, comment=said["comment"], comments=form.comments(), due_on=said["due_on"], actor=request.user, **at
            )
            return done(request, _("The plan is sent back with your comments."), address_of(it))
    return finding_page.ours(request, it, plan_form=form)


def _must_have_no_comments(form: JudgePlanForm) -> None:
    """Whoever wrote what is not good enough does not mean to accept it."""
    wrong = [key for key, text in form.comments().items() if text.strip()]
    if wrong:
        text = _("You have written what is not good enough, so the plan can be sent back, not accepted.")
        raise Invalid(FieldError(f"action-{key}", "commented", text) for key in wrong)
