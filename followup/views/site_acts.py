"""What is done with production sites: added, suggested, corrected, confirmed, sent back, taken out of use, removed."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, states
from core.errors import NotAllowed
from core.forms import blamed_on
from core.pages import asked, done, form_page, posted
from followup.forms.sites import SeenForm, SendBackForm, SiteForm, as_written
from followup.models import Site
from followup.services import sites
from followup.states import SITE
from followup.views.doors import key_of
from followup.views.sites import may_add, site_for, site_to


def new(request: SignedInRequest) -> HttpResponse:
    """We add it, or the supplier suggests it. Whose it is, is asked where that is not plain."""
    if not may_add(request.user):
        raise NotAllowed
    own = _own(request)
    form = SiteForm(posted(request), suppliers=None if own else _suppliers(request), initial={"supplier": request.GET.get("supplier")})
    if form.is_valid():
        with blamed_on(form):
            return _written(request, own or form.cleaned_data["supplier"], form)
    is_ours = request.user.works_here
    context = {
        "form": form,
        "title": _("Add a production site") if is_ours else _("Tell us of a production site"),
        "over": own.name if own else "",
        "text": "" if is_ours else _("A place where something that you deliver to us is made. We look at it and confirm it."),
        "label": _("Add the site") if is_ours else _("Send it in"),
        "back_url": reverse("followup:sites"),
    }
    return form_page(request, "followup/site_form.html", context)


def _suppliers(request: SignedInRequest) -> Any:
    seen = Organisation.objects.visible_to(request.user).suppliers().order_by("name")
    return seen if request.user.works_here else seen.filter(pk__in=request.user.supplier_ids)


def _own(request: SignedInRequest) -> Organisation | None:
    """The supplier of the address, or the only one that this person belongs to."""
    keys = request.user.supplier_ids
    if not request.user.works_here and len(keys) == 1:
        return _suppliers(request).get()
    key = key_of(request.GET.get("supplier", ""))
    return get_object_or_404(_suppliers(request), pk=key) if key else None


def _written(request: SignedInRequest, supplier: Organisation, form: SiteForm) -> HttpResponse:
    at = clock.read()
    if access.may(request.user, Action.SITE_EDIT):
        it = sites.add(supplier=supplier, actor=request.user, now=at["now"], **form.written)
        return done(request, _("The site is added."), address_of(it))
    it = sites.suggest(supplier=supplier, actor=request.user, **form.written, **at)
    return done(request, _("Thank you. We look at the site, and you see here when it is confirmed."), address_of(it))


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ours and the supplier's: what the supplier corrects is looked at again."""
    it = site_for(request, pk, "edit", "correct")
    change = "edit" if request.user.works_here else "correct"
    states.check(SITE, it, change, actor=request.user)
    form = SiteForm(posted(request), initial=as_written(it))
    if form.is_valid():
        with blamed_on(form):
            return _corrected(request, it, change, form)
    is_again = change == "correct" and it.status == Site.Status.CONFIRMED
    context = {
        "form": form,
        "it": it,
        "title": _("Change the site") if change == "edit" else _("Correct the site"),
        "over": it.supplier.name,
        "text": _("The site is confirmed. When you change it, we look at it again.") if is_again else "",
        "note": it.comment,
        "label": _("Save") if change == "edit" else _("Send it in"),
        "back_url": address_of(it),
    }
    return form_page(request, "followup/site_form.html", context)


def _corrected(request: SignedInRequest, it: Site, change: str, form: SiteForm) -> HttpResponse:
    at = clock.read()
    if change == "edit":
        sites.edit(site=it, actor=request.user, now=at["now"], **form.written)
        return done(request, _("The site is changed."), address_of(it))
    sites.correct(site=it, actor=request.user, **form.written, **at)
    return done(request, _("Thank you. We look at it again."), address_of(it))


def confirm(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = site_to(request, pk, "confirm")
    return _asked(
        request,
        it,
        sites.confirm,
        form=SeenForm(posted(request), initial={"seen_mark": sites.seen_as(it)}),
        title=_("Confirm the site"),
        label=_("Confirm it"),
        note=_("It can then be chosen for audits. The supplier sees that it is confirmed."),
        told=_("The site is confirmed."),
    )


def retire(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _asked(
        request,
        site_to(request, pk, "retire"),
        sites.retire,
        title=_("Take the site out of use"),
        label=_("Take it out of use"),
        note=_("It can no longer be chosen for audits. Audits that were held there stay as they are."),
        told=_("Out of use."),
    )


def restore(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _asked(
        request,
        site_to(request, pk, "restore"),
        sites.restore,
        title=_("Take the site into use again"),
        label=_("Take it into use"),
        note=_("It can be chosen for audits again."),
        told=_("In use again."),
    )


def _asked(request: SignedInRequest, it: Site, service: Callable[..., None], **words: Any) -> HttpResponse:
    act = partial(service, site=it, actor=request.user, now=clock.now())
    return asked(request, act, text=f"{it.supplier.name} · {it.in_words}", back_url=address_of(it), **words)


def send_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _asked(
        request,
        site_to(request, pk, "send_back"),
        sites.send_back,
        form=SendBackForm(posted(request)),
        title=_("Send the site back"),
        label=_("Send the site back"),
        told=_("Sent back. The supplier gets a mail."),
    )


def remove(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = site_for(request, pk, "remove", "take_back")
    states.check(SITE, it, "remove" if request.user.works_here else "take_back", actor=request.user)
    return _asked(
        request,
        it,
        sites.remove,
        title=_("Remove the site"),
        label=_("Remove it"),
        note=_("For what was written down by mistake. Audits keep what they say of the site: its name, address and country."),
        told=_("The site is removed."),
        next_url=reverse("followup:sites"),
        is_dangerous=True,
    )


def address_of(it: Site) -> str:
    return reverse("followup:site", args=[it.pk])
