"""Whom we write to at the suppliers of an agreement: one by one, or pasted from a sheet."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import Contact
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts import forms, pasting, reading
from contracts.services import contacts
from contracts.views.doors import address, form_page, framework_for, onward
from core import access, clock, sheets
from core.forms import blamed_on
from core.pages import done

TAB = "framework-suppliers"


def add(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "set_contacts")
    form = forms.ContactForm(request.POST or None, framework=framework, initial={"supplier": request.GET.get("supplier")})
    back_url = onward(request, framework, TAB)
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            contacts.add(framework=framework, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The contact has been added and can be written to."), back_url)
    return form_page(request, form, title=_("Add a contact"), over=framework.title, label=_("Add the contact"), back_url=back_url)


def edit(request: SignedInRequest, pk: UUID, contact: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "set_contacts")
    it = _contact(request, contact)
    person = it.person
    initial = {"name": person.name, "email": person.email, "phone": person.phone, "title": it.title, "roles": contacts.held(framework, it)}
    form = forms.ContactForm(request.POST or None, framework=framework, is_known=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            contacts.change(framework=framework, contact=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The contact has been changed."), address(framework, TAB))
    over = f"{it.organisation} · {framework}"
    return form_page(request, form, title=_("Change the contact"), over=over, label=_("Save"), back_url=address(framework, TAB))


@require_POST
def confirm(request: SignedInRequest, pk: UUID, contact: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "set_contacts")
    it = _contact(request, contact)
    contacts.confirm(contact=it, framework=framework, actor=request.user, now=clock.now())
    text = _("%(person)s is confirmed and can be written to.") % {"person": it.person}
    return done(request, text, address(framework, TAB))


@require_POST
def still_right(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Said of a contact whatever the agreement, by us or by the supplier's own main contact."""
    it = _contact(request, pk)
    access.require(request.user, Action.CONTACT_CONFIRM, it)
    contacts.confirm_again(contact=it, actor=request.user, now=clock.now())
    text = _("%(person)s is confirmed and can be written to.") % {"person": it.person}
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = reverse("contracts:supplier", args=[it.organisation_id])
    return done(request, text, back)


def _contact(request: SignedInRequest, pk: UUID) -> Contact:
    it: Contact = get_object_or_404(Contact.objects.visible_to(request.user).select_related("person", "organisation"), pk=pk)
    return it


def paste(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """First a preview; sent again with `confirm` the good rows are kept and the others stay in the field."""
    framework = framework_for(request, pk, "set_contacts")
    form = forms.PasteForm(request.POST or None)
    rows: list[pasting.Row] = []
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            table = sheets.read_table(form.cleaned_data["sheet"], "sheet")
            known = reading.known_roles(framework, user=request.user)
            rows = pasting.read(table, suppliers=reading.suppliers_on(framework), known=known)
            if "confirm" in request.POST:
                return _keep(request, framework, table, rows)
    good = sum(row.outcome in ("created", "updated") for row in rows)
    context = {
        "form": form,
        "framework": framework,
        "rows": rows,
        "good": good,
        "bad": sum(row.outcome == "rejected" for row in rows),
        "back_url": address(framework, TAB),
    }
    return render(request, "contracts/contacts_paste.html", context, status=422 if form.errors else 200)


def _keep(request: SignedInRequest, framework: Any, table: list[list[str]], rows: list[pasting.Row]) -> HttpResponse:
    kept = [row for row in rows if row.outcome in ("created", "updated")]
    for row in kept:
        assert row.supplier is not None
        contacts.add(
            framework=framework,
            supplier=row.supplier,
            name=row.name,
            email=row.email,
            phone=row.phone,
            title=row.title,
            roles=[row.role],
            source=Contact.Source.PASTED,
            actor=request.user,
            **clock.read(),
        )
    said = ngettext("%(count)d contact has been added.", "%(count)d contacts have been added.", len(kept)) % {"count": len(kept)}
    left = [row for row in rows if row.outcome == "rejected"]
    if not left:
        return done(request, said, address(framework, TAB))
    context = {
        "form": forms.PasteForm(initial={"sheet": pasting.given_back(table, left)}),
        "framework": framework,
        "rows": left,
        "said": said,
        "bad": len(left),
        "good": 0,
        "back_url": address(framework, TAB),
    }
    return render(request, "contracts/contacts_paste.html", context)
