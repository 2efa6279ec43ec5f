"""Requests brought to where a test begins, by the services that bring real ones there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from core import files
from followup.models import Document, DocumentRequest, Item
from followup.services import delivering
from followup.services.answering import NewFile
from tests.factories import NOW
from tests.followup.conftest import pdf


def url(it: DocumentRequest, *parts: object) -> str:
    return "/".join(["", "document-requests", str(it.pk), *map(str, parts), ""])


def item(it: DocumentRequest, title: str) -> Item:
    return it.items.get(title=title)


def document(it: DocumentRequest, title: str) -> Document:
    return Document.objects.filter(evidence__item=item(it, title)).latest("received_at")


def submitted(
    it: DocumentRequest, contact: User, *titles: str, claims: dict[str, str] | None = None, now: datetime = NOW, **dates: Any
) -> None:
    """Delivered by the supplier: a file for each of these items, and a claim for those."""
    new = [_checked(title) for title in titles]
    with files.kept(new) as kept:
        delivered = [NewFile(file=file, item_ids=[item(it, title).pk], **dates) for file, title in zip(kept, titles, strict=True)]
        said = {item(it, title).pk: reason for title, reason in (claims or {}).items()}
        delivering.submit(request=it, files=delivered, claims=said, actor=contact, now=now, today=now.date())
    it.refresh_from_db()


def _checked(title: str) -> files.CheckedFile:
    return files.inspect(ContentFile(pdf(content=title).read(), name=f"{title}.pdf"))


def states(it: DocumentRequest) -> Sequence[str]:
    return [each.state for each in it.items.order_by("number")]
