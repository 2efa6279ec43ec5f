"""Proof that runs out: reminded before the day, renewed by the supplier or asked for again, never twice, never green by itself."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import SYSTEM
from contracts.models import Framework, Obligation, Participation, Requirement
from contracts.services import obligations, stipulations
from core.models import History
from followup.models import DocumentKind, DocumentRequest, Renewal
from followup.services import answering, asking, delivering, drafting, renewal_sweep, reviewing
from followup.services.answering import ItemAnswer
from followup.services.drafting import NewItem
from notifications import reminders
from notifications.models import Deadline, Delivery
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit
from tests.followup.stories import document, submitted

UNTIL = TODAY + timedelta(days=90)
DAY = timedelta(days=1)


@pytest.fixture
def kind() -> DocumentKind:
    return factories.document_kind("iso-14001", needs_valid_until=True)


def at(day: date) -> dict[str, Any]:
    return {"today": day, "now": NOW + (day - TODAY)}


def bound(cast: Cast, supplier: Any = None) -> Obligation:
    found: Obligation = cast.due_diligence.obligations.get(supplier=supplier or cast.nordvare, lot=cast.lot1)
    return found


def accepted(
    cast: Cast, kind: DocumentKind | None, until: date | None = UNTIL, *, on: date = TODAY, title: str = "Certificate"
) -> DocumentRequest:
    """A certificate asked for, delivered and accepted."""
    items = [NewItem(title=title, document_kind=kind, obligations=[bound(cast)])]
    it = drafting.create(framework=cast.pc, supplier=cast.nordvare, title="Certificates", items=items, actor=cast.manager, **at(on))
    asking.send(request=it, actor=cast.manager, **at(on))
    submitted(it, cast.csr, title, now=at(on)["now"], valid_until=until)
    reviewing.accept(request=it, actor=cast.manager, **at(on))
    return it


def walk(first: date, last: date) -> list[tuple[date, str, str]]:
    told = []
    while first <= last:
        renewal_sweep.sweep(**at(first))
        told += [(first, o.kind, o.recipient) for o in reminders.sweep(**at(first)) if o.recipient]
        first += DAY
    return told


def test_an_accepted_certificate_is_reminded_of_before_it_runs_out(cast: Cast, kind: DocumentKind) -> None:
    it = accepted(cast, kind)
    row = Renewal.objects.get()
    assert (row.document, row.item, row.valid_until) == (document(it, "Certificate"), it.items.get(), UNTIL)
    assert (row.deadline.due_on, row.deadline.turn, row.deadline.organisation) == (UNTIL, "supplier", cast.nordvare)
    told = walk(TODAY + DAY, UNTIL + timedelta(days=4))
    assert [(UNTIL - day, kind, who) for day, kind, who in told if kind != "task"][:4] == [
        (timedelta(days=60), "renewal_due", cast.csr.email),
        (timedelta(days=30), "renewal_due", cast.csr.email),
        (timedelta(days=7), "renewal_due_ours", cast.manager.email),
        (timedelta(days=7), "renewal_due", cast.csr.email),
    ]
    task = Deadline.objects.get(kind="follow_up", about_id=row.pk)
    assert task.brief["task"] == "renewal_missed"
    assert ("renewal_missed", cast.manager.email) in {(kind, who) for _day, kind, who in told}
    row.refresh_from_db()
    assert row.deadline.is_open, "past its day it still waits for somebody"


def test_one_that_runs_out_soon_is_told_of_at_once(cast: Cast, kind: DocumentKind) -> None:
    accepted(cast, kind, TODAY + timedelta(days=20))
    assert [(k, who) for _day, k, who in walk(TODAY, TODAY)] == [("renewal_due", cast.csr.email)]


def test_what_never_runs_out_opens_nothing(cast: Cast) -> None:
    accepted(cast, None, None)
    assert not Renewal.objects.exists()


def test_a_newer_certificate_of_the_kind_ends_the_older_ones_renewal(cast: Cast, kind: DocumentKind) -> None:
    accepted(cast, kind)
    later = UNTIL + timedelta(days=365)
    Framework.objects.filter(pk=cast.pc.pk).update(ends_on=None, expiry=None)
    accepted(cast, kind, later, on=TODAY + DAY, title="New certificate")
    ends = {row.valid_until: (row.end, row.deadline.is_open) for row in Renewal.objects.select_related("deadline")}
    assert ends == {UNTIL: ("renewed", False), later: ("", True)}


def test_one_of_another_kind_or_for_other_obligations_does_not(cast: Cast, kind: DocumentKind) -> None:
    accepted(cast, kind)
    accepted(cast, factories.document_kind("another-paper"), UNTIL + DAY, title="Another paper")
    assert Renewal.objects.running().count() == 2


def test_a_document_of_two_agreements_has_a_renewal_on_each(cast: Cast, kind: DocumentKind) -> None:
    it = accepted(cast, kind)
    factories.participation(cast.office, cast.nordvare)
    factories.role(cast.office, cast.nordvare, "responsible", cast.csr.person)
    again = drafting.create(framework=cast.office, supplier=cast.nordvare, title="Here too", actor=SYSTEM, **at(TODAY))
    asking.send(request=again, actor=SYSTEM, **at(TODAY))
    answer = ItemAnswer(again.items.get(), again=document(it, "Certificate"))
    answering.save(request=again, answers=[answer], actor=cast.csr, **at(TODAY))
    delivering.submit(request=again, actor=cast.csr, **at(TODAY))
    again.refresh_from_db()
    reviewing.accept(request=again, actor=SYSTEM, **at(TODAY))
    assert {row.framework for row in Renewal.objects.running()} == {cast.pc, cast.office}
    walk(UNTIL - timedelta(days=60), UNTIL - timedelta(days=60))
    assert Delivery.objects.filter(kind="renewal_due", person=cast.csr.person, cancelled_at=None).count() == 2


@pytest.mark.parametrize("how", ["withdrawn", "supplier left", "agreement over"])
def test_what_no_longer_binds_is_not_reminded_of(cast: Cast, kind: DocumentKind, how: str) -> None:
    accepted(cast, kind)
    if how == "withdrawn":
        stipulations.withdraw(requirement=cast.due_diligence, reason="Utgår", actor=cast.manager, **at(TODAY))
    elif how == "supplier left":
        Participation.objects.filter(framework=cast.pc, supplier=cast.nordvare).update(ends_on=TODAY)
        stipulations.bind(framework=cast.pc, **at(TODAY))
    else:
        Framework.objects.filter(pk=cast.pc.pk).update(status="terminated")
    renewal_sweep.sweep(**at(TODAY + DAY))
    row = Renewal.objects.get()
    assert (row.end, row.deadline.is_open) == ("over", False)
    assert [told for told in walk(TODAY + DAY, UNTIL) if "renewal" in told[1]] == []


def test_a_sweep_that_finds_nothing_new_changes_nothing(cast: Cast, kind: DocumentKind, django_assert_max_num_queries: Any) -> None:
    accepted(cast, kind)
    assert renewal_sweep.sweep(**at(TODAY)) == 0
    with django_assert_max_num_queries(5):
        renewal_sweep.sweep(**at(TODAY))


def test_what_was_accepted_before_there_were_renewals_gets_one(cast: Cast, kind: DocumentKind) -> None:
    accepted(cast, kind)
    Renewal.objects.all().delete()
    assert renewal_sweep.sweep(**at(TODAY)) == 1
    assert Renewal.objects.running().count() == 1


# Checks


def judged(cast: Cast, *requirements: Requirement, until: date = UNTIL, on: date = TODAY) -> None:
    for requirement in requirements:
        obligation = requirement.obligations.get(supplier=cast.nordvare, lot=cast.lot1)
        said = {"verified": "met", "method": "head_office", "checked_on": on, "valid_until": until}
        obligations.judge(obligation=obligation, actor=cast.manager, **said, **at(on))


def test_checks_that_run_out_on_the_same_day_are_one_renewal(cast: Cast) -> None:
    judged(cast, cast.due_diligence, cast.environment)
    renewal_sweep.sweep(**at(TODAY))
    row = Renewal.objects.get()
    assert (row.document, row.obligations.count(), row.deadline.title) == (None, 2, "Aktsomhetsvurderinger (+1)")
    later = UNTIL + timedelta(days=30)
    judged(cast, cast.due_diligence, until=later, on=TODAY + DAY)
    renewal_sweep.sweep(**at(TODAY + DAY))
    assert sorted(Renewal.objects.running().values_list("valid_until", flat=True)) == [UNTIL, later]
    judged(cast, cast.environment, until=later, on=TODAY + DAY)
    renewal_sweep.sweep(**at(TODAY + DAY))
    row.refresh_from_db()
    assert row.end == "renewed"


def test_a_check_on_a_document_that_runs_out_first_is_not_asked_about_twice(cast: Cast, kind: DocumentKind) -> None:
    accepted(cast, kind)
    judged(cast, cast.due_diligence)
    renewal_sweep.sweep(**at(TODAY))
    assert Renewal.objects.count() == 1


def test_past_its_day_a_check_reads_expired_and_nothing_turns_it_green(cast: Cast, visit: Visit) -> None:
    judged(cast, cast.due_diligence, until=TODAY)
    renewal_sweep.sweep(**at(TODAY))
    walk(TODAY + DAY, TODAY + 3 * DAY)
    assert bound(cast).is_expired(TODAY + DAY)
    assert Renewal.objects.running().count() == 1


# Asking again by itself


@pytest.mark.parametrize("wish", ["draft", "send"])
def test_the_kind_asks_again_by_itself_and_once(cast: Cast, kind: DocumentKind, wish: str) -> None:
    DocumentKind.objects.filter(pk=kind.pk).update(asks_again=wish)
    before = accepted(cast, kind)
    first = UNTIL - timedelta(days=60)
    walk(TODAY + DAY, first - DAY)
    assert DocumentRequest.objects.exclude(pk=before.pk).count() == 0
    walk(first, first + timedelta(days=2))
    made = DocumentRequest.objects.exclude(pk=before.pk).get()
    item = made.items.get()
    assert (item.title, item.document_kind, list(item.obligations.all())) == ("Certificate", kind, [bound(cast)])
    assert (made.deadline.due_on, made.created_by) == (UNTIL, None)
    row = Renewal.objects.get()
    assert row.request == made
    if wish == "draft":
        assert (made.status, row.deadline.is_open) == ("draft", True)
        assert Delivery.objects.filter(kind="renewal_drafted", person=cast.manager.person).count() == 1
    else:
        assert (made.status, row.end, row.deadline.is_open) == ("sent", "asked", False)
        live = Delivery.objects.filter(person=cast.csr.person, cancelled_at=None, created_at__gt=NOW + timedelta(days=2))
        assert [line.kind for line in live] == ["documents_requested"], "asked once, in one way"


def test_without_anybody_to_ask_it_stays_a_draft_for_the_manager(cast: Cast, kind: DocumentKind) -> None:
    DocumentKind.objects.filter(pk=kind.pk).update(asks_again="send")
    before = accepted(cast, kind)
    cast.csr.person.undeliverable_since = NOW
    cast.csr.person.save()
    cast.csr_fjordtek.person.undeliverable_since = NOW
    cast.csr_fjordtek.person.save()
    walk(UNTIL - timedelta(days=60), UNTIL - timedelta(days=59))
    assert DocumentRequest.objects.exclude(pk=before.pk).get().status == "draft"
    assert Delivery.objects.filter(kind="renewal_drafted").count() == 1


def test_a_request_that_is_taken_back_lets_the_renewal_run_on(cast: Cast, kind: DocumentKind) -> None:
    DocumentKind.objects.filter(pk=kind.pk).update(asks_again="send")
    before = accepted(cast, kind)
    first = UNTIL - timedelta(days=60)
    walk(first, first)
    made = DocumentRequest.objects.exclude(pk=before.pk).get()
    asking.withdraw(request=made, actor=cast.manager, **at(first + DAY))
    told = walk(first + DAY, UNTIL - timedelta(days=30))
    assert [(day, kind) for day, kind, who in told if who == cast.csr.email] == [
        (first + DAY, "renewal_due"),
        (UNTIL - timedelta(days=30), "renewal_due"),
    ]
    assert DocumentRequest.objects.exclude(pk=before.pk).count() == 1, "asked again by itself once only"


# On the pages


def test_the_supplier_renews_before_it_is_asked(cast: Cast, kind: DocumentKind, visit: Visit) -> None:
    before = accepted(cast, kind)
    row = Renewal.objects.get()
    csr = visit(cast.csr)
    assert f"/renewals/{row.pk}/" in csr.get("/documents/").content.decode()
    assert "Send a new document" in text(csr.get(f"/renewals/{row.pk}/"))
    answer = csr.post(f"/renewals/{row.pk}/begin/")
    made = DocumentRequest.objects.exclude(pk=before.pk).get()
    assert answer.headers["Location"] == f"/document-requests/{made.pk}/"
    assert made.status == "sent"
    assert not Delivery.objects.filter(deadline=made.deadline).exists(), "who began it is not told of it"
    row.refresh_from_db()
    assert (row.end, row.deadline.is_open) == ("asked", False)
    csr.post(f"/renewals/{row.pk}/begin/")
    assert DocumentRequest.objects.exclude(pk=before.pk).count() == 1
    submitted(made, cast.csr, "Certificate", valid_until=UNTIL + timedelta(days=200))
    reviewing.accept(request=made, actor=cast.manager, **at(TODAY))
    row.refresh_from_db()
    assert row.end == "renewed"


def test_we_prepare_a_request_from_the_page(cast: Cast, kind: DocumentKind, visit: Visit) -> None:
    before = accepted(cast, kind)
    row = Renewal.objects.get()
    manager = visit(cast.manager)
    page = text(manager.get(f"/renewals/{row.pk}/"))
    assert "Aktsomhetsvurderinger" in page
    assert "Prepare a request" in page
    manager.post(f"/renewals/{row.pk}/ask/")
    made = DocumentRequest.objects.exclude(pk=before.pk).get()
    assert (made.status, made.created_by, made.due_reason) == ("draft", cast.manager, "The present documentation is valid until then.")
    assert visit(cast.csr).post(f"/renewals/{row.pk}/ask/").status_code == 403
    assert visit(cast.csr_polar).get(f"/renewals/{row.pk}/").status_code == 404
    told = set(History.objects.filter(object_type="renewal").values_list("verb", flat=True))
    assert told == {"create", "ask"}
