"""Document kinds: what sorts of proof there are, and what is demanded of each."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, forms
from core.errors import NotAllowed
from core.pages import done, form_page, posted
from followup.forms.library import KindForm
from followup.models import DocumentKind
from followup.services import library


def document_kinds(request: SignedInRequest) -> HttpResponse:
    if not request.user.works_here:
        raise NotAllowed
    context = {"kinds": DocumentKind.objects.all(), "may_edit": access.may(request.user, Action.TEMPLATE_EDIT)}
    return render(request, "followup/document_kinds.html", context)


def new(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.TEMPLATE_EDIT)
    return _edit(request, None)


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    access.require(request.user, Action.TEMPLATE_EDIT)
    return _edit(request, get_object_or_404(DocumentKind, pk=pk))


def _edit(request: SignedInRequest, kind: DocumentKind | None) -> HttpResponse:
    before = DocumentKind.objects.get(pk=kind.pk) if kind else None  # the form writes into the row that it is given
    form = KindForm(posted(request), instance=kind)
    if form.is_valid():
        with forms.blamed_on(form):
            library.save_kind(fields=form.cleaned_data, kind=before, actor=request.user, now=clock.now())
            return done(request, _("The document kind is saved."), reverse("followup:document-kinds"))
    title = _("Change a document kind") if kind else _("New document kind")
    return form_page(request, "followup/document_kind.html", {"form": form, "title": title})
