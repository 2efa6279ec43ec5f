"""The year's programme with its budget, and what is written down around each of its audits: team, meetings, hours and costs."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.errors import Invalid, WrongState
from core.models import History
from followup import programme_reading
from followup.models import Audit, AuditCost, Programme, TeamMember
from followup.services import audit_records, audit_teams, audits, programmes
from notifications import delivery
from notifications.models import Message
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW, TODAY
from tests.followup.audits.stories import AT, announced, at, page_of, planned, reported
from tests.followup.conftest import Visit

PLAN = {"title": "Kontrollplan", "year": 2026, "purpose": "Lønn i renhold.", "budget": Decimal(1000), "currency": "NOK"}


def made(cast: Cast, **written: Any) -> Programme:
    return programmes.create(actor=cast.manager, now=NOW, **{**PLAN, **written})


def spent(cast: Cast, it: Audit, **said: Any) -> AuditCost:
    return audit_records.add_cost(audit=it, actor=cast.manager, **{"kind": "travel", "spent_on": TODAY, **AT, **said})


def test_from_an_empty_list_to_a_closed_programme(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    browser = visit(cast.manager)
    assert "There is no programme yet" in text(browser.get("/audit-programmes/"))
    form = {**PLAN, "budget": "250 000", "reason": "De tre med høyest risiko."}
    answer = browser.post("/audit-programmes/new/", form, follow=True)
    assert "The programme is made." in said(answer)
    it = Programme.objects.get()
    assert (it.budget, it.year, it.status) == (Decimal(250_000), 2026, "open")
    path = f"/audit-programmes/{it.pk}/"

    chosen = filled(browser.get(f"/audits/new/?programme={it.pk}&framework={cast.pc.pk}&supplier={cast.nordvare.pk}"))
    assert chosen["programme"] == [str(it.pk)], "whoever comes from the programme plans in it"
    first = planned(cast, programme=it)
    reported(cast, programme=it, supplier=cast.fjordtek)
    offered = text(browser.get(f"/audits/new/?programme={it.pk}&framework={cast.pc.pk}"))
    assert "Nordvare AS (never audited)" in offered
    assert "Fjordtek AS (last audited" in offered
    assert "This field is required." in text(browser.get("/audits/new/?framework="))
    spent(cast, first, kind="fee", amount=Decimal(90_000))
    spent(cast, first, kind="work", hours=Decimal("7.5"), amount=Decimal(200), currency="EUR")
    shown = text(browser.get(path))
    for words in (
        "Planned 1",
        "Reported 1",
        "Budget 250,000 NOK",
        "Used 90,000 NOK",
        "Left 160,000 NOK",
        "not counted 200 EUR",
        "Hours 7.5",
    ):
        assert words in shown.replace("\u00a0", " "), words
    with django_assert_max_num_queries(8):
        assert "1 of 2 reported" in text(browser.get("/audit-programmes/"))
    assert "2 audits" in text(browser.get(f"/audits/?view=all&programme={it.pk}"))

    with pytest.raises(WrongState, match="still under way"):
        programmes.close(programme=it, actor=cast.manager, now=NOW)
    audits.cancel(audit=first, reason="Stengt.", actor=cast.manager, **AT)
    browser.post(f"{path}close/")
    it.refresh_from_db()
    assert it.status == "closed"
    with pytest.raises(Invalid) as refused:
        planned(cast, programme=it)
    assert refused.value.errors[0].code == "closed"
    browser.post(f"{path}reopen/")
    assert sorted(History.objects.filter(object_id=it.pk).values_list("verb", flat=True)) == ["close", "create", "reopen"]


def test_a_programme_is_ours_alone(cast: Cast, visit: Visit) -> None:
    it = made(cast)
    announced(cast, programme=it, auditor=cast.audit_firm)
    for user in (cast.csr, cast.auditor, cast.agency):
        assert visit(user).get(f"/audit-programmes/{it.pk}/").status_code == 404
        assert visit(user).get("/audit-programmes/").status_code == 403
        assert "Kontrollplan" not in text(visit(user).get("/audits/"))


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"title": "kontrollplan"}, "title"),
        ({"title": "Ny", "purpose": " "}, "purpose"),
        ({"title": "Ny", "budget": Decimal(-1)}, "budget"),
        ({"title": "Ny", "year": 1999}, "year"),
        ({"title": "Ny", "currency": "ABC"}, "currency"),
    ],
)
def test_what_a_programme_cannot_be(cast: Cast, written: dict[str, Any], field: str) -> None:
    made(cast)
    with pytest.raises(Invalid) as refused:
        made(cast, **written)
    assert [fault.field for fault in refused.value.errors] == [field]


def test_the_team_is_named_in_the_announcement(cast: Cast, visit: Visit) -> None:
    it, browser = planned(cast, auditor=cast.audit_firm), visit(cast.manager)
    page = text(browser.get(page_of(it, "team")))
    assert "Rune Revisor" in page, "those of the audit firm can be chosen"
    assert "Nora Nordvare" not in page
    browser.post(page_of(it, "team"), {"role": "lead", "user": str(cast.auditor.pk)})
    browser.post(page_of(it, "team"), {"role": "expert", "name": "Tran Thi Mai", "organisation": "Better Work"})
    expert, lead = TeamMember.objects.filter(audit=it).order_by("role")
    assert (lead.name, lead.organisation, expert.organisation) == ("Rune Revisor", "Revisor & Co", "Better Work")
    for wrong, field in (
        ({"role": "lead", "user": cast.specialist}, "role"),
        ({"role": "external", "user": cast.specialist}, "role"),
        ({"role": "observer", "user": cast.csr}, "user"),
        ({"role": "observer", "user": cast.auditor}, "name"),
        ({"role": "observer"}, "name"),
    ):
        with pytest.raises(Invalid) as refused:
            audit_teams.add(audit=it, actor=cast.manager, now=NOW, **wrong)
        assert field in [fault.field for fault in refused.value.errors]
    audits.announce(audit=Audit.objects.get(), actor=cast.manager, **AT)
    delivery.deliver(clock=lambda: at(TODAY), is_any_time=True)
    assert "Tran Thi Mai" in Message.objects.get(lines__kind="audit_announced").text
    assert "Tran Thi Mai, technical expert" in text(visit(cast.csr).get(page_of(it)))
    audit_teams.remove(member=expert, actor=cast.manager, now=NOW)
    assert "Tran Thi Mai" not in text(visit(cast.csr).get(page_of(it)))
    assert History.objects.filter(object_id=it.pk, verb="team", is_internal=True).count() == 3


def test_suppliers_never_see_what_it_costs(cast: Cast, visit: Visit) -> None:
    it = reported(cast, auditor=cast.audit_firm)
    member = audit_teams.add(audit=it, role="observer", name="Kari Nordmann", actor=cast.manager, now=NOW)
    browser = visit(cast.manager)
    said_so = {"kind": "work", "member": str(member.pk), "spent_on": "2.3.2026", "hours": "7,5", "amount": "12 500", "currency": "NOK"}
    browser.post(page_of(it, "costs"), said_so)
    line = AuditCost.objects.get()
    assert (line.hours, line.amount, line.spent_by) == (Decimal("7.5"), Decimal(12_500), "Kari Nordmann")
    assert "7.5 hours" in text(browser.get(page_of(it)))
    for user in (cast.csr, cast.auditor):
        assert visit(user).get(page_of(it, "costs")).status_code == 403
        for page in (page_of(it), f"/api/v1/audits/{it.pk}/", "/api/v1/history/"):
            assert "12" + "500" not in visit(user).get(page).content.decode().replace("\u00a0", "").replace(",", "")
    assert visit(cast.reader).get(page_of(it, "costs")).status_code == 200
    assert visit(cast.reader).post(page_of(it, "costs"), said_so).status_code == 403
    audit_teams.remove(member=member, actor=cast.manager, now=NOW)
    assert "Kari Nordmann" in text(browser.get(page_of(it, "costs"))), "what was spent for them stays"
    for wrong, field in (
        ({}, "hours"),
        ({"amount": Decimal(1), "spent_on": TODAY + timedelta(days=1)}, "spent_on"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal(1), "currency": "ABC"}, "currency"),
    ):
        with pytest.raises(Invalid) as refused:
            spent(cast, it, **wrong)
        assert [fault.field for fault in refused.value.errors] == [field]
    browser.post(page_of(it, "costs", line.pk, "strike"))
    assert not programme_reading.costs_of(it).is_any


def test_the_meetings_are_written_down_in_their_order(cast: Cast, visit: Visit) -> None:
    it, browser = announced(cast, auditor=cast.audit_firm), visit(cast.manager)
    form = {"held_on": "2.3.2026", "began_at": "09:00", "participants": "Nora Nordvare\nRune Revisor", "notes": "Ledelsen er nervøs."}
    assert "The meeting is written down." in said(browser.post(page_of(it, "meetings", "opening"), form, follow=True))
    for user, reads_notes in ((cast.manager, True), (cast.auditor, True), (cast.csr, False)):
        page = text(visit(user).get(page_of(it)))
        assert "Opening meeting" in page
        assert ("Ledelsen er nervøs." in page) == reads_notes
    for kind, day, code in (("closing", TODAY - timedelta(days=1), "order"), ("opening", TODAY + timedelta(days=1), "future")):
        with pytest.raises(Invalid) as refused:
            audit_records.write_meeting(audit=it, kind=kind, held_on=day, participants="x", actor=cast.manager, **AT)
        assert [fault.code for fault in refused.value.errors] == [code]
    browser.post(page_of(it, "meetings", "opening"), {**form, "began_at": "10:00"})
    assert it.meetings.count() == 1, "written again it is corrected"
    assert browser.get(page_of(it, "meetings", "middle")).status_code == 404
