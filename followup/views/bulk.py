"""Acting on many requests: first what will happen and to whom, then each by itself, and every result told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import SignedInRequest
from core import clock
from core.errors import NotAllowed
from core.forms import Form
from core.pages import form_page, posted
from followup.forms.managing import ExtendForm, WithdrawForm
from followup.models import DocumentRequest
from followup.services import asking, bulk, more_time
from followup.views.doors import ABOUT

MOST = 200


@dataclass(frozen=True)
class Deed:
    """What can be done to many. `asks` and `told` are the sentences before and after, for so many requests."""

    act: Callable[..., None]
    asks: Callable[[int], str]
    told: Callable[[int], str]
    form: type[Form] | None = None
    is_dangerous: bool = False


DEEDS = {
    "send": Deed(
        asking.send,
        lambda n: ngettext("Send %(n)d request", "Send %(n)d requests", n) % {"n": n},
        lambda n: ngettext("%(n)d request was sent.", "%(n)d requests were sent.", n) % {"n": n},
    ),
    "extend": Deed(
        more_time.extend,
        lambda n: ngettext("Give %(n)d request another date", "Give %(n)d requests another date", n) % {"n": n},
        lambda n: ngettext("%(n)d request has a new date.", "%(n)d requests have a new date.", n) % {"n": n},
        ExtendForm,
    ),
    "withdraw": Deed(
        asking.withdraw,
        lambda n: ngettext("Withdraw %(n)d request", "Withdraw %(n)d requests", n) % {"n": n},
        lambda n: ngettext("%(n)d request was withdrawn.", "%(n)d requests were withdrawn.", n) % {"n": n},
        WithdrawForm,
        is_dangerous=True,
    ),
}


def document_requests(request: SignedInRequest) -> HttpResponse:
    if not request.user.works_here:
        raise NotAllowed
    list_url = reverse("followup:document-requests")
    deed, chosen = DEEDS.get(request.GET.get("do", "")), _chosen(request)
    if deed is None or not chosen:
        messages.warning(request, _("Choose at least one request in the list first."))
        return HttpResponseRedirect(list_url)
    form = (deed.form or Form)(posted(request))
    if form.is_valid():
        _do(request, deed, chosen, form.cleaned_data)
        return HttpResponseRedirect(list_url)
    context = {
        "title": deed.asks(len(chosen)),
        "label": deed.asks(len(chosen)),
        "names": [f"{it.supplier.name} · {it.title}" for it in chosen],
        "form": form,
        "back_url": list_url,
        "is_dangerous": deed.is_dangerous,
    }
    return form_page(request, "core/confirm.html", context)


def _chosen(request: SignedInRequest) -> list[DocumentRequest]:
    visible = DocumentRequest.objects.visible_to(request.user).select_related(*ABOUT)
    return list(visible.filter(pk__in=_keys(request.GET)).order_by("supplier__name", "id"))


def _keys(query: QueryDict) -> list[UUID]:
    """The ids in the address; what is no id is nobody's."""
    keys = []
    for text in query.getlist("id")[:MOST]:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    return keys


def _do(request: SignedInRequest, deed: Deed, chosen: list[DocumentRequest], words: dict[str, Any]) -> None:
    at = clock.read()
    results = bulk.each(chosen, lambda it: deed.act(request=it, actor=request.user, **words, **at))
    if count := sum(result.refusal is None for result in results):
        messages.success(request, deed.told(count))
    for result in results:
        if result.refusal is not None:
            words = {"supplier": result.request.supplier.name, "title": result.request.title, "why": result.refusal}
            messages.warning(request, _("%(supplier)s, “%(title)s”: %(why)s") % words)
