"""One requirement and one supplier: what was promised, what the supplier states, and what we checked."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts import forms, matrix, standings
from contracts.filters import ObligationFilters
from contracts.models import Framework, Obligation
from contracts.services import obligations
from contracts.views.doors import form_page
from core import access, clock, listing, paging
from core.forms import blamed_on
from core.menus import url_or_none
from core.pages import done
from core.paging import Order

ORDERS = paging.both_ways(created_at=Order("created_at"))
ABOUT = ("requirement__clause", "requirement__rule", "framework__organisation", "supplier", "lot")


def index(request: SignedInRequest) -> HttpResponse:
    """The records behind every figure about requirements."""
    found = listing.of(request, narrowed(request), orders=ORDERS, usual="-created_at")
    standings.attach(found.rows, user=request.user)
    return render(request, "contracts/obligations.html", {"listing": found, "today": clock.today()})


def narrowed(request: SignedInRequest) -> ObligationFilters:
    """The list as the address describes it; the sheet downloads the same."""
    rows = Obligation.objects.visible_to(request.user).select_related("requirement", "framework", "supplier", "lot")
    return ObligationFilters(request.GET, rows, user=request.user, today=clock.today())


def obligation(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = _obligation(request, pk)
    may_judge = access.may(request.user, Action.OBLIGATION_JUDGE, it)
    form = forms.JudgeForm(request.POST or None, initial={"checked_on": clock.today()}) if may_judge else None
    if request.method == "POST":
        access.require(request.user, Action.OBLIGATION_JUDGE, it)
        if form and form.is_valid():
            with blamed_on(form):
                kept = obligations.judge(obligation=it, actor=request.user, **form.cleaned_data, **clock.read())
                return done(request, obligations.passed_over(kept) or _("The check is kept."), reverse("contracts:obligation", args=[pk]))
    return render(request, "contracts/obligation.html", _context(request, it, form), status=422 if request.method == "POST" else 200)


def _obligation(request: SignedInRequest, pk: UUID) -> Obligation:
    it: Obligation = get_object_or_404(Obligation.objects.visible_to(request.user).select_related(*ABOUT), pk=pk)
    standings.attach([it], user=request.user)
    return it


def _context(request: SignedInRequest, it: Obligation, form: forms.JudgeForm | None) -> dict[str, object]:
    """Who judged and why is for our own side to read; the outcome is for everybody who sees the obligation."""
    today = clock.today()
    is_ours = request.user.works_here
    may_ask = access.may(request.user, Action.DOCUMENT_REQUEST_EDIT, it) and it.framework.status == Framework.Status.SIGNED
    return {
        "it": it,
        "today": today,
        "form": form,
        "reading": matrix.reading(it, today),
        "is_expired": it.is_expired(today),
        "is_ours": is_ours,
        "judgements": it.judgements.select_related("judged_by__person").order_by("-judged_at", "-id") if is_ours else [],
        "may_promise": access.may(request.user, Action.REQUIREMENT_STIPULATE, it),
        "ask_url": url_or_none("followup:document-request-new") if may_ask else None,
    }


def promise(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = _obligation(request, pk)
    access.require(request.user, Action.REQUIREMENT_STIPULATE, it)
    form = forms.PromiseForm(request.POST or None, initial=forms.PromiseForm.of(it))
    back_url = reverse("contracts:obligation", args=[pk])
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            obligations.promise(obligation=it, actor=request.user, now=clock.now(), **form.cleaned_data)
            return done(request, _("What was promised is kept."), back_url)
    over = f"{it.supplier} · {it.requirement}"
    return form_page(request, form, title=_("What the supplier promised"), over=over, label=_("Save"), back_url=back_url)
