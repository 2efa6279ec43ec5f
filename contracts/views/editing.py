"""Changing an agreement: its facts, its state, who is responsible for it, its lots and its options."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts import forms
from contracts.models import Lot, Option
from contracts.services import copying, frameworks, options, roles
from contracts.views.doors import address, form_page, framework_for, part_for
from core import access, clock
from core.forms import blamed_on
from core.pages import done


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "edit", prefetch=("cpv",))
    form = forms.FrameworkForm(request.POST or None, user=request.user, framework=framework)
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            frameworks.edit(framework=framework, changes=form.details(), actor=request.user, **clock.read())
            return done(request, _("The agreement has been changed."), address(framework))
    return form_page(
        request,
        form,
        title=_("Change the agreement"),
        over=framework.title,
        label=_("Save"),
        back_url=address(framework),
        framework=framework,
        template="contracts/framework_edit.html",
    )


def sign(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "sign")
    form = forms.SignForm(request.POST or None, initial={"signed_on": framework.signed_on or clock.today()})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            frameworks.sign(framework=framework, signed_on=form.cleaned_data["signed_on"], actor=request.user, **clock.read())
            return done(request, _("The agreement is marked as signed. Its dates count from now on."), address(framework))
    text = _("From then on the agreement can be followed up, and we watch its options and its end.")
    return form_page(
        request,
        form,
        title=_("Mark the agreement as signed"),
        over=framework.title,
        text=text,
        label=_("Mark as signed"),
        back_url=address(framework),
    )


def terminate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "terminate")
    form = forms.TerminateForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            frameworks.terminate(framework=framework, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The agreement is terminated."), address(framework))
    return form_page(
        request,
        form,
        title=_("Terminate the agreement"),
        over=framework.title,
        text=_("The agreement ends before its time. Nothing more can be stipulated in it. This cannot be undone."),
        label=_("Terminate the agreement"),
        back_url=address(framework),
        is_dangerous=True,
    )


def evaluate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "evaluate")
    form = forms.EvaluateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            frameworks.evaluate(framework=framework, summary=form.cleaned_data["summary"], actor=request.user, **clock.read())
            return done(request, _("The final evaluation is kept, and the agreement is closed."), address(framework))
    text = _("With the final evaluation the agreement is closed. Nothing in it can be changed afterwards.")
    return form_page(
        request,
        form,
        title=_("Final evaluation"),
        over=framework.title,
        text=text,
        label=_("Close the agreement"),
        back_url=address(framework),
    )


def set_roles(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "assign")
    held = roles.holders(framework, clock.today())
    form = forms.RolesForm(request.POST or None, initial={role: person.pk for role, person in held.items()})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            roles.set_roles(framework=framework, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The roles have been changed."), address(framework))
    return form_page(request, form, title=_("Who is responsible"), over=framework.title, label=_("Save"), back_url=address(framework))


@require_POST
def take(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "take")
    roles.take(framework=framework, actor=request.user, **clock.read())
    return done(request, _("You now manage this agreement."), address(framework))


def copy(request: SignedInRequest, pk: UUID) -> HttpResponse:
    source = framework_for(request, pk)
    access.require(request.user, Action.FRAMEWORK_CREATE)
    form = forms.CopyForm(request.POST or None, initial={"title": source.title})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            framework = copying.copy(source=source, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The agreement has been made. Now write its dates."), address(framework, "framework-edit"))
    text = _("Lots and options come along. Dates are written anew.")
    return form_page(
        request,
        form,
        title=_("Copy the agreement"),
        over=source.title,
        text=text,
        label=_("Make the new agreement"),
        back_url=address(source),
    )


@require_POST
def settle(request: SignedInRequest, pk: UUID, field: str) -> HttpResponse:
    """A newer notice says something else: take its value or keep ours."""
    framework = framework_for(request, pk, "edit")
    frameworks.settle(framework=framework, field=field, take=request.POST.get("take") == "yes", actor=request.user, **clock.read())
    return done(request, _("The field is settled."), address(framework))


def add_lot(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "edit")
    form = forms.LotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            frameworks.add_lot(framework=framework, actor=request.user, now=clock.now(), **form.cleaned_data)
            return done(request, _("The lot has been added."), address(framework, "framework-suppliers"))
    return form_page(
        request,
        form,
        title=_("Add a lot"),
        over=framework.title,
        label=_("Add the lot"),
        back_url=address(framework, "framework-suppliers"),
    )


def edit_lot(request: SignedInRequest, pk: UUID) -> HttpResponse:
    lot = part_for(request, Lot.objects.visible_to(request.user), pk, "edit")
    form = forms.LotForm(request.POST or None, initial={"title": lot.title, "description": lot.description})
    back_url = address(lot.framework, "framework-suppliers")
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            frameworks.edit_lot(lot=lot, actor=request.user, now=clock.now(), **form.cleaned_data)
            return done(request, _("The lot has been changed."), back_url)
    return form_page(request, form, title=_("Change the lot"), over=lot.framework.title, label=_("Save"), back_url=back_url)


def add_option(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "edit")
    form = forms.OptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            options.add(framework=framework, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The option has been added."), address(framework))
    return form_page(request, form, title=_("Add an option"), over=framework.title, label=_("Add the option"), back_url=address(framework))


def edit_option(request: SignedInRequest, pk: UUID) -> HttpResponse:
    option = part_for(request, Option.objects.visible_to(request.user), pk, "edit")
    initial = {"months": option.months, "kind": option.kind, "notice_days": option.notice_days}
    form = forms.OptionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            options.edit(option=option, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The option has been changed."), address(option.framework))
    title = _("Change option %(number)s") % {"number": option.number}
    return form_page(request, form, title=title, over=option.framework.title, label=_("Save"), back_url=address(option.framework))


def decide_option(request: SignedInRequest, pk: UUID) -> HttpResponse:
    option = part_for(request, Option.objects.visible_to(request.user), pk, "decide_option")
    form = forms.DecisionForm(request.POST or None, initial={"decided_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            options.decide(option=option, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The decision on the option is kept."), address(option.framework))
    title = _("Decide on option %(number)s") % {"number": option.number}
    return form_page(
        request,
        form,
        title=title,
        over=option.framework.title,
        text=_("The option would extend the agreement by %(months)s months. A decision cannot be changed.") % {"months": option.months},
        label=_("Keep the decision"),
        back_url=address(option.framework),
    )
