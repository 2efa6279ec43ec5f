"""The supplier's form as its browser sends it."""

from datetime import date
from typing import Any

from django.test import Client

from followup.models import Document, DocumentRequest
from tests.followup.conftest import pdf
from tests.followup.stories import url


def answers(it: DocumentRequest, **by_title: Any) -> dict[str, Any]:
    """The form as the browser sends it: every item, with what is given for some."""
    data: dict[str, Any] = {"item": [str(each.pk) for each in it.items.all()], "note": ""}
    for each in it.items.all():
        data |= {f"item-{each.pk}-not_applicable": "", f"item-{each.pk}-again": ""}
        for name, value in by_title.get(each.title, {}).items():
            data[f"item-{each.pk}-{name}"] = value
    return data


def paper(document: Document, **fields: Any) -> dict[str, Any]:
    return {"document": [str(document.pk)], **{f"document-{document.pk}-{name}": value for name, value in fields.items()}}


def save(browser: Client, it: DocumentRequest, **by_title: Any) -> Any:
    return browser.post(url(it, "save"), answers(it, **by_title), follow=True)


def both_saved(browser: Client, it: DocumentRequest) -> None:
    save(browser, it, Report={"files": pdf("report.pdf")}, Certificate={"files": pdf("iso.pdf", "two")})
    Document.objects.filter(name="report.pdf").update(issued_on=date(2026, 1, 5))
    Document.objects.filter(name="iso.pdf").update(valid_until=date(2027, 1, 5))
