"""The contact log: what was said in calls, meetings and mails with a supplier."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Organisation, User
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import Framework
from core import access, clock, forms
from core.errors import NotAllowed
from core.forms import Form
from core.pages import done, form_page, posted
from followup.forms.managing import AgreementEntryForm, ContactEntryForm, RequestEntryForm
from followup.models import ContactEntry
from followup.services import contact_log
from followup.views import staff_page
from followup.views.doors import key_of, request_for

MOST = 200


@require_POST
def write_on_request(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = request_for(request, pk)
    access.require(request.user, Action.CONTACT_LOG_WRITE, it)
    form = RequestEntryForm(request.POST)
    if form.is_valid():
        _write(request.user, form, supplier=it.supplier, request=it)
    if form.errors:
        return staff_page.show(request, it, tab="log", log_form=form)
    return done(request, _("It is written down."), staff_page.own_url(it, "log"))


def _write(actor: User, form: Form, **about: Any) -> None:
    said = dict(form.cleaned_data)
    with forms.blamed_on(form):
        contact_log.write(is_internal=not said.pop("is_shared"), actor=actor, **said, **about, **clock.read())


def entries(request: SignedInRequest) -> HttpResponse:
    """About one supplier (`?supplier=`), on one agreement if named (`?framework=`): everything, also from the requests."""
    if not request.user.works_here:
        raise NotAllowed
    supplier = get_object_or_404(Organisation.objects.visible_to(request.user).suppliers(), pk=key_of(request.GET.get("supplier", "")))
    framework = _framework(request)
    entry_form = AgreementEntryForm if framework else ContactEntryForm
    form = entry_form(posted(request), initial={"happened_on": clock.today()})
    if request.method == "POST":
        if not _may_write(request, supplier, framework):
            raise NotAllowed
        if form.is_valid():
            _write(request.user, form, supplier=supplier, framework=framework)
        if not form.errors:
            return done(request, _("It is written down."), request.get_full_path())
    rows = ContactEntry.objects.visible_to(request.user).filter(supplier=supplier).select_related("written_by__person", "request")
    context = {
        "supplier": supplier,
        "framework": framework,
        "logged": list((rows.filter(framework=framework) if framework else rows)[:MOST]),
        "form": form,
        "may_log": _may_write(request, supplier, framework),
        "show_request": True,
    }
    return form_page(request, "followup/contact_log.html", context)


def _framework(request: SignedInRequest) -> Framework | None:
    if not request.GET.get("framework"):
        return None
    return get_object_or_404(Framework.objects.visible_to(request.user), pk=key_of(request.GET["framework"]))


def _may_write(request: SignedInRequest, supplier: Organisation, framework: Framework | None) -> bool:
    scope_id = framework.pk if framework else None
    return request.user.may(Action.CONTACT_LOG_WRITE, scope_id=scope_id, organisation_id=supplier.pk)
