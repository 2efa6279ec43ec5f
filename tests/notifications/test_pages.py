"""The engine's pages: deadlines, inbox, what was sent, tasks left to us."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, ScopeRole
from notifications import deadlines, delivery, reminders, tasks_for_us
from notifications.models import Deadline, Delivery, Notice
from tests import factories
from tests.cast import Cast, SignIn
from tests.factories import NOW, TODAY
from tests.notifications.engine import open_request

pytestmark = pytest.mark.django_db

DUE = timedelta(days=42)
RHYTHM = {"every": "day", "weekday": 0, "hour": 8}


@pytest.fixture(autouse=True)
def monday_morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked(cast: Cast) -> Any:
    return factories.document_request(cast.pc, cast.nordvare, cast.manager)


def sweep_until(day: Any) -> None:
    on = TODAY
    while on <= day:
        reminders.sweep(today=on, now=NOW + (on - TODAY))
        on += timedelta(days=1)


def test_deadlines_show_what_waits_for_me_first(cast: Cast, sign_in: SignIn, asked: Any) -> None:
    page = sign_in(cast.csr).get("/deadlines/")
    assert page.status_code == 200
    assert asked.title in page.content.decode()
    assert "Nothing waits for you" in sign_in(cast.manager).get("/deadlines/", headers={"Accept-Language": "en"}).content.decode()
    assert asked.title in sign_in(cast.manager).get("/deadlines/?view=open").content.decode()


def test_a_supplier_never_sees_anothers_deadline_nor_ours(cast: Cast, sign_in: SignIn, asked: Any) -> None:
    sweep_until(TODAY + timedelta(days=60))
    for deadline in Deadline.objects.all():
        status = sign_in(cast.csr_polar).get(f"/deadlines/{deadline.pk}/").status_code
        assert status == 404, deadline
    own = {deadline.pk for deadline in Deadline.objects.all() if sign_in(cast.csr).get(f"/deadlines/{deadline.pk}/").status_code == 302}
    assert own == {asked.deadline_id}


@pytest.mark.parametrize(
    "address", ["/deadlines/", "/deadlines/?view=open", "/deadlines/?view=all&overdue=true", "/inbox/", "/inbox/?view=all"]
)
def test_every_list_costs_the_same_however_long(
    cast: Cast, sign_in: SignIn, asked: Any, address: str, django_assert_max_num_queries: Any
) -> None:
    sweep_until(TODAY + timedelta(days=60))
    browser = sign_in(cast.manager)
    with django_assert_max_num_queries(12):
        assert browser.get(address).status_code == 200


def test_the_inbox_has_what_the_mail_had_and_forgets_when_read(cast: Cast, sign_in: SignIn, asked: Any) -> None:
    browser = sign_in(cast.csr)
    notice = Notice.objects.get(person=cast.csr.person)
    assert cast.pc.title in browser.get("/inbox/").content.decode()
    answer = browser.post(f"/inbox/{notice.pk}/")
    assert answer.status_code == 302
    notice.refresh_from_db()
    assert notice.read_at == NOW
    assert cast.pc.title not in browser.get("/inbox/").content.decode()
    assert cast.pc.title in browser.get("/inbox/?view=all").content.decode()


def test_somebody_elses_notice_is_not_there(cast: Cast, sign_in: SignIn, asked: Any) -> None:
    notice = Notice.objects.get(person=cast.csr.person)
    assert sign_in(cast.sales).post(f"/inbox/{notice.pk}/").status_code == 404


def test_the_log_shows_the_exact_text_to_us_and_nothing_to_suppliers(cast: Cast, sign_in: SignIn, asked: Any) -> None:
    delivery.deliver(clock=lambda: NOW, is_any_time=True)
    line: Any = Delivery.objects.select_related("message").get()
    browser = sign_in(cast.reader)
    assert cast.csr.email in browser.get("/deliveries/").content.decode()
    page = browser.get(f"/deliveries/{line.pk}/").content.decode()
    assert line.message.subject in page
    assert line.message.message_id.strip("<>") in page
    assert sign_in(cast.csr).get("/deliveries/").status_code == 403
    assert sign_in(cast.csr).get(f"/deliveries/{line.pk}/").status_code == 403
    assert sign_in(cast.agency).get(f"/deliveries/{line.pk}/").status_code == 403


@pytest.mark.parametrize("state", ["waiting", "bound", "cancelled", "sent"])
def test_the_log_shows_a_message_in_every_state(cast: Cast, sign_in: SignIn, asked: Any, state: str) -> None:
    if state == "bound":
        delivery.deliver(clock=lambda: NOW + timedelta(hours=12))
    elif state == "cancelled":
        deadlines.close(asked.deadline, now=NOW)
    elif state == "sent":
        delivery.deliver(clock=lambda: NOW)
    line = Delivery.objects.get()
    browser = sign_in(cast.manager)
    assert browser.get("/deliveries/").status_code == 200
    assert browser.get(f"/deliveries/{line.pk}/").status_code == 200
    sheet: Any = browser.get("/deliveries/sheet/csv/")
    assert cast.csr.email in sheet.getvalue().decode("utf-8-sig")


def test_sending_again_is_a_new_mail(cast: Cast, sign_in: SignIn, asked: Any) -> None:
    delivery.deliver(clock=lambda: NOW, is_any_time=True)
    line = Delivery.objects.get()
    assert sign_in(cast.reader).post(f"/deliveries/{line.pk}/resend/").status_code == 403
    assert sign_in(cast.manager).post(f"/deliveries/{line.pk}/resend/").status_code == 302
    assert delivery.deliver(clock=lambda: NOW) == {"sent": 1}
    first: Any
    second: Any
    first, second = Delivery.objects.select_related("message").order_by("id")
    assert first.message.message_id != second.message.message_id
    assert second.message.status == "sent"


def test_both_lists_download_as_spreadsheets(cast: Cast, sign_in: SignIn, asked: Any) -> None:
    browser = sign_in(cast.manager)
    answer: Any
    for address in ("/deadlines/sheet/xlsx/?view=all", "/deliveries/sheet/xlsx/", "/deliveries/sheet/csv/"):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert len(b"".join(answer.streaming_content)) > 100
    assert browser.get("/deliveries/sheet/pdf/").status_code == browser.get("/deadlines/sheet/pdf/").status_code == 404


def test_what_one_may_choose_not_to_get_by_mail(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.manager)
    assert browser.get("/inbox/mail/").status_code == 200
    assert browser.post("/inbox/mail/", {"wanted": ["agreement_expiry"], **RHYTHM}).status_code == 302
    assert set(cast.manager.person.mutes.values_list("kind", flat=True)) == {"review_waiting", "site_suggested", "sharing_ending"}


def test_each_side_chooses_among_what_it_is_told(cast: Cast, sign_in: SignIn) -> None:
    ours, supplier, agency = (
        sign_in(person).get("/inbox/mail/", headers={"Accept-Language": "en"}) for person in (cast.manager, cast.csr, cast.agency)
    )
    assert [kind.name for kind in ours.context["offered"]] == ["review_waiting", "site_suggested", "sharing_ending", "agreement_expiry"]
    assert [kind.name for kind in supplier.context["offered"]] == ["sharing_over", "documentation_accepted"]
    assert "formal_notice_due" not in str(supplier.context["mandatory"])
    assert "Formal notice to approve and send" not in supplier.content.decode()
    assert "Documentation to review" not in supplier.content.decode()
    assert not agency.context["offered"]
    assert "There is nothing to choose" in agency.content.decode()


def test_opening_the_page_that_a_notice_leads_to_reads_it(cast: Cast, sign_in: SignIn, asked: Any) -> None:
    browser, page = sign_in(cast.csr), f"/document-requests/{asked.pk}/"
    mine = Notice.objects.filter(person=cast.csr.person)
    assert mine.unread().count() == 1
    browser.get(page, headers={"Sec-Purpose": "prefetch"})
    assert mine.unread().count() == 1, "a page fetched in advance has not been read"
    with CaptureQueriesContext(connection) as unread:
        opened = browser.get(page)
    assert mine.unread().count() == 0
    assert opened.context["reader"].unread == 0, "the header says so at once"
    with CaptureQueriesContext(connection) as read:
        browser.get(page)
    assert sum("notice" in query["sql"] for query in unread) == sum("notice" in query["sql"] for query in read) + 1


def test_a_page_reads_no_other_notices(cast: Cast, sign_in: SignIn, asked: Any) -> None:
    sweep_until(TODAY + DUE + timedelta(days=17))
    mine = Notice.objects.filter(person=cast.manager.person)
    kinds_unread = set(mine.unread().values_list("kind", flat=True))
    assert "formal_notice_due" in kinds_unread
    sign_in(cast.manager).get(f"/document-requests/{asked.pk}/formal-notice/")
    assert set(mine.unread().values_list("kind", flat=True)) == kinds_unread - {"formal_notice_due"}


def test_the_page_of_all_mails_is_for_developers_alone(cast: Cast, sign_in: SignIn, settings: Any) -> None:
    assert sign_in(cast.manager).get("/dev/mail/").status_code == 404
    settings.DEBUG = True
    assert sign_in(cast.manager).get("/dev/mail/").status_code == 200
    assert sign_in(cast.manager).get("/dev/mail/receipt/nn/").status_code == 200


def test_the_task_to_find_a_contact_is_done_when_there_is_one(cast: Cast, sign_in: SignIn) -> None:
    ScopeRole.objects.filter(organisation=cast.polar, scope=cast.pc.scope).delete()
    cast.csr_polar.memberships.update(ended_at=NOW)
    open_request(cast, supplier=cast.polar)
    reminders.sweep(today=TODAY, now=NOW)
    task = Deadline.objects.get(kind="follow_up")
    browser, address = sign_in(cast.manager), f"/deadlines/{task.pk}/task/"
    assert cast.polar.name in browser.get(address).content.decode()
    assert browser.post(address, {"decision": "done"}).status_code == 409
    new = factories.person("ny@polar.example")
    factories.contact(cast.polar, new)
    factories.role(cast.pc, cast.polar, "responsible", new)
    assert sign_in(cast.reader).post(address, {"decision": "done"}).status_code == 403
    assert browser.post(address, {"decision": "done"}).status_code == 302
    assert browser.post(address, {"decision": "done"}).status_code == 409
    assert [o.recipient for o in reminders.sweep(today=TODAY, now=NOW)] == ["ny@polar.example"]


def test_an_address_that_was_right_after_all_is_tried_again(cast: Cast, sign_in: SignIn, asked: Any) -> None:
    line = Delivery.objects.select_related("organisation", "deadline").get()
    Person.objects.filter(pk=cast.csr.person.pk).update(undeliverable_since=NOW)
    tasks_for_us.address_failed([line], address=cast.csr.email, now=NOW)
    task = Deadline.objects.get(kind="follow_up")
    browser = sign_in(cast.manager)
    assert cast.csr.email in browser.get(f"/deadlines/{task.pk}/task/").content.decode()
    assert browser.post(f"/deadlines/{task.pk}/task/", {"decision": "address_is_right"}).status_code == 302
    cast.csr.person.refresh_from_db()
    assert cast.csr.person.undeliverable_since is None


@pytest.mark.parametrize(("decision", "end"), [("send", "sent"), ("drop", "cancelled")])
def test_what_was_held_back_is_let_go_or_dropped_by_an_administrator(
    cast: Cast, sign_in: SignIn, asked: Any, decision: str, end: str
) -> None:
    Delivery.objects.update(held_at=NOW)
    assert "<button" in sign_in(cast.admin).get("/deliveries/").content.decode()
    assert sign_in(cast.manager).post("/deliveries/held/", {"decision": decision}).status_code == 403
    assert sign_in(cast.admin).post("/deliveries/held/", {"decision": decision}).status_code == 302
    delivery.deliver(clock=lambda: NOW)
    assert list(Delivery.objects.with_status().values_list("state", flat=True)) == [end]
