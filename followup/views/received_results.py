"""Files that other bodies have shared with us: the list, reading one in, and what stands in it."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.models import Organisation
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, files, listing, paging, states, uploads
from core.errors import NotAllowed
from core.forms import blamed_on
from core.listing import View
from core.models import History
from core.pages import form_page
from core.paging import Order
from followup import uploaded_results
from followup.filters_sharings import ReceivedPageFilters
from followup.forms.received_results import UploadForm
from followup.models import ReceivedFile
from followup.services import relying
from followup.states import RECEIVED_FILE

ORDERS = paging.both_ways(created_at=Order("created_at"))
ABOUT = ("key", "supplier", "uploaded_by__person")
MOST_HISTORY = 100


VIEWS = {
    "to_look_at": View(_("To look at"), lambda rows, user: rows.to_look_at()),
    "read": View(_("Read"), lambda rows, user: rows.read()),
    "refused": View(_("Not read"), lambda rows, user: rows.refused()),
    "all": View(_("All"), lambda rows, user: rows),
}


def index(request: SignedInRequest) -> HttpResponse:
    if not request.user.works_here:
        raise NotAllowed
    view = listing.view_of(request, VIEWS)
    rows = VIEWS[view].rows(ReceivedFile.objects.visible_to(request.user).select_related(*ABOUT), request.user)
    suppliers = Organisation.objects.visible_to(request.user).suppliers().order_by("name").only("pk", "name")
    filters = ReceivedPageFilters(request.GET, queryset=rows, pickers={"supplier": suppliers})
    context = {
        "listing": listing.of(request, filters, orders=ORDERS, usual="-created_at"),
        "view": view,
        "views": listing.tabs(request, VIEWS, view),
        "may_read": access.may(request.user, Action.RESULTS_RECEIVE),
    }
    return render(request, "followup/received/list.html", context)


def file_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> ReceivedFile:
    """The file, if it exists for this person (404) and their role may make the change (403)."""
    it: ReceivedFile = get_object_or_404(ReceivedFile.objects.visible_to(request.user).select_related(*ABOUT), pk=pk)
    if change is not None:
        access.require(request.user, RECEIVED_FILE[change].needs)
    return it


def file_to(request: SignedInRequest, pk: UUID, change: str) -> ReceivedFile:
    """To make the change: as `file_for`, and it is possible now (409)."""
    it = file_for(request, pk, change)
    states.check(RECEIVED_FILE, it, change, actor=request.user)
    return it


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
def new(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.RESULTS_RECEIVE)
    return csrf_protect(_new)(request)


def _new(request: SignedInRequest) -> HttpResponse:
    """Read or refused, it has a page that says so: nothing that was sent is lost."""
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    with blamed_on(form):
        if refused := request.META.get(uploads.REFUSED):
            raise refused
        if form.is_valid():
            it = uploaded_results.receive(request, form.cleaned_data["file"])
            return HttpResponseRedirect(reverse("followup:received-file", args=[it.pk]))
    return form_page(request, "followup/received/upload.html", {"form": form})


def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = file_for(request, pk)
    context: dict[str, Any] = {
        "it": it,
        "possible": states.possible(RECEIVED_FILE, it, request.user),
        "history": list(History.objects.visible_to(request.user).of(it).order_by("-at", "-id")[:MOST_HISTORY]),
    }
    if not it.is_read:
        context["may_read"] = access.may(request.user, Action.RESULTS_RECEIVE)
        context["may_accept"] = it.refusal in ("unknown_key", "ended_key") and access.may(request.user, Action.RESULTS_TRUST)
        return render(request, "followup/received/refused.html", context)
    return render(request, "followup/received/page.html", {**context, **_content(request, it)})


def _content(request: SignedInRequest, it: ReceivedFile) -> dict[str, Any]:
    """The audits that the file tells of, in the words of the newest that does."""
    assert it.key is not None
    rows = list(relying.in_file(it).visible_to(request.user).select_related("audit", "declined_by__person"))
    audits = [{"row": row, "content": row.content} for row in rows]
    following = ReceivedFile.objects.visible_to(request.user).read().filter(sharing=it.sharing, key__number=it.key.number)
    newest = following.order_by("-serial").first()
    may_see = "look_through" in states.possible(RECEIVED_FILE, it, request.user)
    is_open = it.status in (ReceivedFile.Status.CHECKED, ReceivedFile.Status.IN_USE)
    return {
        "audits": audits,
        "newest": newest if newest != it else None,
        "may_rely": is_open and it.supplier_id is not None and access.may(request.user, RECEIVED_FILE["rely"].needs),
        "may_look_through": may_see and relying.can_be_looked_through(rows),
        "is_over": it.last_day < clock.today(),
    }


def content(request: SignedInRequest, pk: UUID) -> FileResponse:
    """The file as it came."""
    it = file_for(request, pk)
    if not it.storage_name:
        raise NotAllowed(_("The file was too large to be kept."))
    return files.download(it)
