"""Suppliers: everybody we know, and one supplier across its agreements."""

from uuid import UUID

from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Contact, Organisation
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts import forms, matrix, reading, standings, suspending
from contracts.filters import SupplierFilters
from contracts.models import Obligation, Participation, Suspension
from contracts.services import organisations
from contracts.views.doors import form_page
from core import access, clock, listing, paging
from core.forms import blamed_on
from core.pages import done
from core.paging import Order
from notifications import contact_health

ORDERS = paging.both_ways(name=Order("name_key"), created_at=Order("created_at"))


def index(request: SignedInRequest) -> HttpResponse:
    today = clock.today()
    found = listing.of(request, narrowed(request), orders=ORDERS, usual="name")
    context = {
        "listing": found,
        "rows": reading.described_suppliers(found.rows, user=request.user, today=today),
        "today": today,
        "is_ours": request.user.works_here,
        "may_create": access.may(request.user, Action.ORGANISATION_EDIT),
    }
    return render(request, "contracts/suppliers.html", context)


def narrowed(request: SignedInRequest) -> SupplierFilters:
    """The list as the address describes it; the sheet downloads the same."""
    rows = Organisation.objects.visible_to(request.user).suppliers().annotate(name_key=Lower("name"))
    return SupplierFilters(request.GET, rows, user=request.user, today=clock.today())


def supplier(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What is open across its agreements, whom we reach there, and how its requirements stand."""
    it = get_object_or_404(Organisation.objects.visible_to(request.user).suppliers(), pk=pk)
    today = clock.today()
    places = Participation.objects.visible_to(request.user).filter(supplier=it).select_related("framework", "lot")
    rows = list(places.prefetch_related("framework__options"))
    suspending.mark(rows, Suspension.objects.visible_to(request.user).on(today).filter(supplier=it))
    bound = list(
        Obligation.objects.visible_to(request.user).on(today).filter(supplier=it).select_related("requirement", "framework", "lot")
    )
    standings.attach(bound, user=request.user)
    seen = Contact.objects.visible_to(request.user).filter(organisation=it, ended_at=None).select_related("person")
    context = {
        "it": it,
        "today": today,
        "agreements": reading.standing(rows, bound, today),
        "shares": matrix.shares(bound, today),
        "contacts": contact_health.read(seen.order_by("created_at", "id"), today=today),
        "may_confirm": request.user.may(Action.CONTACT_CONFIRM, organisation_id=it.pk),
        "is_ours": request.user.works_here,
        "may_edit": access.may(request.user, Action.ORGANISATION_EDIT),
    }
    return render(request, "contracts/supplier.html", context)


def add(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.ORGANISATION_EDIT)
    form = forms.OrganisationForm(request.POST or None, initial={"kind": request.GET.get("kind", "supplier")})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            made = organisations.create(actor=request.user, now=clock.now(), **form.cleaned_data)
            return done(request, _("%(name)s has been added.") % {"name": made.name}, _page_of(made))
    return form_page(
        request, form, title=_("Add an organisation"), label=_("Add the organisation"), back_url=reverse("contracts:suppliers")
    )


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    access.require(request.user, Action.ORGANISATION_EDIT)
    names = ("name", "country", "identifier", "identifier_scheme")
    form = forms.OrganisationForm(request.POST or None, initial={name: getattr(it, name) for name in names})
    del form.fields["kind"]
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            organisations.edit(organisation=it, changes=form.cleaned_data, actor=request.user, now=clock.now())  # type: ignore[arg-type]
            return done(request, _("%(name)s has been changed.") % {"name": it.name}, _page_of(it))
    return form_page(request, form, title=_("Change the organisation"), over=it.name, label=_("Save"), back_url=_page_of(it))


def _page_of(organisation: Organisation) -> str:
    if organisation.kind == Organisation.Kind.SUPPLIER:
        return reverse("contracts:supplier", args=[organisation.pk])
    return reverse("contracts:suppliers")
