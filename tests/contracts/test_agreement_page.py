"""One agreement: its time line, its matrix, what is missing, and its other pages."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.models import Framework, Participation
from contracts.services import frameworks, obligations, options, participations
from tests import factories
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import html, said, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

AT = {"today": TODAY, "now": NOW}
TABS = ("", "requirements/", "follow-up/", "suppliers/", "call-offs/", "documents/", "history/")


def page_of(framework: Framework, tab: str = "") -> str:
    return f"/frameworks/{framework.pk}/{tab}"


def matrix(answer: Any) -> list[tuple[int | None, list[str], list[tuple[str, list[bool]]]]]:
    """For each lot its suppliers in order, and for each requirement whether it binds them."""
    return [
        (
            table.lot and table.lot.number,
            [supplier.name for supplier in table.suppliers],
            [(row.requirement.title, [cell is not None for cell in row.cells]) for group in table.groups for row in group.rows],
        )
        for table in answer.context["tables"]
    ]


def test_the_matrix_is_requirements_by_suppliers_lot_by_lot(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.manager).get(page_of(cast.pc))
    assert matrix(answer) == [
        (1, ["Nordvare AS", "Fjordtek AS"], [("Aktsomhetsvurderinger", [True, True]), ("Miljøledelse", [True, True])]),
        (2, ["Nordvare AS", "Polar Kontor AS"], [("Aktsomhetsvurderinger", [True, True])]),
    ]


def test_every_outcome_has_a_word_and_silence_is_not_green(cast: Cast, visit: Visit) -> None:
    bound = list(cast.pc.obligations.order_by("created_at", "id"))
    for obligation, (outcome, until) in zip(
        bound, [("met", None), ("met", TODAY - timedelta(days=1)), ("not_met", None), ("partly_met", None), ("waived", None)], strict=False
    ):
        day = TODAY - timedelta(days=30)
        judged = {"verified": outcome, "method": "document", "checked_on": day, "valid_until": until, "reason": "Sett."}
        obligations.judge(obligation=obligation, actor=cast.manager, **judged, **AT)
    content = html(visit(cast.manager).get(page_of(cast.pc)))
    for word, colour in (
        ("Met", "success"),
        ("Expired", "warning"),
        ("Not met", "danger"),
        ("Partly met", "warning"),
        ("Waived", "neutral"),
    ):
        assert f'<span class="ds-tag outcome" data-color="{colour}">' in content
        assert f"</svg>{word}</span>" in content
    assert content.count("</svg>Not assessed</span>") == 1
    assert '<span class="ds-tag outcome" data-color="neutral"><svg' in content


def test_a_planned_agreement_lists_what_is_missing_with_the_page_that_mends_it(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    planned = frameworks.create(details={"reference": "P-1", "title": "Ny"}, actor=cast.manager, **AT)
    participations.add(framework=planned, supplier=cast.nordvare, actor=cast.manager, **AT)
    gaps = client.get(page_of(planned)).context["gaps"]
    assert [gap.code for gap in gaps] == ["starts_on", "ends_on", "signed", "contacts", "requirements"]
    for gap in gaps:
        assert client.get(gap.url).status_code == 200, gap


def test_what_the_list_of_missing_things_led_to_leads_back_to_it(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    planned = frameworks.create(details={"reference": "P-1", "title": "Ny"}, actor=cast.manager, **AT)
    participations.add(framework=planned, supplier=cast.nordvare, actor=cast.manager, **AT)
    (url,) = [gap.url for gap in client.get(page_of(planned)).context["gaps"] if gap.code == "contacts"]
    person = {"supplier": cast.nordvare.pk, "name": "Kari", "email": "kari@nordvare.example", "roles": ["responsible"]}
    assert client.post(url, person)["Location"] == page_of(planned)
    clause = {"title": "Documentation", "text": "On request.", "rules-0-offset": "", "rules-0-unit": "weeks", "rules-0-anchor": "sent"}
    made = client.post(f"{page_of(planned)}clauses/new/?for=requirement", clause)
    assert made["Location"] == f"{page_of(planned)}requirements/new/", "a requirement was what one came for"


def test_unconfirmed_and_unreachable_contacts_are_told_apart(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    assert [gap.code for gap in client.get(page_of(cast.pc)).context["gaps"]] == ["clause"]
    cast.nordvare.contacts.update(confirmed_at=None)
    cast.csr_polar.person.undeliverable_since = NOW
    cast.csr_polar.person.save()
    found = [(gap.code, gap.text) for gap in client.get(page_of(cast.pc)).context["gaps"]]
    assert found[:2] == [
        ("unconfirmed", "Nobody has confirmed the contact at Nordvare AS."),
        ("undeliverable", "Mail does not reach the contact at Polar Kontor AS."),
    ]


def test_the_time_line_holds_period_options_today_and_what_is_due(cast: Cast, visit: Visit) -> None:
    options.add(framework=cast.pc, months=12, kind="must_be_used", notice_days=90, actor=cast.manager, **AT)
    factories.document_request(cast.pc, cast.nordvare, cast.manager, title="Egenrapport")
    answer = visit(cast.manager).get(page_of(cast.pc))
    line = answer.context["line"]
    assert [span.kind for span in line.spans] == ["period", "option"]
    assert {mark.kind for mark in line.marks} == {"fact", "end", "notice", "due"}
    assert line.today is not None
    titles = [event.title for event in answer.context["coming"]]
    assert titles == ["Egenrapport, Nordvare AS", "Last day for notice of option 1", "Ends, before options", "End of option 1"]
    assert f"/document-requests/{cast.pc.document_requests.get().pk}/" in html(answer)


def test_dates_far_outside_break_nothing(cast: Cast, visit: Visit) -> None:
    Framework.objects.filter(pk=cast.pc.pk).update(starts_on=date(1, 1, 1), ends_on=date(9999, 12, 31))
    factories.framework(cast.cpb)
    cast.pc.options.create(number=1, months=240)
    client = visit(cast.manager)
    assert client.get(page_of(cast.pc)).status_code == 200
    assert client.get("/frameworks/").status_code == 200


def test_who_left_is_no_longer_in_the_matrix_and_stands_below_the_suppliers(cast: Cast, visit: Visit) -> None:
    row = Participation.objects.get(framework=cast.pc, supplier=cast.fjordtek)
    participations.end(participation=row, ends_on=TODAY - timedelta(days=1), reason="Konkurs.", actor=cast.manager, **AT)
    client = visit(cast.manager)
    assert "Fjordtek" not in text(client.get(page_of(cast.pc)))
    suppliers = client.get(page_of(cast.pc, "suppliers/"))
    assert [place.reason for place in suppliers.context["former"]] == ["Konkurs."]


def test_history_reads_in_words(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    frameworks.edit(framework=cast.pc, changes={"title": "PC og skjerm"}, actor=cast.manager, **AT)
    page = text(client.get(page_of(cast.pc, "history/")))
    assert "Agreement changed Title: Fellesavtale for PC-utstyr → PC og skjerm" in page


@pytest.mark.parametrize("who", ["admin", "section", "owner", "manager", "deputy", "specialist", "reader", "agency", "csr", "sales"])
@pytest.mark.parametrize("tab", TABS)
def test_everybody_who_sees_the_agreement_may_read_its_pages(cast: Cast, visit: Visit, who: str, tab: str) -> None:
    is_closed = who == "agency" and tab in ("follow-up/", "documents/", "history/")
    assert visit(getattr(cast, who)).get(page_of(cast.pc, tab)).status_code == (403 if is_closed else 200)


def test_what_is_foreign_does_not_exist(cast: Cast, visit: Visit) -> None:
    for tab in TABS:
        assert visit(cast.csr).get(page_of(cast.office, tab)).status_code == 404
        assert visit(cast.auditor).get(page_of(cast.pc, tab)).status_code == 404


def test_buttons_are_those_that_the_reader_can_use(cast: Cast, visit: Visit) -> None:
    options.add(framework=cast.pc, months=12, kind="must_be_used", notice_days=90, actor=cast.manager, **AT)
    decide = f"/options/{cast.pc.options.get().pk}/decide/"
    assert "Ask for documentation" in said(visit(cast.manager).get(page_of(cast.pc)))
    assert decide not in html(visit(cast.manager).get(page_of(cast.pc)))
    assert decide in html(visit(cast.owner).get(page_of(cast.pc)))
    for reader in (cast.reader, cast.other_manager, cast.csr, cast.agency):
        page = html(visit(reader).get(page_of(cast.pc)))
        assert "edit/" not in page.split("<main", 1)[1]
        assert "<form" not in page.split("<main", 1)[1].split("</main>")[0]


@pytest.mark.parametrize("tab", TABS)
def test_the_number_of_questions_does_not_grow(cast: Cast, visit: Visit, django_assert_max_num_queries: Any, tab: str) -> None:
    for number in range(30):
        supplier = factories.organisation(f"Leverandør {number}")
        factories.participation(cast.pc, supplier, cast.lot1, rank=number + 3)
        person = factories.person(f"kontakt{number}@example.com")
        factories.contact(supplier, person)
        factories.role(cast.pc, supplier, "csr", person)
    for number in range(20):
        factories.requirement(cast.pc, f"Krav {number}", clause=cast.clause)
    options.add(framework=cast.pc, months=12, kind="must_be_used", notice_days=90, actor=cast.manager, **AT)
    client = visit(cast.manager)
    client.get(page_of(cast.pc, tab))
    with django_assert_max_num_queries(12):
        client.get(page_of(cast.pc, tab))
