"""Where audits are found: the list with its filters and sheet, the firm's and the supplier's own, and the panels elsewhere."""

from datetime import timedelta
from typing import Any

from followup.models import Audit, Finding
from followup.services import audits
from followup.services.drafting import NewItem
from notifications import delivery
from notifications.models import Message
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import said, text
from tests.factories import TODAY
from tests.followup.audits.stories import AT, DAY, announced, at, bound, on, page_of, planned, reported, reused
from tests.followup.conftest import Visit
from tests.followup.findings.stories import logged
from tests.followup.stories import document, submitted


def test_the_list_is_narrowed_sorted_and_searched(cast: Cast, visit: Visit) -> None:
    planned(cast, place="Binh Duong")
    planned(cast, supplier=cast.fjordtek, kind="wage_control", planned_on=DAY + timedelta(days=1))
    reported(cast, kind="office_visit")
    browser = visit(cast.reader)
    page = text(browser.get("/audits/"))
    assert "2 audits" in page
    assert page.index("Audit at a production site") < page.rindex("Control of wages"), "the next one on top"
    assert "Visit to the office Fellesavtale" not in page
    assert "Plan an audit" not in page, "a reader plans nothing"
    for query, wanted in (
        ("view=reported", "Visit to the office"),
        ("view=all", "3 audits"),
        ("q=binh+duong", "1 audit"),
        ("q=fjordtek", "1 audit"),
        (f"supplier={cast.fjordtek.pk}", "1 audit"),
        (f"framework={cast.office.pk}", "Nothing matches"),
        ("kind=wage_control", "1 audit"),
        ("status=reported", "Visit to the office"),
        ("result=improvements", "Visit to the office"),
        ("q=nowhere", "Nothing matches"),
    ):
        assert wanted in text(browser.get(f"/audits/?{query}")), query
    turned = text(browser.get("/audits/?ordering=-due_on"))
    assert turned.index("Control of wages and working conditions Fellesavtale") < turned.index("Audit at a production site Fellesavtale")


def test_the_list_is_downloaded_as_it_is_shown(cast: Cast, visit: Visit) -> None:
    planned(cast, place="Binh Duong")
    reported(cast, kind="office_visit", supplier=cast.fjordtek)
    browser = visit(cast.manager)
    answer: Any = browser.get("/audits/sheet/csv/?view=reported")
    sheet = b"".join(answer.streaming_content).decode()
    assert "Fjordtek AS" in sheet
    assert "Nordvare AS" not in sheet
    assert browser.get("/audits/sheet/pdf/").status_code == 404
    for user in (cast.csr, cast.agency, cast.auditor):
        assert visit(user).get("/audits/sheet/csv/").status_code == 403


def test_an_audit_firm_sees_the_audits_it_makes_and_nothing_else(cast: Cast, visit: Visit) -> None:
    mine = planned(cast, auditor=cast.audit_firm, announcement="unannounced", trigger="complaint", reason="Tips fra en ansatt.")
    other = planned(cast, place="Et annet sted")
    firm = factories.organisation("Andre Revisorer", "auditor")
    stranger = factories.user("annen@revisor.example", (firm, "auditor"), name="Anna Annen")
    browser = visit(cast.auditor)
    assert browser.get("/")["Location"] == "/audits/"
    page = text(browser.get("/audits/"))
    assert "Nordvare AS" in page
    assert "Et annet sted" not in page
    shown = said(browser.get(page_of(mine)))
    for words in ("Aktsomhetsvurderinger", "15 April 2026", "Leverandøren skal aktsomhetsvurderinger."):
        assert words in shown
    assert "Tips fra en ansatt." not in shown
    assert "Announce it" not in shown
    assert browser.get(page_of(other)).status_code == 404
    assert visit(stranger).get(page_of(mine)).status_code == 404
    assert "No audit has been given to you yet" in text(visit(stranger).get("/audits/"))
    for part in ("edit", "move", "announce", "cancel", "log", "close"):
        assert browser.post(page_of(mine, part)).status_code == 403, part


def test_nobody_else_learns_of_an_audit(cast: Cast, visit: Visit) -> None:
    it = announced(cast)
    reported(cast)
    for other in (cast.csr_polar, cast.agency):
        browser = visit(other)
        assert browser.get(page_of(it)).status_code == 404
        for part in ("edit", "move", "announce", "cancel", "log", "close"):
            assert browser.post(page_of(it, part), {"reason": "x"}).status_code == 404, part
        assert "Audit at a production site" not in said(browser.get(f"/frameworks/{cast.pc.pk}/follow-up/"))
    assert "No audit is coming" in text(visit(cast.csr_polar).get("/audits/"))
    assert visit(cast.agency).get("/audits/").status_code == 403


def test_the_pages_of_the_agreement_and_of_the_supplier_name_them(cast: Cast, visit: Visit) -> None:
    planned(cast)
    reused(cast)
    browser = visit(cast.manager)
    follow_up = text(browser.get(f"/frameworks/{cast.pc.pk}/follow-up/"))
    for words in ("Audits", "Audit at a production site Nordvare AS", "Audit made by others", "Plan an audit"):
        assert words in follow_up, words
    assert "Audit at a production site Fellesavtale for PC-utstyr" in text(browser.get(f"/suppliers/{cast.nordvare.pk}/"))
    line = text(browser.get(f"/frameworks/{cast.pc.pk}/"))
    assert ": Nordvare AS" in line, "it stands on the time line"
    assert "15 Apr" in line or "15 April" in line
    assert ": Nordvare AS" not in text(visit(cast.csr).get(f"/frameworks/{cast.pc.pk}/"))


def test_what_is_near_waits_on_the_managers_first_page(cast: Cast, visit: Visit) -> None:
    planned(cast, planned_on=TODAY + timedelta(days=60))
    browser = visit(cast.manager)
    assert "See the audit" not in text(browser.get("/"))
    planned(cast, planned_on=TODAY + timedelta(days=5))
    assert "See the audit" in text(browser.get("/"))


def test_the_pages_cost_the_same_however_much_there_is(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    its = [announced(cast, planned_on=DAY + timedelta(days=number), auditor=cast.audit_firm) for number in range(4)]
    reported(cast, "One", "Two", auditor=cast.audit_firm)
    for user, most in ((cast.manager, 8), (cast.csr, 6), (cast.auditor, 6)):
        browser = visit(user)
        with django_assert_max_num_queries(most):
            assert browser.get("/audits/").status_code == 200
    for user, most in ((cast.manager, 12), (cast.csr, 8), (cast.auditor, 7)):
        browser = visit(user)
        with django_assert_max_num_queries(most):
            assert browser.get(page_of(its[0])).status_code == 200


def test_what_was_found_is_seen_by_the_firm_that_has_the_audit_now(cast: Cast) -> None:
    other = factories.organisation("Andre Revisorer", "auditor")
    stranger = factories.user("annen@revisor.example", (other, "auditor"))
    it = planned(cast, auditor=cast.audit_firm)
    stale = Audit.objects.get(pk=it.pk)
    first = logged(cast, audit=it)
    assert list(Finding.objects.visible_to(cast.auditor)) == [first]
    audits.edit(audit=it, auditor=other, actor=cast.manager, **AT)
    second = logged(cast, audit=stale)
    assert not Finding.objects.visible_to(cast.auditor).exists()
    assert set(Finding.objects.visible_to(stranger)) == {first, second}


def test_an_audit_firm_is_told_what_it_is_to_do_and_what_is_another(cast: Cast, visit: Visit) -> None:
    it = planned(cast, auditor=cast.audit_firm, announcement="semi_announced")
    delivery.deliver(clock=lambda: at(TODAY), is_any_time=True)
    mail = Message.objects.get(lines__kind="audit_assigned")
    assert (mail.person, "15. april 2026" in mail.text) == (cast.auditor.person, True), "the firm knows the day"
    why = visit(cast.auditor).get(f"/inbox/why/{mail.lines.get().pk}/")
    assert "Audit to carry out for us" in text(why)
    audits.edit(audit=it, planned_on=DAY + timedelta(days=1), actor=cast.manager, **on(TODAY + timedelta(days=1)))
    delivery.deliver(clock=lambda: at(TODAY + timedelta(days=1)), is_any_time=True)
    assert "16. april 2026" in Message.objects.filter(lines__kind="audit_assigned").latest("created_at").text
    audits.cancel(audit=it, reason="Internt.", actor=cast.manager, **on(TODAY + timedelta(days=2)))
    delivery.deliver(clock=lambda: at(TODAY + timedelta(days=2)), is_any_time=True)
    gone = Message.objects.get(lines__kind="audit_withdrawn")
    assert "Internt." not in gone.text
    assert not Message.objects.filter(person=cast.csr.person).exists()


def test_an_audit_firm_reads_what_its_audits_rest_on(cast: Cast, visit: Visit) -> None:
    first, other = bound(cast.pc, cast.nordvare)[0], bound(cast.pc, cast.nordvare)[-1]
    pay = factories.document_kind("pay", is_restricted=True)
    asked = factories.document_request(
        cast.pc,
        cast.nordvare,
        cast.manager,
        items=[
            NewItem("Kart", obligations=[first]),
            NewItem("Lønn", obligations=[first], document_kind=pay),
            NewItem("Miljø", obligations=[other]),
        ],
    )
    submitted(asked, cast.csr, "Kart", "Lønn", "Miljø")
    it = planned(cast, auditor=cast.audit_firm, obligations=[first])
    browser = visit(cast.auditor)
    page = text(browser.get(page_of(it)))
    assert "Kart.pdf" in page
    assert "Lønn.pdf" not in page, "restricted"
    assert "Miljø.pdf" not in page, "another requirement"
    content: Any = browser.get(f"/documents/{document(asked, 'Kart').pk}/content/")
    assert b"".join(content.streaming_content).startswith(b"%PDF")
    for title in ("Lønn", "Miljø"):
        assert browser.get(f"/documents/{document(asked, title).pk}/content/").status_code == 404, title
    audits.cancel(audit=it, reason="x", actor=cast.manager, **AT)
    assert browser.get(f"/documents/{document(asked, 'Kart').pk}/content/").status_code == 404
