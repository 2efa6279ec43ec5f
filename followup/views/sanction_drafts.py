"""Proposing a sanction: on which agreement, against whom, which means of which clause; then what the case says."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import Clause, Framework
from core import access, clock
from core.forms import blamed_on
from core.pages import done, form_page, posted
from followup.forms.sanctions import FINE, RESTS_ON, BeginForm, SanctionForm, initial_of
from followup.models import DocumentRequest, Finding, FormalNotice, Sanction
from followup.services import fine_terms, sanctions
from followup.views.doors import key_of
from followup.views.sanction_doors import address_of, sanction_to


def new(request: SignedInRequest) -> HttpResponse:
    """The address says how far one has come: agreement; supplier, means and clause; the case."""
    access.require(request.user, Action.SANCTION_PROPOSE)
    key = key_of(request.GET.get("framework", ""))
    if key is None:
        return _choose(request)
    framework = get_object_or_404(Framework.objects.visible_to(request.user).select_related("organisation", "scope"), pk=key)
    access.require(request.user, Action.SANCTION_PROPOSE, framework)
    begun = _begun(request, framework)
    if not (begun.asks_for_means and begun.is_valid()):
        context = {"form": begun, "framework": framework, "has_clauses": framework.clauses.exists()}
        return render(request, "followup/sanction_begin.html", context, status=422 if begun.is_bound else 200)
    return _written(request, framework, **begun.cleaned_data)


def _begun(request: SignedInRequest, framework: Framework) -> BeginForm:
    """Judged when it was sent. An address with the clause alone is answered by asking which of its means."""
    sent = request.GET
    about: dict[str, Any] = {"framework": framework, "chosen": sent.get("clause", ""), "initial": sent.dict()}
    form = BeginForm(**about)
    is_sent = bool({"means", "asked"} & set(sent)) or ("clause" in sent and not form.asks_for_means)
    return BeginForm(sent, **about) if is_sent else form


def _choose(request: SignedInRequest) -> HttpResponse:
    frameworks = Framework.objects.visible_to(request.user).exclude(status=Framework.Status.PLANNED).order_by("title")
    mine = [each for each in frameworks if access.may(request.user, Action.SANCTION_PROPOSE, each)]
    return render(request, "followup/sanction_choose.html", {"frameworks": mine})


def _written(request: SignedInRequest, framework: Framework, *, supplier: Organisation, means: str, clause: Clause) -> HttpResponse:
    about: dict[str, Any] = {"framework": framework, "supplier": supplier, "means": means}
    data = posted(request)
    terms = fine_terms.from_clause(clause) if means == Sanction.Means.DAILY_FINE else None
    form = SanctionForm(data, initial=_suggested(request, clause=clause, **about), terms=terms, **about)
    if form.is_valid():
        with blamed_on(form):
            it = sanctions.propose(**about, clause=clause, actor=request.user, **form.given(), **clock.read())
            return done(request, _("The case is begun. Nothing has been sent."), address_of(it))
    back_url = f"{reverse('followup:sanction-new')}?framework={framework.pk}&supplier={supplier.pk}&clause={clause.pk}"
    return _page(request, form, clause=clause, back_url=back_url, terms=terms, **about)


def _suggested(request: SignedInRequest, *, framework: Framework, supplier: Organisation, means: str, clause: Clause) -> dict[str, Any]:
    """With what is overdue, and the notices that are out, chosen already."""
    today = clock.today()
    own: dict[str, Any] = {"framework": framework, "supplier": supplier}
    late = list(DocumentRequest.objects.visible_to(request.user).filter(**own).overdue(today).select_related("deadline"))
    notices = list(FormalNotice.objects.visible_to(request.user).filter(**own, sent_on__isnull=False).exclude(outcome="withdrawn"))
    found = list(Finding.objects.visible_to(request.user).filter(**own).overdue(today).select_related("severity", "framework"))
    rests_on: dict[str, Any] = {"requests": late, "notices": notices, "findings": found}
    said = sanctions.suggested(means=means, clause=clause, today=today, **rests_on, **own)
    return {**initial_of(said), **rests_on, "currency": framework.currency}


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = sanction_to(request, pk, "edit")
    about: dict[str, Any] = {"framework": it.framework, "supplier": it.supplier, "means": it.means}
    terms = fine_terms.standing(it) if it.means == Sanction.Means.DAILY_FINE else None
    form = SanctionForm(posted(request), initial=_of(it), terms=terms, **about)
    if form.is_valid():
        with blamed_on(form):
            sanctions.edit(sanction=it, actor=request.user, **form.given(), **clock.read())
            return done(request, _("The case is kept. Nothing has been sent."), address_of(it))
    return _page(request, form, clause=it.clause, back_url=address_of(it), terms=terms, **about)


def _of(it: Sanction) -> dict[str, Any]:
    fine = getattr(it, "fine", None)
    terms = {name: getattr(fine, name) for name in FINE} if fine else {}
    terms |= {name: terms[name].normalize() for name in ("rate", "cap") if terms.get(name) is not None}  # without filled-up zeros
    return {**initial_of(vars(it)), **{name: list(getattr(it, name).all()) for name in RESTS_ON}, **terms}


def _page(request: SignedInRequest, form: SanctionForm, **context: Any) -> HttpResponse:
    return form_page(
        request, "followup/sanction_form.html", {"form": form, "means_name": Sanction.Means(context["means"]).label, **context}
    )
