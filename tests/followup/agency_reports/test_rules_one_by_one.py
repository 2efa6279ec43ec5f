"""What an agency may tell of, who may speak in a report, and who has it."""

from typing import Any

import pytest

from contracts.models import CallOff
from core.errors import Invalid, NotAllowed
from core.models import History
from followup.models import AgencyReport
from followup.services import agency_reports
from tests import factories
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.audits.stories import planned
from tests.followup.findings.stories import logged

AT: dict[str, Any] = {"now": NOW, "today": TODAY}


def reported(cast: Cast, **said: Any) -> AgencyReport:
    about = {"framework": cast.pc, "supplier": cast.nordvare, "text": "Not paid for the evening.", "agency": cast.agency_body}
    return agency_reports.report(**{**about, "actor": cast.agency, **AT, **said})


def codes(refused: Any) -> list[str]:
    return [fault.code for fault in refused.value.errors]


def test_an_agency_speaks_for_itself_alone(cast: Cast) -> None:
    other = factories.organisation("Fylkeskommunen", "agency")
    stranger = factories.user("innkjop@fylke.example", (other, "agency"), name="Finn Fylke")
    it = reported(cast)
    with pytest.raises(NotAllowed):
        reported(cast, actor=stranger)
    with pytest.raises(NotAllowed):
        agency_reports.add(report=it, text="We too.", actor=stranger, **AT)
    theirs = CallOff.objects.create(framework=cast.pc, supplier=cast.nordvare, agency=other, reference="F-1", created_at=NOW)
    with pytest.raises(Invalid) as refused:
        reported(cast, call_off=theirs)
    assert codes(refused) == ["not_yours"]


def test_what_comes_of_it_is_on_its_agreement(cast: Cast) -> None:
    it, elsewhere = reported(cast), {"framework": cast.office, "supplier": cast.polar, "obligations": (), "actor": cast.section}
    with pytest.raises(Invalid) as refused:
        agency_reports.become_finding(report=it, finding=logged(cast, **elsewhere), actor=cast.manager, **AT)
    assert codes(refused) == ["another_agreement"]
    with pytest.raises(Invalid) as refused:
        agency_reports.lead_to_audit(report=it, audit=planned(cast, **elsewhere), actor=cast.manager, **AT)
    assert codes(refused) == ["another_agreement"]


def test_whoever_has_it_keeps_it_when_a_colleague_answers_and_the_agency_hears_once_who(cast: Cast) -> None:
    it = reported(cast)
    for _twice in "12":
        agency_reports.take(report=it, actor=cast.manager, **AT)
    agency_reports.answer(report=it, text="Which evening?", actor=cast.deputy, **AT)
    it.refresh_from_db()
    assert it.taken_by == cast.manager
    assert History.objects.filter(object_id=it.pk, verb="take_on").count() == 1
