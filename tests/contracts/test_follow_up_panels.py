"""What the follow-up fills in on the pages of agreements, requirements and suppliers."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from contracts.models import Obligation
from core import files
from followup.models import Document
from followup.services import contact_log, delivering
from followup.services.answering import NewFile
from followup.services.drafting import NewItem
from tests import factories
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import html, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

AT = {"today": TODAY, "now": NOW}


@pytest.fixture
def asked(cast: Cast) -> Obligation:
    """Nordvare has delivered a certificate about due diligence on lot 1; Fjordtek has been asked and is late."""
    own = Obligation.objects.get(requirement=cast.due_diligence, supplier=cast.nordvare, lot=cast.lot1)
    request = factories.document_request(
        cast.pc, cast.nordvare, cast.manager, title="Egenrapport", items=[NewItem("Rapport", obligations=[own])]
    )
    with files.kept([files.inspect(ContentFile(b"Innhold", name="rapport.txt"))]) as kept:
        delivering.submit(request=request, files=[NewFile(file=kept[0])], actor=cast.csr, **AT)
    Document.objects.update(valid_until=TODAY + timedelta(days=20))
    other = Obligation.objects.get(requirement=cast.due_diligence, supplier=cast.fjordtek)
    factories.document_request(cast.pc, cast.fjordtek, cast.manager, title="Purret", items=[NewItem("Fjordrapport", obligations=[other])])
    contact_log.write(
        supplier=cast.nordvare,
        framework=cast.pc,
        kind="call",
        happened_on=TODAY,
        with_whom="Nora",
        text="Lovet svar innen fredag.",
        is_internal=True,
        actor=cast.manager,
        **AT,
    )
    return own


def test_the_agreement_shows_requests_and_documents(cast: Cast, visit: Visit, asked: Obligation) -> None:
    client = visit(cast.manager)
    follow_up = text(client.get(f"/frameworks/{cast.pc.pk}/follow-up/"))
    for words in ("Egenrapport", "Nordvare AS", "Delivered, to be reviewed", "Purret", "Fjordtek AS", "Sent"):
        assert words in follow_up
    assert "Lovet svar innen fredag." in follow_up
    assert "Nothing written down yet" not in follow_up
    assert "rapport.txt" in text(client.get(f"/frameworks/{cast.pc.pk}/documents/"))


def test_the_chain_from_obligation_to_request_to_document(cast: Cast, visit: Visit, asked: Obligation) -> None:
    page = visit(cast.manager).get(f"/obligations/{asked.pk}/")
    document = Document.objects.get()
    assert "Egenrapport" in text(page)
    assert f"/documents/{document.pk}/content/" in html(page)
    assert "Purret" not in text(page)


def test_the_supplier_page_shows_what_is_open_and_leads_to_what_was_said(cast: Cast, visit: Visit, asked: Obligation) -> None:
    client = visit(cast.manager)
    page = client.get(f"/suppliers/{cast.nordvare.pk}/")
    assert "Egenrapport" in text(page)
    assert "Documents that run out rapport.txt" in text(page)
    log = f"/contact-log/?supplier={cast.nordvare.pk}"
    assert log in html(page)
    assert "Lovet svar innen fredag." in text(client.get(log))


def test_a_supplier_reads_its_own_and_nothing_internal(cast: Cast, visit: Visit, asked: Obligation) -> None:
    client = visit(cast.csr)
    for address in (f"/frameworks/{cast.pc.pk}/follow-up/", f"/frameworks/{cast.pc.pk}/documents/", f"/obligations/{asked.pk}/"):
        page = html(client.get(address))
        assert "apport" in page, address
        assert "Purret" not in page
        assert "Fjordtek" not in page
    assert "Lovet svar" not in html(client.get(f"/suppliers/{cast.nordvare.pk}/"))


def test_an_agency_has_nothing_to_do_with_documents(cast: Cast, visit: Visit, asked: Obligation) -> None:
    client = visit(cast.agency)
    for tab in ("follow-up", "documents"):
        page = html(client.get(f"/frameworks/{cast.pc.pk}/{tab}/"))
        assert "apport" not in page.split("<main", 1)[1]
    assert "/follow-up/" not in html(client.get(f"/frameworks/{cast.pc.pk}/"))


def test_the_pages_ask_few_questions(cast: Cast, visit: Visit, asked: Obligation, django_assert_max_num_queries: Any) -> None:
    for number in range(15):
        factories.document_request(
            cast.pc, cast.nordvare, cast.manager, title=f"Mer {number}", items=[NewItem("Rapport", obligations=[asked])]
        )
    client = visit(cast.manager)
    for address in (
        *(f"/frameworks/{cast.pc.pk}/{tab}/" for tab in ("follow-up", "documents")),
        f"/obligations/{asked.pk}/",
        f"/suppliers/{cast.nordvare.pk}/",
    ):
        client.get(address)
        with django_assert_max_num_queries(12, info=address):
            client.get(address)
