"""What requests are made from: templates and document kinds, edited on their pages."""

from typing import Any

from core.models import History
from followup.models import DocumentKind, RequestTemplate
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.followup.conftest import Visit

TEMPLATES, KINDS = "/request-templates/", "/document-kinds/"


def sheet(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"items-TOTAL_FORMS": len(items), "items-INITIAL_FORMS": 0, "title": "Wages", "instructions": "", **fields}
    for number, item in enumerate(items):
        data |= {f"items-{number}-{name}": value for name, value in item.items()}
    return data


def test_a_template_is_written_changed_and_deleted(cast: Cast, visit: Visit) -> None:
    browser, kind = visit(cast.manager), factories.document_kind("payslip")
    page = said(
        browser.post(
            f"{TEMPLATES}new/",
            sheet({"title": "Payslips", "document_kind": kind.pk, "theme": "wages"}, {"title": ""}, {"title": "Plan", "is_optional": "on"}),
            follow=True,
        )
    )
    assert "The template is saved." in page
    template = RequestTemplate.objects.get(title="Wages")
    assert list(template.items.values_list("number", "title", "is_required", "theme", "document_kind")) == [
        (1, "Payslips", True, "wages", kind.pk),
        (2, "Plan", False, "", None),
    ]
    address = f"{TEMPLATES}{template.pk}/"
    fields = filled(browser.get(address))
    assert fields["items-1-title"] == ["Plan"]
    browser.post(address, {**fields, "items-0-DELETE": "on"})
    assert [item.title for item in template.items.all()] == ["Plan"]
    assert "Requests that were made from it stay as they are." in text(browser.get(f"{address}delete/"))
    browser.post(f"{address}delete/")
    assert not RequestTemplate.objects.filter(title="Wages").exists()
    assert set(History.objects.filter(object_id=template.pk).values_list("verb", flat=True)) == {"create", "edit", "delete"}


def test_a_template_without_items_is_none(cast: Cast, visit: Visit) -> None:
    response = visit(cast.manager).post(f"{TEMPLATES}new/", sheet({"title": ""}))
    assert response.status_code == 422
    assert "A template asks for at least one thing." in text(response)


def test_one_more_item_keeps_the_others(cast: Cast, visit: Visit) -> None:
    response = visit(cast.manager).post(f"{TEMPLATES}new/", sheet({"title": "Payslips"}, title="", more="1"))
    assert filled(response)["items-0-title"] == ["Payslips"]
    assert "items-1-title" in filled(response)
    assert "aria-invalid" not in response.content.decode()


def test_a_kind_says_what_is_demanded(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    names = {"name_nb": "Lønnsslipp", "name_nn": "Lønsslipp", "name_en": "Payslip"}
    browser.post(f"{KINDS}new/", {**names, "max_age_days": "90", "is_restricted": "on"})
    kind = DocumentKind.objects.get(code="payslip")
    assert (kind.max_age_days, kind.is_restricted, kind.needs_valid_until) == (90, True, False)
    page = text(browser.get(KINDS))
    assert "Payslip" in page
    assert "at most 90 days old when received" in page
    browser.post(f"{KINDS}{kind.pk}/", {**names, "name_en": "Pay slip", "max_age_days": "", "needs_valid_until": "on"})
    kind.refresh_from_db()
    assert (kind.code, kind.name_en, kind.max_age_days, kind.needs_valid_until) == ("payslip", "Pay slip", None, True)
    changes = History.objects.get(object_id=kind.pk, verb="edit").changes
    assert changes["name_en"] == ["Payslip", "Pay slip"]
    browser.post(f"{KINDS}new/", names)
    assert DocumentKind.objects.filter(code="payslip-2").exists()
    assert browser.post(f"{KINDS}new/", {**names, "name_nb": ""}).status_code == 422


def test_who_may_change_them(cast: Cast, visit: Visit) -> None:
    for path in (TEMPLATES, KINDS):
        assert visit(cast.reader).get(path).status_code == 200
        for person in (cast.reader, cast.specialist, cast.csr, cast.agency):
            assert visit(person).get(f"{path}new/").status_code == 403
        for person in (cast.csr, cast.agency):
            assert visit(person).get(path).status_code == 403
