"""Pages where people write that they are away, and leaders write it for colleagues."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import absences, forms
from accounts.models import Absence, Person
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import clock
from core.errors import NotAllowed
from core.forms import blamed_on
from core.pages import asked


@require_safe
def away(request: SignedInRequest) -> HttpResponse:
    """One's own absences to come; for leaders also those of the staff."""
    today = clock.today()
    to_come = Absence.objects.visible_to(request.user).filter(ends_on__gte=today).select_related("person", "deputy")
    leads = request.user.may(Action.ABSENCE_MANAGE)
    others = to_come.filter(person__in=absences.staff()).exclude(person=request.user.person_id) if leads else to_come.none()
    context = {
        "own": to_come.filter(person=request.user.person_id),
        "others": others.order_by("starts_on", "person__name"),
        "leads": leads,
        "today": today,
    }
    return render(request, "accounts/away.html", context)


def add(request: SignedInRequest) -> HttpResponse:
    person = _person(request)
    at = clock.read()
    form = forms.AwayForm(request.POST or None, person=person, initial={"starts_on": at["today"]})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            kept = absences.add(person=person, actor=request.user, **form.cleaned_data, **at)
            return _done(request, kept)
    return _form_page(request, form, person, title=_("Write down an absence"))


def change(request: SignedInRequest, pk: UUID) -> HttpResponse:
    absence = _found(request, pk)
    initial = {"starts_on": absence.starts_on, "ends_on": absence.ends_on, "deputy": absence.deputy_id}
    form = forms.AwayForm(request.POST or None, person=absence.person, initial=initial)
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            absences.change(absence=absence, actor=request.user, **form.cleaned_data, **clock.read())
            return _done(request, absence)
    return _form_page(request, form, absence.person, title=_("Change the absence"), absence=absence)


def end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    absence = _found(request, pk)
    return asked(
        request,
        partial(absences.end, absence=absence, actor=request.user, **clock.read()),
        title=_("Is %(person)s here again?") % {"person": absence.person},
        text=_("From today on reminders go to %(person)s again, and nobody stands in.") % {"person": absence.person},
        label=_("Here again"),
        told=_("%(person)s is here again, and is told as before.") % {"person": absence.person},
        back_url=reverse("accounts:away"),
    )


def _person(request: SignedInRequest) -> Person:
    """Oneself, or the colleague in the address for whom a leader writes."""
    wanted = request.GET.get("person")
    if not wanted:
        return request.user.person
    if not request.user.may(Action.ABSENCE_MANAGE):
        raise NotAllowed
    for colleague in absences.staff():
        if str(colleague.pk) == wanted:
            return colleague
    raise Http404


def _found(request: SignedInRequest, pk: UUID) -> Absence:
    rows = Absence.objects.visible_to(request.user).select_related("person", "deputy")
    found: Absence = get_object_or_404(rows, pk=pk)
    if not absences.may_manage(request.user, found.person):
        raise NotAllowed
    return found


def _done(request: SignedInRequest, absence: Absence) -> HttpResponse:
    messages.success(request, _("The absence is written down."))
    if absence.deputy is not None and absences.deputy_is_away_too(absence):
        text = _("%(deputy)s is away on some of these days too. Then the next in line is told instead.")
        messages.warning(request, text % {"deputy": absence.deputy})
    return redirect("accounts:away")


def _form_page(request: SignedInRequest, form: forms.AwayForm, person: Person, **context: Any) -> HttpResponse:
    leads = request.user.may(Action.ABSENCE_MANAGE)
    choices = absences.staff() if leads and "absence" not in context else Person.objects.none()
    context = {"form": form, "person": person, "is_self": person.pk == request.user.person_id, "choices": choices, **context}
    return render(request, "accounts/away_form.html", context, status=422 if form.errors else 200)
