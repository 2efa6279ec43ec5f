"""Who may bring notices in, and what becomes of an agreement that somebody else manages."""

import io
from typing import Any

import pytest

from accounts.models import ScopeRole, User
from contracts.models import Framework
from contracts.ocds import importer
from contracts.ocds.problems import shown
from contracts.ocds.rows import Outcome, Row
from core.errors import NotAllowed
from tests import factories
from tests.cast import Cast
from tests.contracts.samples import package, release


def bring_in(actor: User, *releases: Any, chosen: tuple[str, ...] = ()) -> list[Row]:
    content = io.BytesIO(package(*releases))
    with importer.Import(actor=actor, today=factories.TODAY, now=factories.NOW, as_agreements=chosen) as work:
        assert list(work.read(content, name="x.json")) == []
        assert work.total == len({item["ocid"] for item in releases})
        return list(work.rows())


@pytest.mark.parametrize("name", ["reader", "specialist", "agency", "auditor", "csr", "sales"])
def test_who_may_not(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        bring_in(cast.everybody[name], release())
    assert not Framework.objects.filter(ocid__isnull=False).exists()


def test_whoever_brings_an_agreement_in_manages_it(cast: Cast) -> None:
    [row] = bring_in(cast.manager, release())
    assert row.outcome is Outcome.CREATED
    held = ScopeRole.objects.get(scope_id=row.about_id)
    assert (held.role, held.person) == ("manager", cast.manager.person)


def test_somebody_elses_agreement_is_refused_and_the_rest_goes_on(cast: Cast) -> None:
    bring_in(cast.other_manager, release())
    newer = release(id="2", date="2026-02-20T00:00:00Z", tender=release()["tender"] | {"title": "Ny"})
    refused, created = bring_in(User.objects.get(pk=cast.manager.pk), newer, release(ocid="ocds-test01-8"))
    assert refused.outcome is Outcome.REJECTED
    assert dict(refused.reasons[0].params)["detail"] == shown(NotAllowed.message)
    assert created.outcome is Outcome.CREATED
    assert Framework.objects.get(ocid="ocds-test01-1").title == "Rammeavtale kontorstoler"
