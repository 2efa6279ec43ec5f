"""Request templates: what is usually asked for in one kind of follow-up."""

from functools import partial
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, forms
from core.errors import NotAllowed
from core.pages import asked, done
from followup.forms import items
from followup.forms.library import TemplateForm, TemplateItems, items_of
from followup.models import RequestTemplate
from followup.services import library
from followup.services.library import NewTemplateItem


def request_templates(request: SignedInRequest) -> HttpResponse:
    if not request.user.works_here:
        raise NotAllowed
    context = {
        "templates": RequestTemplate.objects.annotate(item_count=Count("items")).order_by("title"),
        "may_edit": access.may(request.user, Action.TEMPLATE_EDIT),
    }
    return render(request, "followup/request_templates.html", context)


def new(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.TEMPLATE_EDIT)
    return _edit(request, None)


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    access.require(request.user, Action.TEMPLATE_EDIT)
    return _edit(request, get_object_or_404(RequestTemplate, pk=pk))


def _edit(request: SignedInRequest, template: RequestTemplate | None) -> HttpResponse:
    if request.method == "POST" and "more" in request.POST:
        form = TemplateForm(initial=items.typed(TemplateForm(), request.POST))
        return _page(request, template, form, items.longer(TemplateItems, request.POST), status=200)
    if request.method == "POST":
        form, formset = TemplateForm(request.POST), TemplateItems(request.POST, prefix=items.PREFIX)
        if form.is_valid() and formset.is_valid():
            with forms.blamed_on(form):
                wanted = [_item(said) for said in formset.filled()]
                library.save_template(template=template, items=wanted, actor=request.user, now=clock.now(), **form.cleaned_data)
        if not form.errors and formset.is_valid():
            return done(request, _("The template is saved."), reverse("followup:request-templates"))
        return _page(request, template, form, formset, status=422)
    written = {"title": template.title, "instructions": template.instructions} if template else {}
    rows = items_of(template) if template else []
    return _page(request, template, TemplateForm(initial=written), items.shown(TemplateItems, rows, more=0 if rows else 2), status=200)


def _item(said: dict[str, object]) -> NewTemplateItem:
    return NewTemplateItem(
        title=str(said["title"]),
        guidance=str(said["guidance"]),
        is_required=not said["is_optional"],
        document_kind=said["document_kind"],  # type: ignore[arg-type]
        theme=str(said["theme"]),
    )


def _page(
    request: SignedInRequest, template: RequestTemplate | None, form: TemplateForm, formset: items.ItemsFormSet, *, status: int
) -> HttpResponse:
    context = {"template": template, "form": form, "formset": formset}
    return render(request, "followup/request_template.html", context, status=status)


def delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    access.require(request.user, Action.TEMPLATE_EDIT)
    template = get_object_or_404(RequestTemplate, pk=pk)
    return asked(
        request,
        partial(library.delete_template, template=template, actor=request.user, now=clock.now()),
        title=_("Delete the template “%(title)s”") % {"title": template.title},
        text=_("Requests that were made from it stay as they are."),
        label=_("Delete it"),
        told=_("The template is deleted."),
        back_url=reverse("followup:request-templates"),
        is_dangerous=True,
    )
