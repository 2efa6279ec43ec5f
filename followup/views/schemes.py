"""Schemes and bodies whose audits we may rely on. Read by our staff; administrators and specialists change the list."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock
from core.errors import NotAllowed
from core.forms import blamed_on
from core.models import History
from core.pages import asked, done, form_page, posted
from followup import scheme_comparing
from followup.forms.schemes import SchemeForm
from followup.models import AuditScheme
from followup.services import schemes

MOST_HISTORY = 100


def index(request: SignedInRequest) -> HttpResponse:
    _staff_only(request)
    rows = AuditScheme.objects.visible_to(request.user).annotate(used=Count("audits")).order_by("is_retired", Lower("name"))
    context = {"schemes": rows, "may_edit": access.may(request.user, Action.AUDIT_SCHEME_EDIT)}
    return render(request, "followup/scheme/list.html", context)


def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    _staff_only(request)
    it = get_object_or_404(AuditScheme.objects.visible_to(request.user).annotate(used=Count("audits")), pk=pk)
    context = {
        "it": it,
        "covers": it.covers_in(get_language() or "nb"),
        "strictness": scheme_comparing.in_order(it.strictness),
        "may_edit": access.may(request.user, Action.AUDIT_SCHEME_EDIT),
        "history": list(History.objects.visible_to(request.user).of(it).order_by("-at", "-id")[:MOST_HISTORY]),
    }
    return render(request, "followup/scheme/one.html", context)


def new(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.AUDIT_SCHEME_EDIT)
    return _edit(request, None)


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _edit(request, _to_change(request, pk))


def _edit(request: SignedInRequest, it: AuditScheme | None) -> HttpResponse:
    before = AuditScheme.objects.visible_to(request.user).get(pk=it.pk) if it else None  # the form writes into the row that it is given
    form = SchemeForm(posted(request), instance=it)
    if form.is_valid():
        with blamed_on(form):
            saved = schemes.save(written=form.written, scheme=before, actor=request.user, now=clock.now())
            return done(
                request, _("Saved. It holds for audits that are written down from now on."), reverse("followup:scheme", args=[saved.pk])
            )
    context = {
        "form": form,
        "it": before,
        "title": _("Change the scheme") if it else _("New scheme"),
        "back_url": reverse("followup:scheme", args=[it.pk]) if it else reverse("followup:schemes"),
    }
    return form_page(request, "followup/scheme/form.html", context)


def retire(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Out of use, or in use again."""
    it = _to_change(request, pk)
    words = _in_use_again() if it.is_retired else _out_of_use()
    act = partial(schemes.retire, scheme=it, is_retired=not it.is_retired, actor=request.user, now=clock.now())
    return asked(request, act, text=it.name, label=words["title"], back_url=reverse("followup:scheme", args=[it.pk]), **words)


def _out_of_use() -> dict[str, Any]:
    return {
        "title": _("Take it out of use"),
        "note": _("It is no longer offered when an audit is written down. Audits that rest on it stand."),
        "told": _("It is out of use."),
    }


def _in_use_again() -> dict[str, Any]:
    return {
        "title": _("Take it into use again"),
        "note": _("It is offered again when an audit is written down."),
        "told": _("It is in use again."),
    }


def _staff_only(request: SignedInRequest) -> None:
    if not request.user.works_here:
        raise NotAllowed


def _to_change(request: SignedInRequest, pk: UUID) -> AuditScheme:
    access.require(request.user, Action.AUDIT_SCHEME_EDIT)
    it: AuditScheme = get_object_or_404(AuditScheme.objects.visible_to(request.user), pk=pk)
    return it
