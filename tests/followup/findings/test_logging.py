"""Logging a finding, telling the supplier, and what a critical one does by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections

from core.errors import Invalid
from core.models import History
from followup.models import Finding, Severity
from followup.services import finding_disputes, findings
from notifications import delivery, taking
from notifications.models import Deadline, Delivery, Message, Notice
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit, pdf
from tests.followup.findings.stories import audited, clocks, logged, page_of, planned
from tests.walking import at, walk


def address(cast: Cast) -> str:
    return f"/findings/new/?framework={cast.pc.pk}&supplier={cast.nordvare.pk}"


def form(cast: Cast, **more: Any) -> dict[str, Any]:
    obligation = cast.due_diligence.obligations.filter(supplier=cast.nordvare).first()
    assert obligation
    return {"severity": "minor", "text": "No hour lists for March.", "obligations": [str(obligation.pk)], **more}


def test_a_person_logs_a_finding_and_tells_the_supplier(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    where = browser.post("/findings/new/", {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk)})
    assert where["Location"] == address(cast)
    page = text(browser.get(address(cast)))
    assert "Nordvare AS" in page
    assert "Aktsomhetsvurderinger" in page
    answer = browser.post(address(cast), form(cast, files=[pdf("picture.pdf")]), follow=True)
    assert "The supplier has not been told yet." in said(answer)
    it = Finding.objects.get()
    assert (it.number, it.severity.code, it.theme, it.found_by, it.told_at) == (1, "minor", "human_rights", cast.manager, None)
    assert visit(cast.csr).get(page_of(it)).status_code == 404
    assert not Delivery.objects.exists()

    browser.post(page_of(it, "tell"))
    it.refresh_from_db()
    assert it.told_at == NOW
    assert {what: deadline.due_on for what, deadline in clocks(it).items()} == {
        "response": date(2026, 3, 16),
        "plan": date(2026, 4, 1),
        "correction": date(2026, 8, 31),  # 29 August is a Saturday
    }
    told = Delivery.objects.get(kind="finding_told")
    assert told.person == cast.csr.person
    assert browser.post(page_of(it, "tell")).status_code == 409
    file = it.files.get()
    content: Any = visit(cast.csr).get(f"/finding-files/{file.pk}/content/")
    assert b"".join(content.streaming_content).startswith(b"%PDF")
    assert visit(cast.csr_polar).get(f"/finding-files/{file.pk}/content/").status_code == 404
    page = text(visit(cast.csr).get(page_of(it)))
    assert "No hour lists for March." in page
    assert "Answer this by Monday 16 March 2026" in page
    assert Deadline.objects.get(kind="finding_response").seen_at, "opened by the supplier, signed in"


def test_what_is_missing_is_said_and_nothing_is_lost(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    for wrong in ({"text": "  "}, {"text": "ệ" * 20_001}, {"severity": ""}, {"files": [pdf("virus.exe")]}):
        answer = browser.post(address(cast), form(cast, theme="wages", **wrong))
        assert answer.status_code == 422
        assert "wages" in answer.content.decode()
    assert not Finding.objects.exists()
    assert visit(cast.reader).post(address(cast), form(cast)).status_code == 403
    assert visit(cast.other_manager).post(address(cast), form(cast)).status_code == 403
    assert visit(cast.csr).get("/findings/new/").status_code == 403
    other = f"/findings/new/?framework={cast.office.pk}&supplier={cast.nordvare.pk}"
    assert browser.get(other).status_code == 404, "not on that agreement"


def test_what_the_supplier_was_told_is_not_rewritten(cast: Cast, visit: Visit) -> None:
    it = logged(cast, "minor", told=False)
    browser = visit(cast.manager)
    browser.post(page_of(it, "edit"), form(cast, severity="major", text="Five workers."))
    it.refresh_from_db()
    assert (it.text, it.severity.code) == ("Five workers.", "major")
    findings.tell(finding=it, actor=cast.manager, now=NOW, today=TODAY)
    browser.post(page_of(it, "edit"), form(cast, text="Ten workers.", theme="wages"))
    it.refresh_from_db()
    assert (it.text, it.theme) == ("Five workers.", "wages")


def test_sorting_it_anew_takes_nothing_away_that_it_is_about(cast: Cast, visit: Visit) -> None:
    """Also what does not bind the supplier any more, and what it repeats but is not offered to choose."""
    first = logged(cast, "minor")
    it = logged(cast, repeats=first)
    it.obligations.update(valid_to=TODAY - timedelta(days=1))
    Finding.objects.filter(pk=first.pk).update(status="closed", outcome="noted")
    browser = visit(cast.manager)
    page = browser.get(page_of(it, "edit"))
    assert browser.post(page_of(it, "edit"), {**filled(page), "files": [pdf()]}).status_code == 302
    it.refresh_from_db()
    assert (it.repeats, it.obligations.count(), it.files.count()) == (first, 1, 1)


def test_it_is_of_one_supplier_on_one_agreement(cast: Cast) -> None:
    foreign = cast.due_diligence.obligations.filter(supplier=cast.polar)
    elsewhere = {"framework": cast.office, "obligations": ()}
    for wrong, code in (({"obligations": list(foreign)}, "not_bound"), (elsewhere, "not_on_agreement")):
        with pytest.raises(Invalid) as refused:
            logged(cast, actor=cast.section, **wrong)
        assert [fault.code for fault in refused.value.errors] == [code]


def test_numbers_count_the_suppliers_own(cast: Cast) -> None:
    """A number counted over the agreement would tell that another supplier has findings."""
    assert logged(cast).number == 1
    assert logged(cast, supplier=cast.polar, obligations=()).number == 1
    assert logged(cast).number == 2


def test_the_tool_finds_a_repeat_and_a_person_confirms_it(cast: Cast, visit: Visit) -> None:
    first = logged(cast, now=NOW - timedelta(days=600), today=TODAY - timedelta(days=600))
    old = logged(cast, now=NOW - timedelta(days=800), today=TODAY - timedelta(days=800))
    logged(cast, "good_practice")
    finding_disputes.withdraw(finding=logged(cast), grounds="A misreading.", actor=cast.owner, now=NOW, today=TODAY)
    it = logged(cast)
    page = text(visit(cast.manager).get(page_of(it)))
    assert "Is it the same again?" in page
    found = findings.same_before(viewer=cast.manager, supplier=cast.nordvare, theme=it.theme, today=TODAY, but=it)
    assert list(found) == [first]
    assert old not in found
    assert Finding.objects.filter(repeats=first).count() == 0, "the tool only suggests"
    visit(cast.manager).post(page_of(it, "edit"), {"obligations": form(cast)["obligations"], "theme": it.theme, "repeats": str(first.pk)})
    it.refresh_from_db()
    assert it.repeats == first
    for wrong in (it, old, logged(cast, theme="environment"), logged(cast, supplier=cast.polar, obligations=())):
        with pytest.raises(Invalid):
            findings.edit(finding=Finding.objects.get(pk=it.pk), repeats=wrong, actor=cast.manager, now=NOW, today=TODAY)
    assert "Found again" in text(visit(cast.manager).get(page_of(it)))


def test_what_one_audit_found_side_by_side_is_no_repeat(cast: Cast) -> None:
    audit = audited(cast)
    first, second = (logged(cast, audit=audit) for _ in range(2))
    assert first.theme
    assert not findings.same_before(viewer=cast.manager, supplier=cast.nordvare, theme=first.theme, today=TODAY, but=second).exists()
    with pytest.raises(Invalid):
        findings.edit(finding=second, repeats=first, actor=cast.manager, now=NOW, today=TODAY)


def test_what_is_to_mend_names_the_day_that_comes_first(cast: Cast, visit: Visit) -> None:
    """A critical one is put right within a month, and answered long before that."""
    it = logged(cast, "critical")
    first = min(clock.deadline.due_on for clock in it.clocks.filter(deadline__turn="supplier"))
    assert first < it.mend_by
    for page in ("/findings/", "/document-requests/"):
        assert f'datetime="{first.isoformat()}"' in visit(cast.csr).get(page).content.decode(), page


def test_good_practice_and_points_for_improvement_ask_for_nothing(cast: Cast, visit: Visit) -> None:
    good, point = logged(cast, "good_practice"), logged(cast, "observation")
    assert not Deadline.objects.filter(about_id__in=[good.pk, point.pk]).exists()
    page = text(visit(cast.csr).get(page_of(good)))
    assert "We have seen good practice" in page
    assert "Send in" not in page
    assert "We do not agree" not in page


def test_a_systemic_finding_has_no_date_to_be_put_right_by(cast: Cast) -> None:
    it = logged(cast, is_systemic=True)
    assert set(clocks(it)) == {"response", "plan"}
    assert it.due_on is None


def test_a_systemic_one_is_logged_at_every_supplier_of_the_agreement(cast: Cast, visit: Visit) -> None:
    browser, of_all = visit(cast.manager), {"is_of_all": "on", "text": "Nobody knows where the parts come from."}
    assert browser.post(address(cast), form(cast, **of_all)).status_code == 422, "only a systemic one"
    browser.post(address(cast), form(cast, **of_all, is_systemic="on"))
    found = {it.supplier: it for it in Finding.objects.filter(is_systemic=True)}
    assert set(found) == {cast.nordvare, cast.fjordtek, cast.polar}
    for supplier, it in found.items():
        assert {(row.supplier, row.requirement) for row in it.obligations.all()} == {(supplier, cast.due_diligence)}
    mine = found[cast.nordvare]
    assert "The same at Fjordtek AS" in text(browser.get(page_of(mine)))
    findings.tell(finding=mine, actor=cast.manager, now=NOW, today=TODAY)
    assert "Polar" not in text(visit(cast.csr).get(page_of(mine)))


# Critical


@pytest.mark.both
def test_a_critical_finding_passes_the_ladder_by(cast: Cast, visit: Visit, clock: Any) -> None:
    browser = visit(cast.manager)
    answer = browser.post(address(cast), form(cast, severity="critical"), follow=True)
    assert "The supplier and the agreement owner are told now." in said(answer)
    it = Finding.objects.get()
    assert it.told_at == NOW
    meeting = clocks(it)["meeting"]
    assert (meeting.turn, meeting.due_on) == ("cpb", date(2026, 3, 5)), "72 hours"
    told = {line.person.email: line for line in Delivery.objects.filter(kind="critical_finding")}
    assert set(told) == {"owner@cpb.example", "manager@cpb.example"}
    assert Notice.objects.filter(person=cast.owner.person, kind="critical_finding").exists()
    delivery.deliver(clock=lambda: NOW.replace(hour=22))
    mail = Message.objects.get(person=cast.owner.person)
    assert mail.status == "sent", "at once, also at night"
    assert f"/deadlines/{meeting.pk}/take/" in mail.text
    assert Message.objects.filter(person=cast.csr.person, status="sent", lines__kind="critical_told").exists()

    walk(TODAY, TODAY + timedelta(days=1))
    assert Delivery.objects.get(kind="critical_untaken").person == cast.section.person


def test_who_has_said_i_have_this_spares_the_section_head(cast: Cast, visit: Visit, clock: Any) -> None:
    it = logged(cast, "critical")
    taking.take(deadline=clocks(it)["meeting"], until=TODAY + timedelta(days=4), actor=cast.owner, today=TODAY, now=NOW)
    walk(TODAY, TODAY + timedelta(days=3))
    assert not Delivery.objects.filter(kind="critical_untaken").exists()
    day = TODAY + timedelta(days=2)
    clock.move_to(at(day))
    browser = visit(cast.owner)
    assert "Call the meeting" in text(browser.get(page_of(it)))
    assert browser.post(page_of(it, "meet"), {"held_on": "2026-03-09", "note": "x"}).status_code == 422
    browser.post(page_of(it, "meet"), {"held_on": "2026-03-04", "note": "They stop the line today."})
    assert "meeting" not in clocks(it)
    assert "They stop the line today." in text(browser.get(page_of(it)))
    assert not History.objects.visible_to(cast.csr).filter(object_id=it.pk, verb="meet").exists()


def test_what_turns_out_to_be_critical_raises_the_alarm_then(cast: Cast) -> None:
    it = logged(cast, "minor", told=False)
    findings.edit(finding=it, severity=Severity.objects.get(code="critical"), actor=cast.manager, now=NOW, today=TODAY)
    assert it.is_told
    assert "meeting" in clocks(it)
    assert Delivery.objects.filter(kind="critical_finding", person=cast.owner.person).exists()
    planned(cast, it)
    assert clocks(it)["judgement"].due_on == TODAY + timedelta(days=2), "two working days, not ten"


def test_a_meeting_is_within_the_limit_also_over_a_weekend(cast: Cast) -> None:
    thursday = date(2026, 3, 5)
    it = logged(cast, "critical", now=at(thursday), today=thursday)
    assert clocks(it)["meeting"].due_on == date(2026, 3, 6), "Sunday would be 72 hours, so it is the Friday before"
    before_easter = date(2026, 4, 1)
    it = logged(cast, "critical", now=at(before_easter), today=before_easter)
    assert clocks(it)["meeting"].due_on == date(2026, 4, 4), "no working day is left within 72 hours, and after Easter is too late"


# The scale


def test_an_administrator_changes_the_scale_and_running_dates_stand(cast: Cast, visit: Visit, finding: Finding) -> None:
    major = Severity.objects.get(code="major")
    browser = visit(cast.admin)
    assert "90 days" in text(browser.get("/severities/"))
    body = {
        **{f"{what}_unit": "days" for what in ("response", "plan", "correction", "judgement", "silence", "meeting", "effect")},
        "response_offset": "3",
        "plan_offset": "",
        "correction_offset": "30",
        "judgement_offset": "4",
        "needs_another": "on",
    }
    browser.post(f"/severities/{major.pk}/", body)
    assert browser.post(f"/severities/{major.pk}/", {**body, "correction_offset": "-1"}).status_code == 422
    assert browser.post(f"/severities/{major.pk}/", {**body, "judgement_offset": ""}).status_code == 422, "nothing waits without a date"
    major.refresh_from_db()
    assert (major.response_offset, major.plan_offset, major.correction_offset) == (3, None, 30)
    assert clocks(finding)["plan"], "what was told stands"
    anew = logged(cast)
    assert set(clocks(anew)) == {"response", "correction"}
    finding_disputes.dispute(finding=anew, reason="They were paid.", actor=cast.csr, now=NOW, today=TODAY)
    assert clocks(anew)["judgement"].due_on == date(2026, 3, 6), "four working days"
    assert visit(cast.manager).post(f"/severities/{major.pk}/", body).status_code == 403
    assert History.objects.filter(object_id=major.pk, verb="edit").count() == 1


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_take_the_same_number(cast: Cast) -> None:
    def one(_number: int) -> int:
        try:
            return logged(cast).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [1, 2, 3, 4]


# Lists


def test_our_list_is_narrowed_downloaded_and_costs_the_same(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    browser = visit(cast.manager)
    for _ in range(2):
        logged(cast)
        logged(cast, "minor", supplier=cast.polar, obligations=())
    with django_assert_max_num_queries(12) as few:
        page = text(browser.get("/findings/"))
    assert "4 findings" in page
    for _ in range(4):
        logged(cast)
    with django_assert_max_num_queries(len(few)):
        browser.get("/findings/")
    assert "2 findings" in text(browser.get("/findings/?severity=minor"))
    assert "Nothing matches" in text(browser.get("/findings/?q=nothing"))
    sheet: Any = browser.get("/findings/sheet/csv/?severity=minor")
    assert b"".join(sheet.streaming_content).count(b"\r\n") == 3
    assert visit(cast.csr).get("/findings/sheet/csv/").status_code == 403


def test_nobody_else_learns_of_it(cast: Cast, visit: Visit, finding: Finding) -> None:
    factories.user("other@revisor.example", (factories.organisation("Andre & Co", "auditor"), "auditor"))
    for other in (cast.csr_polar, cast.agency, cast.auditor):
        browser = visit(other)
        assert browser.get(page_of(finding)).status_code == 404
        for part in ("dispute", "acknowledge", "plan", "evidence", "close", "uphold", "edit", "tell"):
            assert browser.post(page_of(finding, part), {"reason": "x"}).status_code == 404, part
        assert not History.objects.visible_to(other).filter(object_id=finding.pk).exists()
    assert "overtime" not in text(visit(cast.csr_polar).get("/findings/"))
    assert visit(cast.agency).get("/findings/").status_code == 403
