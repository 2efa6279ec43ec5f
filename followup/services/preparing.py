"""What a request is put together from: places in the matrix, a template, an earlier request, and files of ours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from contracts.models import Obligation
from core import states
from core.errors import Invalid
from core.files import KeptFile
from followup.models import Attachment, DocumentKind, DocumentRequest, RequestTemplate
from followup.services import drafting
from followup.states import DOCUMENT_REQUEST


@dataclass(frozen=True)
class Place:
    """A requirement on a lot (None: the whole agreement). Several suppliers may be bound there."""

    requirement_id: UUID
    lot_id: UUID | None = None

    @classmethod
    def of(cls, obligation: Obligation) -> "Place":
        return cls(obligation.requirement_id, obligation.lot_id)


@dataclass(frozen=True)
class Wish:
    """One thing to ask for, before it is known of whom. Without places it is asked of everybody."""

    title: str
    guidance: str = ""
    is_required: bool = True
    document_kind: DocumentKind | None = None
    places: frozenset[Place] = field(default_factory=frozenset)


def items_for(wishes: Sequence[Wish], supplier: Organisation, obligations: Iterable[Obligation]) -> list[drafting.NewItem]:
    """The wishes that concern the supplier, each resting on those of its obligations that are in its places."""
    own = [obligation for obligation in obligations if obligation.supplier_id == supplier.pk]
    items = [_item(wish, own) for wish in wishes]
    concerned = [item for item, wish in zip(items, wishes, strict=True) if item.obligations or not wish.places]
    if wishes and not concerned:
        text = _("Nothing of this concerns %(supplier)s: it is not on those lots.")
        raise Invalid.one("suppliers", "not_concerned", text % {"supplier": supplier.name})
    return concerned


def _item(wish: Wish, own: Iterable[Obligation]) -> drafting.NewItem:
    return drafting.NewItem(
        title=wish.title,
        guidance=wish.guidance,
        is_required=wish.is_required,
        document_kind=wish.document_kind,
        obligations=[obligation for obligation in own if Place.of(obligation) in wish.places],
    )


def merged(drafts: Iterable[DocumentRequest]) -> list[Wish]:
    """What drafts made in one go ask for together: the same item for several suppliers is one wish."""
    wishes: dict[tuple[Any, ...], Wish] = {}
    for draft in drafts:
        for item in draft.items.select_related("document_kind").prefetch_related("obligations"):
            key = (item.title, item.guidance, item.is_required, item.document_kind_id)
            wish = wishes.get(key) or Wish(item.title, item.guidance, item.is_required, item.document_kind)
            wishes[key] = replace(wish, places=wish.places | {Place.of(row) for row in item.obligations.all()})
    return list(wishes.values())


def from_template(template: RequestTemplate, obligations: Iterable[Obligation]) -> list[Wish]:
    """The template's items, each resting on whatever the agreement stipulates on the item's theme."""
    bound = list(obligations)
    return [
        Wish(
            title=item.title,
            guidance=item.guidance,
            is_required=item.is_required,
            document_kind=item.document_kind,
            places=frozenset(Place.of(o) for o in bound if item.theme and o.requirement.theme == item.theme),
        )
        for item in template.items.select_related("document_kind")
    ]


def from_request(earlier: DocumentRequest, obligations: Iterable[Obligation]) -> list[Wish]:
    """The items of an earlier request, resting on the same requirements as far as this agreement has them."""
    bound = list(obligations)
    items = earlier.items.select_related("document_kind").prefetch_related("obligations")
    return [
        Wish(
            title=item.title,
            guidance=item.guidance,
            is_required=item.is_required,
            document_kind=item.document_kind,
            places=frozenset(Place.of(o) for o in bound if o.requirement_id in {old.requirement_id for old in item.obligations.all()}),
        )
        for item in items
    ]


def from_obligations(chosen: Iterable[Obligation]) -> list[Wish]:
    """One wish a requirement, in the words in which the agreement says what proves it."""
    wishes: dict[UUID, Wish] = {}
    for obligation in chosen:
        requirement = obligation.requirement
        wish = wishes.get(requirement.pk) or Wish(title=requirement.title, guidance=requirement.documentation)
        wishes[requirement.pk] = replace(wish, places=wish.places | {Place.of(obligation)})
    return list(wishes.values())


@transaction.atomic
def attach(*, requests: Iterable[DocumentRequest], files: Sequence[KeptFile], actor: User, now: datetime) -> list[Attachment]:
    """Add files from us (forms, guidance) to drafts. Requests made in one go share the file in storage."""
    rows: list[Attachment] = []
    for request in requests:
        changes = {"attached": [file.name for file in files]}
        states.advance(DOCUMENT_REQUEST, request, "edit", actor=actor, now=now, changes=changes, is_internal=True)
        rows += [Attachment(request=request, created_at=now, **file.columns) for file in files]
    return Attachment.objects.bulk_create(rows)


@transaction.atomic
def detach(*, requests: Iterable[DocumentRequest], storage_name: str, actor: User, now: datetime) -> None:
    """Take a file of ours away from drafts again. The janitor removes it from storage once nothing names it."""
    for request in requests:
        rows = request.attachments.filter(storage_name=storage_name)
        changes = {"detached": list(rows.values_list("name", flat=True))}
        states.advance(DOCUMENT_REQUEST, request, "edit", actor=actor, now=now, changes=changes, is_internal=True)
        rows.delete()
