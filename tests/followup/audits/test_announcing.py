"""The supplier is told what is audited, when, by whom and under which clause; and nothing of one that comes unannounced."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.models import History
from followup.models import Audit
from followup.services import audits
from notifications import delivery
from notifications.models import Deadline, Delivery, Message
from tests import factories
from tests.api.conftest import Program
from tests.cast import Cast
from tests.contracts.pages import said, text
from tests.factories import TODAY
from tests.followup.audits.stories import AT, DAY, announced, at, bound, on, page_of, planned, verbs
from tests.followup.conftest import Visit


def mails(kind: str = "audit_announced") -> list[Message]:
    return list(Message.objects.filter(lines__kind=kind).order_by("created_at").distinct())


def test_the_mail_is_shown_before_it_is_sent_and_is_the_one_that_comes(cast: Cast, visit: Visit) -> None:
    cast.due_diligence.documentation = "Kart over leverandørkjeden i to ledd."
    cast.due_diligence.save()
    it = planned(cast, place="Nordvare Vietnam, Binh Duong", purpose="Hvordan overtid betales.", auditor=cast.audit_firm)
    browser = visit(cast.manager)
    page = text(browser.get(page_of(it, "announce")))
    wanted = (
        *("onsdag 15. april 2026", "Nordvare Vietnam, Binh Duong", "Hvordan overtid betales.", "Revisor & Co på vegne av Statens innkjøp"),
        *("Aktsomhetsvurderinger", "Miljøledelse", "Kart over leverandørkjeden i to ledd.", "csr@nordvare.example", "Maja Forvalter"),
        "Leverandøren skal på forespørsel legge frem dokumentasjon",
    )
    for words in wanted:
        assert words in page, words
    assert not Delivery.objects.filter(organisation=cast.nordvare).exists(), "a preview sends nothing"
    answer = browser.post(page_of(it, "announce"), follow=True)
    assert "The audit is announced." in said(answer)
    it.refresh_from_db()
    assert (it.status, verbs(it)) == ("announced", ["announce", "plan"])
    delivery.deliver(clock=lambda: at(TODAY), is_any_time=True)
    (mail,) = mails()
    assert mail.person == cast.csr.person
    for words in wanted:
        assert " ".join(words.split()) in " ".join(mail.text.split()) or words == "csr@nordvare.example", words
    assert f"/audits/{it.pk}/" in mail.text
    assert "Wednesday 15 April 2026" in text(browser.get(page_of(it)))


def test_the_supplier_reads_what_to_prepare(cast: Cast, visit: Visit) -> None:
    cast.due_diligence.documentation = "Kart over leverandørkjeden i to ledd."
    cast.due_diligence.save()
    it = announced(cast, place="Binh Duong", trigger="complaint", reason="Tips fra en ansatt.", auditor=cast.audit_firm)
    browser = visit(cast.csr)
    assert "Wednesday 15 April 2026" in text(browser.get("/audits/"))
    page = text(browser.get(page_of(it)))
    for words in (
        "We audit you Wednesday 15 April 2026. Revisor & Co does it",
        "Binh Duong",
        "Kart over leverandørkjeden",
        "Maja Forvalter",
    ):
        assert words in page, words
    assert "Tips fra en ansatt." not in page
    assert "Call it off" not in page
    assert "Audits" in said(browser.get("/document-requests/")), "the way there is in the menu"
    assert "Audit at a production site" in text(browser.get(f"/frameworks/{cast.pc.pk}/follow-up/"))


def test_both_who_answer_for_it_at_the_supplier_are_told_once(cast: Cast) -> None:
    kari = factories.person("kari@nordvare.example")
    factories.contact(cast.nordvare, kari)
    factories.role(cast.pc, cast.nordvare, "csr", kari)
    factories.role(cast.pc, cast.nordvare, "csr", cast.csr.person)
    it = announced(cast)
    told = Delivery.objects.filter(about_id=it.pk).values_list("person__email", flat=True)
    assert sorted(told) == ["csr@nordvare.example", "kari@nordvare.example"]


def test_of_an_audit_with_a_period_the_supplier_learns_the_week(cast: Cast, visit: Visit) -> None:
    it = announced(cast, announcement="semi_announced")
    delivery.deliver(clock=lambda: at(TODAY), is_any_time=True)
    (mail,) = mails()
    assert "uke 16" in mail.subject
    assert "13. april 2026" in mail.text
    assert "15. april" not in mail.text + mail.html + mail.subject
    browser = visit(cast.csr)
    for address in (
        "/audits/",
        page_of(it),
        f"/frameworks/{cast.pc.pk}/follow-up/",
        f"/frameworks/{cast.pc.pk}/",
        "/deadlines/",
        "/inbox/",
    ):
        page = said(browser.get(address, follow=True))
        assert "15 April" not in page, address
        assert "2026-04-15" not in page, address
    assert "week 16 (13 April 2026 to 19 April 2026)" in text(browser.get(page_of(it)))
    assert "15 Apr" in text(visit(cast.manager).get("/audits/")), "we plan with the day"
    audits.edit(audit=it, planned_on=date(2026, 4, 17), actor=cast.manager, **AT)
    assert Delivery.objects.filter(about_id=it.pk).count() == 1, "within the week nothing is another for the supplier"


def test_of_an_unannounced_one_the_supplier_learns_nothing(cast: Cast, visit: Visit) -> None:
    it = planned(cast, announcement="unannounced")
    manager, browser = visit(cast.manager), visit(cast.csr)
    assert manager.get(page_of(it, "announce")).status_code == 409
    assert manager.post(page_of(it, "announce")).status_code == 409
    assert "Announce it" not in text(manager.get(page_of(it)))
    audits.edit(audit=it, planned_on=DAY + timedelta(days=7), place="Oslo", actor=cast.manager, **AT)
    assert browser.get(page_of(it)).status_code == 404
    for address in ("/audits/", f"/frameworks/{cast.pc.pk}/follow-up/", f"/frameworks/{cast.pc.pk}/", f"/frameworks/{cast.pc.pk}/history/"):
        assert "Audit at a production site" not in text(browser.get(address)), address
    program = Program(cast.csr)
    for path in ("audits/", "history/", "deadlines/", "deliveries/"):
        assert str(it.pk) not in program.get(path).content.decode(), path
    assert not Delivery.objects.exists()
    assert not Deadline.objects.visible_to(cast.csr).exists()


def test_who_cannot_be_reached_is_not_announced_to(cast: Cast, visit: Visit) -> None:
    it = planned(cast)
    person = cast.csr.person
    person.undeliverable_since = at(TODAY)
    person.save()
    for user in (cast.csr, cast.csr_fjordtek):
        user.memberships.update(ended_at=at(TODAY))
    browser = visit(cast.manager)
    assert "Nobody at the supplier can be reached on this agreement." in text(browser.get(page_of(it, "announce")))
    assert browser.post(page_of(it, "announce")).status_code == 409
    it.refresh_from_db()
    assert it.status == "planned"


def test_short_notice_is_warned_about_and_possible(cast: Cast, visit: Visit) -> None:
    it = planned(cast, planned_on=TODAY + timedelta(days=13))
    browser = visit(cast.manager)
    assert "at least two weeks before" in text(browser.get(page_of(it, "announce")))
    browser.post(page_of(it, "announce"))
    it.refresh_from_db()
    assert it.status == "announced"
    in_time = planned(cast, planned_on=TODAY + timedelta(days=14))
    assert "at least two weeks before" not in text(browser.get(page_of(in_time, "announce")))


def test_a_day_that_has_passed_is_not_announced(cast: Cast, visit: Visit) -> None:
    it = planned(cast, planned_on=TODAY - timedelta(days=1))
    assert visit(cast.manager).post(page_of(it, "announce")).status_code == 409


@pytest.mark.both
def test_what_was_announced_and_is_another_is_announced_anew(cast: Cast, visit: Visit) -> None:
    it = announced(cast)
    browser = visit(cast.manager)
    browser.post(page_of(it, "move"), {"planned_on": "2026-04-22", "why": "Internt."})
    delivery.deliver(clock=lambda: at(TODAY), is_any_time=True)
    (mail,) = mails()
    assert "onsdag 22. april 2026" in mail.text
    assert "15. april" not in mail.text, "the first had not left, and is not sent"
    assert "Internt." not in mail.text
    told = History.objects.visible_to(cast.csr).filter(object_id=it.pk)
    assert sorted(told.values_list("verb", flat=True)) == ["announce", "announce_anew"]
    tomorrow = on(TODAY + timedelta(days=1))
    it = Audit.objects.select_related("framework", "supplier", "deadline").get(pk=it.pk)
    audits.edit(audit=it, reason="Bare vårt.", lead=cast.deputy, actor=cast.manager, **tomorrow)
    assert len(mails()) == 1, "what the supplier was not told is not told"
    audits.edit(audit=it, obligations=bound(cast.pc, cast.nordvare)[:1], actor=cast.manager, **tomorrow)
    delivery.deliver(clock=lambda: at(TODAY + timedelta(days=1)), is_any_time=True)
    assert len(mails()) == 2
    assert "Miljøledelse" not in mails()[-1].text


def test_kind_and_manner_stand_once_announced(cast: Cast, visit: Visit) -> None:
    it = announced(cast)
    browser = visit(cast.manager)
    page: Any = browser.get(page_of(it, "edit"))
    assert "What you change in the place" in text(page)
    assert 'name="kind"' not in page.content.decode()
    assert 'name="announcement"' not in page.content.decode()


def test_what_our_own_people_are_told_follows_the_plan(cast: Cast) -> None:
    it = planned(cast, auditor=cast.audit_firm, place="Binh Duong")
    assert (it.deadline.brief["by"], it.deadline.brief["place"]) == ("Revisor & Co", "Binh Duong")
    audits.edit(audit=it, auditor=None, actor=cast.manager, **AT)
    it.deadline.refresh_from_db()
    assert "by" not in it.deadline.brief
