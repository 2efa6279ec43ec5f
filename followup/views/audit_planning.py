"""Audits before they are held: planned, corrected, moved, announced, called off."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from contracts.models import Framework, Obligation
from core import access, clock
from core.errors import WrongState
from core.forms import blamed_on
from core.pages import asked, done, form_page, posted
from followup import audit_candidates, audit_days
from followup.forms.asking import FrameworkForm
from followup.forms.audits import CancelForm, MoveForm, PlanForm, SupplierForm
from followup.models import Audit
from followup.services import audit_mail, audits
from followup.states import AUDIT
from followup.views.audit_doors import address_of, audit_to, choices, obligations_of, warnings
from followup.views.doors import key_of

WRITTEN = ("kind", "announcement", "site", "place", "purpose", "programme", "trigger", "re_audit_of", "reason", "auditor", "lead")
_NOT_TOLD = gettext_lazy("The supplier has not been told, and is not told now.")


def new(request: SignedInRequest) -> HttpResponse:
    """Choose the agreement, then the supplier, then one form."""
    access.require(request.user, AUDIT["edit"].needs)
    place = chosen_place(request, "edit", _("Plan an audit"))
    if isinstance(place, HttpResponse):
        return place
    framework, supplier = place
    obligations = obligations_of(request, framework, supplier)
    begun_from = _begun_from(request, supplier, obligations)
    initial = {"lead": request.user.pk, "programme": _programme_of(request), **begun_from}
    form = PlanForm(posted(request), obligations=obligations, initial=initial, **choices(request, supplier))
    if form.is_valid():
        with blamed_on(form):
            it = audits.plan(framework=framework, supplier=supplier, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The audit is planned. The supplier has not been told."), address_of(it))
    back_url = reverse("followup:audits")
    context = {
        "form": form,
        "title": _("Plan an audit"),
        "framework": framework,
        "supplier": supplier,
        "label": _("Plan it"),
        "back_url": back_url,
    }
    return form_page(request, "followup/audit_form.html", {**context, "binds": bool(obligations)})


def chosen_place(request: SignedInRequest, change: str, title: str) -> tuple[Framework, Organisation] | HttpResponse:
    """The agreement and the supplier of the address; where one is missing, the page that asks for it."""
    key, supplier_key = key_of(request.GET.get("framework", "")), key_of(request.GET.get("supplier", ""))
    if key is None:
        return _choose_framework(request, change, title)
    seen = Framework.objects.visible_to(request.user).select_related("organisation", "scope")
    framework: Framework = get_object_or_404(seen, pk=key)
    access.require(request.user, AUDIT[change].needs, framework)
    taking_part = framework.participations.values("supplier_id")
    suppliers = Organisation.objects.visible_to(request.user).filter(pk__in=taking_part).order_by("name")
    if supplier_key is None:
        known = audit_candidates.with_what_is_known(suppliers, framework)
        form = SupplierForm(_answered(request, "supplier"), suppliers=known, initial={"framework": framework.pk})
        context = {"form": form, "framework": framework, "title": title, "programme_key": _programme_of(request)}
        return render(request, "followup/audit_choose.html", context)
    return framework, get_object_or_404(suppliers, pk=supplier_key)


def _choose_framework(request: SignedInRequest, change: str, title: str) -> HttpResponse:
    frameworks = Framework.objects.visible_to(request.user).where_may(request.user, AUDIT[change].needs).order_by("title")
    supplier = key_of(request.GET.get("supplier", ""))
    if supplier:
        frameworks = frameworks.filter(participations__supplier=supplier).distinct()
    form = FrameworkForm(_answered(request, "framework"), frameworks=frameworks)
    context = {"form": form, "supplier_key": supplier, "title": title, "programme_key": _programme_of(request)}
    return render(request, "followup/audit_choose.html", context)


def _answered(request: SignedInRequest, question: str) -> Any:
    """The address, where it answers the question: left empty it says what is missing."""
    return request.GET if question in request.GET else None


def _programme_of(request: SignedInRequest) -> UUID | None:
    """The programme that somebody came from, to be chosen beforehand."""
    return key_of(request.GET.get("programme", ""))


def _begun_from(request: SignedInRequest, supplier: Organisation, bound: Sequence[Obligation]) -> dict[str, Any]:
    """A follow-up begins with what the audit that it follows was about, as far as it still binds."""
    key = key_of(request.GET.get("after", ""))
    earlier = key and Audit.objects.visible_to(request.user).filter(pk=key, supplier=supplier).first()
    if not earlier:
        return {}
    return {
        "kind": Audit.Kind.FOLLOW_UP,
        "trigger": Audit.Trigger.RE_AUDIT,
        "re_audit_of": earlier.pk,
        "programme": earlier.programme_id,
        "obligations": [str(each.pk) for each in earlier.obligations.all() if each in bound],
        "site": earlier.site_id,
        "place": earlier.place,
        "auditor": earlier.auditor_id,
    }


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Everything but the day. What cannot be another once the supplier has been told is not asked."""
    it = audit_to(request, pk, "edit")
    bound = {
        each.pk: each
        for each in [*obligations_of(request, it.framework, it.supplier), *it.obligations.select_related("requirement", "lot")]
    }
    initial = {name: getattr(it, name) for name in WRITTEN} | {"obligations": [str(each.pk) for each in it.obligations.all()]}
    left_out = ("planned_on", *(audits.FIXED if it.announced_at else ()))
    form = PlanForm(posted(request), obligations=bound.values(), initial=initial, left_out=left_out, **choices(request, it.supplier, it))
    if form.is_valid():
        with blamed_on(form):
            audits.edit(audit=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The plan is changed."), address_of(it))
    context = {
        "form": form,
        "title": _("Change the plan"),
        "framework": it.framework,
        "supplier": it.supplier,
        "label": _("Save"),
        "it": it,
    }
    return form_page(request, "followup/audit_form.html", {**context, "back_url": address_of(it), "binds": bool(bound)})


def move(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = audit_to(request, pk, "edit")
    return _asked(
        request,
        it,
        audits.edit,
        form=MoveForm(posted(request), initial={"planned_on": it.deadline.due_on}),
        title=_("Move the audit"),
        label=_("Move it"),
        note=_("The supplier has been told of the day, and is told of the new one.") if it.announced_at else _NOT_TOLD,
        told=_("The audit is moved."),
    )


def announce(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows the mail as it will be and who gets it, and sends it."""
    it = audit_to(request, pk, "announce")
    if request.method == "POST":
        audits.announce(audit=it, actor=request.user, **clock.read())
        return done(request, _("The audit is announced. The supplier gets a mail."), address_of(it))
    if it.announcement == Audit.Announcement.UNANNOUNCED:
        raise WrongState(_("This audit is to come unannounced, so the supplier is not told. Change that first if it should be."))
    at = clock.read()
    people = audit_mail.people(it, at["today"])
    context = {
        "it": it,
        "people": people,
        "mail": audit_mail.preview(it, people[0], now=at["now"]) if people else None,
        "warnings": warnings(it),
        "when": audit_days.in_words(it),
    }
    return render(request, "followup/audit_announce.html", context)


def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = audit_to(request, pk, "cancel")
    form = CancelForm(posted(request))
    form.fields["reason"].help_text = _("The supplier reads this.") if it.announced_at else _("Only we read this.")
    note = _("The supplier has been told of it, and gets a mail with the reason.") if it.announced_at else _NOT_TOLD
    if it.performed_on:
        held = _("It is written down as held. If that was a mistake, its day and result are taken away.")
        note = f"{held} {note}"
    return _asked(
        request,
        it,
        audits.cancel,
        form=form,
        title=_("Call the audit off"),
        label=_("Call it off"),
        note=note,
        told=_("The audit is called off."),
        is_dangerous=True,
    )


def _asked(request: SignedInRequest, it: Audit, service: Callable[..., None], **words: Any) -> HttpResponse:
    text = f"{it.supplier.name} · {it.framework.title} · {audit_days.in_words(it)}"
    act = partial(service, audit=it, actor=request.user, **clock.read())
    return asked(request, act, text=text, back_url=address_of(it), **words)
