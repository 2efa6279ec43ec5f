"""What Nordvare is asked for in these tests."""

import pytest

from followup.models import DocumentRequest
from followup.services.drafting import NewItem
from tests import factories
from tests.cast import Cast


@pytest.fixture
def it(cast: Cast) -> DocumentRequest:
    certificate = factories.document_kind("iso", needs_valid_until=True)
    report = factories.document_kind("audit", max_age_days=365)
    obligations = list(cast.due_diligence.obligations.filter(supplier=cast.nordvare))
    items = [
        NewItem(title="Report", document_kind=report, obligations=obligations, guidance="Not older than a year."),
        NewItem(title="Certificate", document_kind=certificate),
        NewItem(title="Pictures", is_required=False),
    ]
    return factories.document_request(cast.pc, cast.nordvare, cast.manager, items=items, title="Yearly report")
