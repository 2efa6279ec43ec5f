"""What an agency reads of our follow-up on its agreement."""

from followup.models import Audit, Finding
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import TODAY
from tests.followup.conftest import Visit
from tests.followup.findings.stories import audited, logged


def test_an_agency_reads_what_came_of_it_and_no_more(cast: Cast, visit: Visit) -> None:
    logged(cast, "major", text="Four named workers were not paid.")
    logged(cast, "minor", text="Not told yet.", told=False)
    audited(cast)
    agency, address = visit(cast.agency), f"/frameworks/{cast.pc.pk}/"
    page = text(agency.get(address))
    assert "Human rights" in page
    assert "Serious" in page
    assert "Four named workers" not in page
    assert "Minor" not in page, "what the supplier has not been told is not told"
    Audit.objects.update(status="reported", result="breaches", performed_on=TODAY)
    Finding.objects.filter(told_at__isnull=False).update(status="closed", outcome="put_right")
    page = text(agency.get(address))
    assert "Breaches" in page
    assert "Put right" in page
    Finding.objects.update(status="disputed", outcome="")
    assert "Serious" not in text(agency.get(address)), "whether it stands nobody knows yet"
    assert "What we have followed up" not in text(visit(cast.csr).get(address))
