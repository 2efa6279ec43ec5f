"""Judging what came, item by item. Is the documentation good enough, and is the requirement met: two judgements."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.services.obligations import passed_over
from core import access, clock, forms
from core.locales import before_stop
from core.pages import done
from followup.forms.managing import ReturnForm, SendBackForm
from followup.models import DocumentRequest, Item
from followup.services import reviewing
from followup.views import staff_page
from followup.views.doors import page_of, request_for, warn_of_day_off, whole


@require_POST
def accept_item(request: SignedInRequest, pk: UUID, item: UUID) -> HttpResponse:
    it = request_for(request, pk, "judge")
    chosen = _as_seen(request, it, item)
    reviewing.accept(request=it, items=[chosen], actor=request.user, **clock.read())
    if it.status == DocumentRequest.Status.ACCEPTED:
        return whole(
            request, done(request, _("Everything is accepted, and the supplier is told."), page_of(it, staff_page.item_anchor(item)))
        )
    return done(request, _("“%(item)s” is accepted.") % {"item": chosen.title}, page_of(it, staff_page.item_anchor(item)))


@require_POST
def return_item(request: SignedInRequest, pk: UUID, item: UUID) -> HttpResponse:
    """Marked only: the supplier hears of it when the review is sent back as a whole."""
    it = request_for(request, pk, "judge")
    chosen = _as_seen(request, it, item)
    form = ReturnForm(request.POST, prefix=f"return-{item}")
    if form.is_valid():
        at = clock.read()
        with forms.blamed_on(form):
            reviewing.mark_returned(request=it, items=[chosen], actor=request.user, now=at["now"], **form.cleaned_data)
    if form.errors:
        return staff_page.show(request, it, **{f"return-{item}": form})
    text = _("“%(item)s” is marked as not good enough. Send the review back when you are through.")
    return done(request, text % {"item": chosen.title}, page_of(it, staff_page.item_anchor(item)))


def _as_seen(request: SignedInRequest, it: DocumentRequest, key: UUID) -> Item:
    """The item as it was on the reviewer's page: the service refuses when somebody has judged it since."""
    item: Item = get_object_or_404(it.items.all(), pk=key)
    if "seen" in request.POST:
        item.judged_at = _moment(request.POST["seen"])
    return item


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text) if text else None
    except ValueError:
        return None


@require_POST
def accept_all(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """All that was delivered and not judged yet."""
    it = request_for(request, pk, "judge")
    unjudged = it.items.filter(state__in=reviewing.DELIVERED)
    reviewing.accept(request=it, items=list(unjudged), actor=request.user, **clock.read())
    return done(request, _("What was delivered is accepted."), page_of(it))


@require_POST
def send_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = request_for(request, pk, "return")
    form = SendBackForm(request.POST)
    if form.is_valid():
        with forms.blamed_on(form):
            reviewing.finish_round(request=it, due_on=form.cleaned_data["due_on"], actor=request.user, **clock.read())
    if form.errors:
        return staff_page.show(request, it, send_back_form=form)
    answer = done(request, _("The review is sent to %(supplier)s.") % {"supplier": before_stop(it.supplier.name)}, page_of(it))
    warn_of_day_off(request, it, form.cleaned_data["due_on"])
    return answer


@require_POST
def judge(request: SignedInRequest, pk: UUID, item: UUID, obligation: UUID) -> HttpResponse:
    it = request_for(request, pk)
    access.require(request.user, Action.OBLIGATION_JUDGE, it)
    chosen = get_object_or_404(it.items.all(), pk=item)
    bound = get_object_or_404(chosen.obligations.select_related("requirement", "lot"), pk=obligation)
    form = staff_page.judge_form(chosen, bound, request.POST)
    if form.is_valid():
        with forms.blamed_on(form):
            said = {**form.cleaned_data, **clock.read()}
            judgement = reviewing.judge_requirement(request=it, item=chosen, obligation=bound, actor=request.user, **said)
            said_of = {"requirement": bound.requirement.title, "supplier": it.supplier.name}
            text = _("%(supplier)s is judged on “%(requirement)s”.") % said_of
            return done(request, " ".join([text, passed_over(judgement)]).strip(), page_of(it, staff_page.item_anchor(item)))
    return staff_page.show(request, it, **{f"judge-{item}-{obligation}": form})
