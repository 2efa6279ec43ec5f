"""What is stipulated: the list over all agreements, an agreement's own requirements and clauses, and writing them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from contracts import forms, matrix, standings
from contracts.filters import RequirementFilters
from contracts.forms.rows import Rows, as_written, size
from contracts.forms.stipulations import initial_of
from contracts.models import Clause, Requirement
from contracts.services import clause_means, stipulations
from contracts.states import FRAMEWORK
from contracts.views.doors import address, form_page, framework_for, onward, part_for, shell
from core import clock, listing, paging, states
from core.forms import blamed_on
from core.pages import done
from core.paging import Order

ORDERS = paging.both_ways(created_at=Order("created_at"))


def index(request: SignedInRequest) -> HttpResponse:
    """Everything that is stipulated anywhere."""
    found = listing.of(request, narrowed(request), orders=ORDERS, usual="-created_at")
    return render(request, "contracts/requirements.html", {"listing": found, "today": clock.today()})


def narrowed(request: SignedInRequest) -> RequirementFilters:
    """The list as the address describes it; the sheet downloads the same."""
    rows = Requirement.objects.visible_to(request.user).select_related("framework", "clause")
    return RequirementFilters(request.GET, rows, user=request.user, today=clock.today())


def of_framework(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The agreement's requirements with their text, and the clauses they rest on."""
    framework = framework_for(request, pk)
    seen = framework.requirements.visible_to(request.user).select_related("clause", "rule").prefetch_related("lots")
    requirements = list(seen)
    context = {
        **shell(request, framework, "framework-requirements", clock.today()),
        "standing": [each for each in requirements if each.withdrawn_on is None],
        "withdrawn": [each for each in requirements if each.withdrawn_on is not None],
        "clauses": framework.clauses.visible_to(request.user).prefetch_related("rules"),
    }
    return render(request, "contracts/framework_requirements.html", context)


def requirement(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One requirement: its frozen text, why we may ask, and how it stands with each supplier."""
    seen = Requirement.objects.visible_to(request.user).select_related("framework__organisation", "clause", "rule")
    it = get_object_or_404(seen.prefetch_related("lots"), pk=pk)
    today = clock.today()
    bound = list(it.obligations.visible_to(request.user).select_related("supplier", "lot").order_by("lot__number", "supplier__name"))
    standings.attach(bound, user=request.user)
    possible = states.possible(FRAMEWORK, it.framework, request.user)
    context = {
        "it": it,
        "today": today,
        "obligations": bound,
        "shares": matrix.shares([each for each in bound if each.valid_to is None or each.valid_to >= today], today),
        "may_change": "stipulate" in possible and it.withdrawn_on is None,
    }
    return render(request, "contracts/requirement.html", context)


def add(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "stipulate")
    form = forms.RequirementForm(request.POST or None, framework=framework, initial=request.GET.dict())
    back_url = onward(request, framework, "framework-requirements")
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            made = stipulations.stipulate(
                framework=framework, wording=form.wording(), lots=form.cleaned_data.get("lots", ()), actor=request.user, **clock.read()
            )
            text = _("The requirement has been added. It binds every supplier on the lots it covers.")
            again = (
                reverse("contracts:requirement-add", args=[pk])
                + f"?theme={made.theme}&clause={made.clause_id or ''}&rule={made.rule_id or ''}"
            )
            return done(request, text, again if "again" in request.POST else back_url)
    return form_page(
        request,
        form,
        title=_("Add a requirement"),
        over=framework.title,
        label=_("Add the requirement"),
        back_url=back_url,
        framework=framework,
        template="contracts/requirement_form.html",
    )


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it: Requirement = part_for(request, Requirement.objects.visible_to(request.user), pk, "stipulate")
    is_frozen = stipulations.is_frozen(it)
    form = forms.RequirementForm(request.POST or None, framework=it.framework, is_frozen=is_frozen, initial=initial_of(it))
    back_url = reverse("contracts:requirement", args=[pk])
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            lots = form.cleaned_data.get("lots")
            stipulations.edit(requirement=it, wording=form.wording(), lots=lots, actor=request.user, **clock.read())
            return done(request, _("The requirement has been changed."), back_url)
    return form_page(
        request,
        form,
        title=_("Change the requirement"),
        over=it.framework.title,
        label=_("Save"),
        back_url=back_url,
        framework=it.framework,
        is_frozen=is_frozen,
        template="contracts/requirement_form.html",
    )


def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it: Requirement = part_for(request, Requirement.objects.visible_to(request.user), pk, "stipulate")
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            stipulations.withdraw(requirement=it, reason=form.cleaned_data["reason"], actor=request.user, **clock.read())
            return done(request, _("The requirement has been withdrawn."), address(it.framework, "framework-requirements"))
    return form_page(
        request,
        form,
        title=_("Withdraw the requirement"),
        over=it.title,
        text=_("It binds nobody after today. What was judged until now stays."),
        label=_("Withdraw the requirement"),
        back_url=reverse("contracts:requirement", args=[pk]),
        is_dangerous=True,
    )


def add_clause(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "stipulate")
    return _clause_page(request, framework, None)


def edit_clause(request: SignedInRequest, pk: UUID) -> HttpResponse:
    clause: Clause = part_for(request, Clause.objects.visible_to(request.user), pk, "stipulate")
    return _clause_page(request, clause.framework, clause)


def _clause_page(request: SignedInRequest, framework: Any, clause: Clause | None) -> HttpResponse:
    """A clause and its deadline rules. `add` in what is sent asks for one more row, and nothing is judged."""
    is_frozen = (
        clause is not None and stipulations.is_clause_frozen(clause) and "text" not in request.POST
    )  # a page from before it was is refused
    form, rules = _clause_forms(request, framework, clause, is_frozen=is_frozen)
    is_asking = request.method == "POST" and "add" not in request.POST
    if is_asking and not [each for each in (form, rules) if not each.is_valid()]:
        with blamed_on(form):
            _keep_clause(request, framework, clause, form, rules, is_frozen=is_frozen)
            for_requirement = reverse("contracts:requirement-add", args=[framework.pk]) if request.GET.get("for") == "requirement" else None
            return done(request, _("The clause has been kept."), for_requirement or address(framework, "framework-requirements", "clauses"))
    context = {
        "form": form,
        "rules": rules,
        "all_forms": [form, *rules.forms],
        "framework": framework,
        "clause": clause,
        "is_frozen": is_frozen,
        "back_url": address(framework, "framework-requirements"),
    }
    return render(request, "contracts/clause_form.html", context, status=422 if is_asking else 200)


def _clause_forms(request: SignedInRequest, framework: Any, clause: Clause | None, *, is_frozen: bool) -> tuple[Any, Rows]:
    """The words and what the clause gives; its deadlines. Where it is frozen only what it gives, and no rows."""
    data = request.POST if request.method == "POST" else None
    about: dict[str, Any] = {"framework": framework, "is_frozen": is_frozen}
    initial = forms.ClauseForm.of(clause) if clause else {}
    known = [forms.RuleRow.of(rule) for rule in clause.rules.all()] if clause and not is_frozen else []
    rows = 0 if is_frozen else size("rules", data, usual=max(len(known), 1))
    if data is not None and "add" in data:
        form = forms.ClauseForm(**about)
        form.initial = as_written(form, data)
        return form, Rows.written(forms.RuleRow, "rules", data=data, size=rows + 1)
    rules = Rows(forms.RuleRow, "rules", size=rows, data=data)
    for row, values in zip(rules.forms, known, strict=False):
        row.initial = values
    return forms.ClauseForm(data, initial=initial, **about), rules


def _keep_clause(
    request: SignedInRequest, framework: Any, clause: Clause | None, form: forms.ClauseForm, rules: Rows, *, is_frozen: bool
) -> None:
    by: dict[str, Any] = {"gives": form.gives, "actor": request.user, "now": clock.now()}
    if clause is not None and is_frozen:
        clause_means.write_down(clause=clause, **by)
        return
    given = [rule for row in rules.forms if row.cleaned_data and (rule := row.rule())]  # type: ignore[attr-defined]
    if clause is None:
        stipulations.add_clause(framework=framework, rules=given, **form.words, **by)
    else:
        stipulations.edit_clause(clause=clause, rules=given, **form.words, **by)


def add_rule(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Another form of a rule, from a day on. Also where requirements rest on the clause: what was asked before keeps its date."""
    clause: Clause = part_for(request, Clause.objects.visible_to(request.user), pk, "stipulate")
    form = forms.LaterFormForm(request.POST or None, clause=clause)
    back_url = address(clause.framework, "framework-requirements", "clauses")
    if request.method == "POST" and form.is_valid():
        first = form.cleaned_data.pop("first")
        with blamed_on(form):
            stipulations.add_rule(clause=clause, rule=form.asked(), first=first, actor=request.user, now=clock.now())
            return done(request, _("The later form has been kept. Requests that are already sent keep their dates."), back_url)
    return form_page(
        request,
        form,
        title=_("A later form of a deadline"),
        over=str(clause),
        label=_("Keep it"),
        back_url=back_url,
        framework=clause.framework,
    )
