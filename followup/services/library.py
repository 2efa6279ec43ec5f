"""What requests are made from: templates and document kinds. Data of the house, edited on their pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Action
from core import access, history
from core.errors import Invalid, WrongState
from followup.models import DocumentKind, RequestTemplate, Series, TemplateItem


@dataclass(frozen=True)
class NewTemplateItem:
    """`theme` names the requirements that the item is proof for; empty for none."""

    title: str
    guidance: str = ""
    is_required: bool = True
    document_kind: DocumentKind | None = None
    theme: str = ""


@transaction.atomic
def save_template(
    *,
    title: str,
    instructions: str,
    items: Sequence[NewTemplateItem],
    actor: User,
    now: datetime,
    template: RequestTemplate | None = None,
) -> RequestTemplate:
    """Write a template, or (with `template`) write it anew. Requests made from it keep what they were made of."""
    access.require(actor, Action.TEMPLATE_EDIT)
    if not items:
        raise Invalid.one("items", "required", _("A template asks for at least one thing."))
    verb = "edit" if template else "create"
    template = template or RequestTemplate(created_at=now)
    template.title, template.instructions = title, instructions
    template.save()
    template.items.all().delete()
    TemplateItem.objects.bulk_create(
        TemplateItem(template=template, number=number, **vars(item)) for number, item in enumerate(items, start=1)
    )
    history.record(actor=actor, now=now, verb=verb, about=template, changes={"title": title, "items": len(items)}, is_internal=True)
    return template


@transaction.atomic
def delete_template(*, template: RequestTemplate, actor: User, now: datetime) -> None:
    access.require(actor, Action.TEMPLATE_EDIT)
    if Series.objects.filter(template=template).exclude(status=Series.Status.ENDED).exists():
        raise WrongState(_("Requests that come back are made from this template. End those series first, or give them another."))
    history.record(actor=actor, now=now, verb="delete", about=template, changes={"title": template.title}, is_internal=True)
    template.delete()


@transaction.atomic
def save_kind(*, fields: dict[str, Any], actor: User, now: datetime, kind: DocumentKind | None = None) -> DocumentKind:
    """Write a document kind. What it demands counts from the next delivery on."""
    access.require(actor, Action.TEMPLATE_EDIT)
    if kind is None:
        kind = DocumentKind.objects.create(code=_free_code(fields["name_en"]), **fields)
        history.record(actor=actor, now=now, verb="create", about=kind, changes=fields, is_internal=True)
        return kind
    if difference := history.difference(kind, fields):
        DocumentKind.objects.filter(pk=kind.pk).update(**fields)
        history.record(actor=actor, now=now, verb="edit", about=kind, changes=difference, is_internal=True)
    return kind


def _free_code(name: str) -> str:
    """Programs know a kind by its code, so it never changes when the kind is renamed."""
    code = slugify(name)[:40] or "kind"
    taken = set(DocumentKind.objects.filter(code__startswith=code).values_list("code", flat=True))
    return next(each for each in (code, *(f"{code}-{number}" for number in range(2, 1000))) if each not in taken)
