"""Putting a request together for several suppliers, looking it over, and sending it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Contact
from contracts.models import Obligation
from followup.models import Attachment, DocumentRequest, RequestTemplate, TemplateItem
from followup.services.drafting import NewItem
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW
from tests.followup.conftest import Visit, pdf

NEW = "/document-requests/new/"


def new(cast: Cast, **query: Any) -> str:
    return f"{NEW}?framework={cast.pc.pk}" + "".join(f"&{name}={value}" for name, value in query.items())


def place(obligation: Obligation) -> str:
    return f"{obligation.requirement_id}:{obligation.lot_id or ''}"


def places(cast: Cast, requirement: Any) -> list[str]:
    return sorted({place(row) for row in requirement.obligations.all()})


def sheet(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "items-TOTAL_FORMS": len(items),
        "items-INITIAL_FORMS": 0,
        "title": "Yearly report",
        "instructions": "",
        **fields,
    }
    for number, item in enumerate(items):
        data |= {f"items-{number}-{name}": value for name, value in item.items()}
    return data


def drafted(cast: Cast, browser: Client) -> list[DocumentRequest]:
    data = sheet(
        {"title": "Report", "guidance": "All points answered.", "places": places(cast, cast.due_diligence)},
        {"title": "Certificate", "is_optional": "on", "places": places(cast, cast.environment)},
        suppliers=[cast.nordvare.pk, cast.fjordtek.pk, cast.polar.pk],
    )
    response = browser.post(new(cast), data)
    assert response.status_code == 302, text(response)
    return list(DocumentRequest.objects.order_by("supplier__name"))


def batch(drafts: list[DocumentRequest]) -> str:
    return f"/document-requests/batches/{drafts[0].batch}/"


def test_first_which_agreement_among_those_i_may_ask_on(cast: Cast, visit: Visit) -> None:
    page = text(visit(cast.manager).get(NEW))
    assert "Fellesavtale for PC-utstyr" in page
    assert "forbruksmateriell" not in page
    assert "forbruksmateriell" in text(visit(cast.section).get(NEW))


def test_three_suppliers_in_one_go_each_with_its_own_items(cast: Cast, visit: Visit) -> None:
    fjordtek, nordvare, polar = drafted(cast, visit(cast.manager))
    assert {it.batch for it in (fjordtek, nordvare, polar)} == {nordvare.batch}
    assert [item.title for item in nordvare.items.all()] == ["Report", "Certificate"]
    assert [item.title for item in polar.items.all()] == ["Report"], "the certificate is asked for on a lot that Polar is not on"
    report = nordvare.items.get(title="Report")
    assert {row.lot for row in report.obligations.all()} == {cast.lot1, cast.lot2}
    assert all(row.supplier == cast.nordvare for row in report.obligations.all())
    assert not nordvare.items.get(title="Certificate").is_required
    assert nordvare.deadline.due_on == date(2026, 4, 13), "six weeks by the clause"


def test_the_form_sent_twice_makes_it_once(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    fields = filled(browser.get(new(cast, supplier=cast.nordvare.pk)))
    data = sheet({"title": "Report"}, suppliers=[cast.nordvare.pk], batch=fields["batch"][0])
    first, second = browser.post(new(cast), data), browser.post(new(cast), data)
    assert first.headers["Location"] == second.headers["Location"]
    assert DocumentRequest.objects.count() == 1


def test_faults_stand_at_their_fields_and_nothing_written_is_lost(cast: Cast, visit: Visit) -> None:
    response = visit(cast.manager).post(new(cast), sheet({"title": "", "guidance": "Please sign."}, title=""))
    assert response.status_code == 422
    assert {"suppliers", "title"} <= set(response.context["form"].errors)
    assert response.context["formset"].forms[0].errors["title"]
    assert "Please sign." in response.content.decode()


def test_one_more_item_keeps_what_was_written_and_blames_nobody(cast: Cast, visit: Visit) -> None:
    data = sheet({"title": "Report", "guidance": "", "places": places(cast, cast.environment)}, title="", more="1")
    response = visit(cast.manager).post(new(cast), data)
    page = response.content.decode()
    assert response.context["formset"].total_form_count() == 2
    assert 'value="Report"' in page
    assert "aria-invalid" not in page
    assert response.context["formset"].forms[0].initial["places"] == places(cast, cast.environment)


def test_a_supplier_that_nothing_concerns_is_not_asked(cast: Cast, visit: Visit) -> None:
    data = sheet({"title": "Certificate", "places": places(cast, cast.environment)}, suppliers=[cast.polar.pk])
    response = visit(cast.manager).post(new(cast), data)
    assert "Nothing of this concerns Polar Kontor AS" in text(response)
    assert not DocumentRequest.objects.exists()


def test_beginning_from_a_template_an_earlier_request_or_the_matrix(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    template = RequestTemplate.objects.create(title="Environment", instructions="Valid papers only.", created_at=NOW)
    TemplateItem.objects.create(template=template, number=1, title="ISO 14001", theme="environment")
    page = browser.get(new(cast, start=f"template:{template.pk}"))
    assert filled(page)["title"] == ["Environment"]
    assert filled(page)["items-0-places"] == places(cast, cast.environment)

    obligation = cast.environment.obligations.get(supplier=cast.nordvare)
    page = browser.get(new(cast, obligation=obligation.pk))
    assert filled(page)["items-0-title"] == ["Miljøledelse"]
    assert filled(page)["suppliers"] == [str(cast.nordvare.pk)]

    earlier = factories.document_request(
        cast.pc, cast.nordvare, cast.manager, title="Last year", items=[NewItem(title="ISO", obligations=[obligation])]
    )
    for query in ({"like": earlier.pk}, {"start": f"request:{earlier.pk}"}):
        page = browser.get(new(cast, **query))
        assert filled(page)["title"] == ["Last year"]
        assert filled(page)["items-0-places"] == places(cast, cast.environment)


def test_a_template_chosen_on_the_way_adds_to_what_was_written(cast: Cast, visit: Visit) -> None:
    template = RequestTemplate.objects.create(title="Environment", instructions="Valid papers only.", created_at=NOW)
    TemplateItem.objects.create(template=template, number=1, title="ISO 14001", theme="environment")
    written = sheet({"title": "Report", "guidance": "All points."}, {"title": ""}, title="Ours", suppliers=[cast.polar.pk])
    page = visit(cast.manager).post(new(cast), {**written, "use": "1", "start": f"template:{template.pk}"})
    found = filled(page)
    assert (found["title"], found["instructions"], found["suppliers"]) == (["Ours"], ["Valid papers only."], [str(cast.polar.pk)])
    assert [found["items-0-title"], found["items-0-guidance"], found["items-1-title"]] == [["Report"], ["All points."], ["ISO 14001"]]
    assert found["items-TOTAL_FORMS"] == ["2"], "the empty one went"
    assert found["start"] == [f"template:{template.pk}"]


def test_the_last_look_shows_date_clause_and_mail(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    page = text(browser.get(batch(drafted(cast, browser))))
    assert "Monday 13 April 2026" in page
    assert "2.1 Ivaretakelse av grunnleggende menneskerettigheter" in page
    assert "legge frem dokumentasjon innen den fristen" in page
    assert "Send to 3 suppliers" in page
    assert "Fjordtek AS, Nordvare AS, Polar Kontor AS" in page
    assert "To: Nora Nordvare" in page
    assert "Report" in page


def test_sending_to_all_with_own_sentences_and_a_form_from_us(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    drafts = drafted(cast, browser)
    nordvare = drafts[1]
    data = {f"draft-{nordvare.pk}-sentence": "Last year's was fine.", "files": pdf("form.pdf"), "do": "send"}
    page = said(browser.post(batch(drafts), data, follow=True))
    assert "Sent to 3 suppliers: Fjordtek AS, Nordvare AS, Polar Kontor AS." in page
    assert {it.status for it in DocumentRequest.objects.all()} == {"sent"}
    nordvare.refresh_from_db()
    assert nordvare.sentence == "Last year's was fine."
    assert Attachment.objects.filter(name="form.pdf").values("request").distinct().count() == 3
    assert Attachment.objects.values("storage_name").distinct().count() == 1


def test_a_supplier_without_an_address_stays_a_draft_and_says_why(cast: Cast, visit: Visit) -> None:
    Contact.objects.filter(organisation=cast.polar).update(confirmed_at=None)
    cast.csr_polar.memberships.all().delete()
    browser = visit(cast.manager)
    drafts = drafted(cast, browser)
    before = text(browser.get(batch(drafts)))
    assert "Send to 2 suppliers" in before
    assert "It stays a draft until somebody has." in before
    after = said(browser.post(batch(drafts), {"do": "send"}, follow=True))
    assert "Sent to 2 suppliers" in after
    assert "Polar Kontor AS stays a draft: Polar Kontor AS has no confirmed contact" in after
    assert f"/frameworks/{cast.pc.pk}/suppliers/" in browser.get(batch(drafts)).content.decode()


def test_another_date_needs_a_reason_and_must_be_ahead(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    drafts = drafted(cast, browser)
    past = browser.post(batch(drafts), {"due_on": "1.3.2026", "due_reason": "Soon", "do": "send"})
    assert past.status_code == 422
    assert "This date has passed" in text(past)
    unexplained = browser.post(batch(drafts), {"due_on": "2026-06-01", "due_reason": "", "do": "send"})
    assert "Say why the date is another" in text(unexplained)
    browser.post(batch(drafts), {"due_on": "2026-06-01", "due_reason": "The audit is in May", "do": "save"})
    assert {it.deadline.due_on for it in DocumentRequest.objects.all()} == {date(2026, 6, 1)}
    assert {it.status for it in DocumentRequest.objects.all()} == {"draft"}


def test_a_day_off_is_warned_about_once_and_then_kept(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    drafts = drafted(cast, browser)
    sunday = {"due_on": "2026-05-31", "due_reason": "Agreed", "do": "send"}
    warned = browser.post(batch(drafts), sunday)
    assert warned.status_code == 422
    assert "This is no working day:" in text(warned)
    assert {it.status for it in DocumentRequest.objects.all()} == {"draft"}
    browser.post(batch(drafts), {**sunday, "day_off": filled(warned)["day_off"][0]})
    assert {it.deadline.due_on for it in DocumentRequest.objects.filter(status="sent")} == {date(2026, 5, 31)}


def test_changing_all_drafts_at_once(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    drafts = drafted(cast, browser)
    url = f"{batch(drafts)}edit/"
    fields = filled(browser.get(url))
    assert fields["items-0-title"] == ["Report"]
    assert fields["items-1-places"] == places(cast, cast.environment)
    response = browser.post(url, {**sheet({"title": "Only this"}), "title": "New title"})
    assert response.status_code == 302
    assert {it.title for it in DocumentRequest.objects.all()} == {"New title"}
    assert [[item.title for item in it.items.all()] for it in DocumentRequest.objects.all()] == [["Only this"]] * 3


def test_files_from_us_can_be_taken_away_again(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    drafts = drafted(cast, browser)
    browser.post(batch(drafts), {"files": pdf("form.pdf"), "do": "save"})
    own = drafts[0].attachments.get()
    browser.post(f"{batch(drafts)}attachments/{own.pk}/remove/")
    assert not Attachment.objects.exists()


def test_a_file_we_cannot_take_is_said_at_its_field(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    drafts = drafted(cast, browser)
    fake = pdf("form.pdf")
    fake.file.seek(0)
    fake.file.write(b"<html><body>" * 10)
    fake.file.seek(0)
    response = browser.post(batch(drafts), {"files": fake, "do": "send"})
    assert response.status_code == 422
    assert response.context["form"].errors["files"]
    assert {it.status for it in DocumentRequest.objects.all()} == {"draft"}


def test_what_has_been_sent_cannot_be_changed(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    drafts = drafted(cast, browser)
    browser.post(batch(drafts), {"do": "send"})
    assert browser.post(batch(drafts), {"do": "send"}).status_code == 409
    assert browser.get(f"{batch(drafts)}edit/").status_code == 409
    assert "Sent in one go" in text(browser.get(batch(drafts)))


@pytest.mark.parametrize("amount", [1, 9])
def test_the_last_look_costs_the_same_for_few_and_many(cast: Cast, visit: Visit, django_assert_num_queries: Any, amount: int) -> None:
    for number in range(amount):
        factories.participation(cast.pc, factories.organisation(f"Supplier {number}"), cast.lot1)
    suppliers = [row.supplier for row in cast.pc.participations.filter(supplier__name__startswith="Supplier")]
    browser = visit(cast.manager)
    browser.post(new(cast), sheet({"title": "Report"}, suppliers=[supplier.pk for supplier in suppliers]))
    url = batch(list(DocumentRequest.objects.all()))
    browser.get(url)
    with django_assert_num_queries(13):
        browser.get(url)


def test_others_know_nothing_of_a_batch(cast: Cast, visit: Visit) -> None:
    drafts = drafted(cast, visit(cast.manager))
    visit(cast.manager).post(batch(drafts), {"do": "send"})
    assert visit(cast.csr).get(batch(drafts)).status_code == 404
    assert visit(cast.csr).get(NEW).status_code == 403
    assert visit(cast.reader).get(NEW).status_code == 403
    assert visit(cast.other_manager).get(new(cast)).status_code == 403
    assert visit(cast.reader).get(batch(drafts)).status_code == 200
    assert visit(cast.reader).post(batch(drafts), {"do": "send"}).status_code == 403


def test_obligations_of_others_never_come_in(cast: Cast, visit: Visit) -> None:
    foreign = Obligation.objects.get(framework=cast.office)
    data = sheet({"title": "Report", "places": [place(foreign)]}, suppliers=[cast.nordvare.pk])
    response = visit(cast.manager).post(new(cast), data)
    assert response.status_code == 422
    data = sheet({"title": "Report"}, suppliers=[factories.organisation("Stranger").pk])
    assert visit(cast.manager).post(new(cast), data).status_code == 422
