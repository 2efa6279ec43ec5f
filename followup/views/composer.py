"""The page on which a request is put together; the same for a new one and for drafts that are changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from contracts.models import Framework, Obligation
from core import clock
from followup.forms import items
from followup.forms.asking import AskedItems, RequestForm, StartForm, as_wish, initial_item
from followup.models import DocumentRequest, RequestTemplate
from followup.services import preparing
from followup.services.drafting import NewItem
from followup.services.preparing import Wish
from followup.views.doors import key_of

MOST_EARLIER = 20


@dataclass
class Composer:
    """`batch` names what one sending of the form makes, so that sending it twice makes it once."""

    request: SignedInRequest
    framework: Framework
    suppliers: Sequence[Organisation] = ()
    drafts: Sequence[DocumentRequest] = ()
    batch: UUID | None = None
    obligations: list[Obligation] = field(init=False)

    def __post_init__(self) -> None:
        rows = self.framework.obligations.visible_to(self.request.user).on(clock.today()).filter(requirement__withdrawn_on=None)
        self.obligations = list(rows.select_related("requirement", "lot").order_by("requirement__number", "lot__number"))

    def begin(self, *, wishes: Sequence[Wish], **initial: Any) -> HttpResponse:
        rows = [initial_item(wish) for wish in wishes]
        formset = items.shown(AskedItems, rows, more=0 if rows else 1, obligations=self.obligations)
        return self.page(RequestForm(initial=initial, suppliers=self.suppliers), formset)

    def with_one_more(self) -> HttpResponse:
        written = items.typed(RequestForm(suppliers=self.suppliers), self.request.POST)
        formset = items.longer(AskedItems, self.request.POST, obligations=self.obligations)
        return self.page(RequestForm(initial=written, suppliers=self.suppliers), formset)

    def with_start(self) -> HttpResponse:
        """What was written so far, and what was chosen to begin from: it fills what is empty and adds its items."""
        begun = self._begun_from(self.request.POST.get("start", ""))
        rows = [initial_item(wish) for wish in begun.pop("wishes")]
        written = items.typed(RequestForm(suppliers=self.suppliers), self.request.POST)
        formset = items.joined(AskedItems, self.request.POST, rows, obligations=self.obligations)
        return self.page(
            RequestForm(initial=begun | {name: said for name, said in written.items() if said}, suppliers=self.suppliers), formset
        )

    def sent(self) -> tuple[RequestForm, items.ItemsFormSet]:
        form = RequestForm(self.request.POST, suppliers=self.suppliers)
        return form, AskedItems(self.request.POST, prefix=items.PREFIX, form_kwargs={"obligations": self.obligations})

    def items_by_supplier(self, formset: items.ItemsFormSet) -> Any:
        """A function that gives each supplier the items that concern it."""
        wishes = [as_wish(said) for said in formset.filled()]

        def of(supplier: Organisation) -> list[NewItem]:
            return preparing.items_for(wishes, supplier, self.obligations)

        return of

    def page(self, form: RequestForm, formset: items.ItemsFormSet, *, status: int = 200) -> HttpResponse:
        context = {
            "framework": self.framework,
            "form": form,
            "formset": formset,
            "batch": self.batch,
            "drafts": self.drafts,
            "start_form": None if self.drafts else self._start_form(),
        }
        return render(self.request, "followup/new.html", context, status=status)

    def _start_form(self) -> StartForm:
        earlier = DocumentRequest.objects.visible_to(self.request.user).filter(framework=self.framework).select_related("supplier")
        return StartForm(
            initial={"start": self.request.POST.get("start") or self.request.GET.get("start", "")},
            templates=RequestTemplate.objects.order_by("title"),
            earlier=earlier.order_by("-created_at", "-id")[:MOST_EARLIER],
        )

    def begun_from_address(self) -> dict[str, Any]:
        """What the address says to begin from: a template, an earlier request, or places in the matrix."""
        like = self.request.GET.get("like")
        if start := f"request:{like}" if like else self.request.GET.get("start"):
            return self._begun_from(start)
        chosen = set(self.request.GET.getlist("obligation"))
        wishes = preparing.from_obligations(row for row in self.obligations if str(row.pk) in chosen)
        return {"title": wishes[0].title if len(wishes) == 1 else "", "wishes": wishes}

    def _begun_from(self, start: str) -> dict[str, Any]:
        kind, _colon, key = start.partition(":")
        if kind == "template":
            template = get_object_or_404(RequestTemplate, pk=key_of(key))
            return _begun(template, preparing.from_template(template, self.obligations))
        if kind == "request":
            earlier = get_object_or_404(DocumentRequest.objects.visible_to(self.request.user), pk=key_of(key))
            return _begun(earlier, preparing.from_request(earlier, self.obligations))
        return {"wishes": []}


def _begun(source: RequestTemplate | DocumentRequest, wishes: list[Wish]) -> dict[str, Any]:
    return {"title": source.title, "instructions": source.instructions, "wishes": wishes}
