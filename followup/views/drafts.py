"""A new request for one or many suppliers, and changing drafts. What is saved here is drafts; `batches` sends them."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.models import Organisation
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import Framework
from core import access, clock, forms, ids
from followup.forms.asking import FrameworkForm
from followup.services import drafting, preparing
from followup.views.composer import Composer
from followup.views.doors import drafts_of, key_of


def new(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.DOCUMENT_REQUEST_EDIT)
    if not request.GET.get("framework"):
        return _choose_framework(request)
    framework = _framework(request)
    batch = key_of(request.POST.get("batch", "")) if request.method == "POST" else None
    composer = Composer(request, framework, suppliers=_suppliers(request, framework), batch=batch or ids.new())
    if request.method != "POST":
        return composer.begin(suppliers=_chosen(request, composer), **composer.begun_from_address())
    if "more" in request.POST:
        return composer.with_one_more()
    if "use" in request.POST:
        return composer.with_start()
    return _create(composer)


def _create(composer: Composer) -> HttpResponse:
    form, formset = composer.sent()
    if form.is_valid() and formset.is_valid():
        with forms.blamed_on(form):
            drafts = drafting.create_for_many(
                framework=composer.framework,
                items=composer.items_by_supplier(formset),
                batch=composer.batch,
                actor=composer.request.user,
                **form.cleaned_data,
                **clock.read(),
            )
            return HttpResponseRedirect(reverse("followup:batch", args=[drafts[0].batch]))
    return composer.page(form, formset, status=422)


def edit_batch(request: SignedInRequest, batch: UUID) -> HttpResponse:
    """Change what is asked in all drafts that were made in one go."""
    drafts = drafts_of(request, batch)
    composer = Composer(request, drafts[0].framework, drafts=drafts)
    if request.method != "POST":
        return composer.begin(title=drafts[0].title, instructions=drafts[0].instructions, wishes=preparing.merged(drafts))
    if "more" in request.POST:
        return composer.with_one_more()
    form, formset = composer.sent()
    if form.is_valid() and formset.is_valid():
        with forms.blamed_on(form):
            wanted = composer.items_by_supplier(formset)
            drafting.edit_many(requests=drafts, items=wanted, actor=request.user, **form.cleaned_data, **clock.read())
            return HttpResponseRedirect(reverse("followup:batch", args=[batch]))
    return composer.page(form, formset, status=422)


def _framework(request: SignedInRequest) -> Framework:
    seen = Framework.objects.visible_to(request.user).select_related("organisation", "scope")
    framework: Framework = get_object_or_404(seen, pk=key_of(request.GET["framework"]))
    access.require(request.user, Action.DOCUMENT_REQUEST_EDIT, framework)
    return framework


def _choose_framework(request: SignedInRequest) -> HttpResponse:
    frameworks = Framework.objects.visible_to(request.user).where_may(request.user, Action.DOCUMENT_REQUEST_EDIT).order_by("title")
    return render(request, "followup/new_choose.html", {"form": FrameworkForm(frameworks=frameworks)})


def _suppliers(request: SignedInRequest, framework: Framework) -> list[Organisation]:
    rows = framework.participations.visible_to(request.user).on(clock.today())
    return list(Organisation.objects.visible_to(request.user).filter(pk__in=rows.values("supplier_id")).order_by("name"))


def _chosen(request: SignedInRequest, composer: Composer) -> list[str]:
    """The suppliers ticked at the start: those of the address and of its obligations, or the only one there is."""
    chosen = set(request.GET.getlist("obligation"))
    named = [*request.GET.getlist("supplier"), *(str(row.supplier_id) for row in composer.obligations if str(row.pk) in chosen)]
    return named or [str(supplier.pk) for supplier in composer.suppliers if len(composer.suppliers) == 1]
