"""“I have this”: somebody of ours answers for a case until a day; it leaves a trace, and the mails of an escalation offer it."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from core.errors import Invalid, NotAllowed, WrongState
from core.models import History
from notifications import deadlines, rendering, taking, timeline
from notifications.links import Link
from notifications.models import Deadline, Delivery
from tests import factories
from tests.cast import Cast, SignIn
from tests.factories import NOW, TODAY
from tests.notifications.engine import open_request

DAY = timedelta(days=1)
FRIDAY_BEFORE_PALM_SUNDAY = date(2026, 3, 27)


@pytest.fixture(autouse=True)
def monday_morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def take(deadline: Deadline, actor: Any, until: date = TODAY + 7 * DAY, **fields: Any) -> None:
    taking.take(deadline=deadline, until=until, actor=actor, today=TODAY, now=NOW, **fields)


def test_the_usual_time_is_five_working_days_easter_not_counted() -> None:
    assert taking.usual_until(TODAY) == date(2026, 3, 9)
    assert taking.usual_until(FRIDAY_BEFORE_PALM_SUNDAY) == date(2026, 4, 8)


def test_whoever_manages_the_agreement_takes_it_and_everybody_of_ours_sees_who(cast: Cast) -> None:
    deadline = open_request(cast)
    take(deadline, cast.manager, note="Ringer dem i morgen.")
    assert (deadline.taken_until, deadline.taken_by) == (TODAY + 7 * DAY, cast.manager.person)
    row = History.objects.get(object_id=deadline.pk, verb="take_case")
    assert (row.changes["until"], row.changes["note"], row.is_internal) == ("2026-03-09", "Ringer dem i morgen.", True)
    entry = next(entry for entry in timeline.of([deadline.pk], viewer=cast.reader) if "has this" in entry["title"])
    assert (entry["title"], entry["text"]) == ("Maja Forvalter has this until 9 March 2026", "Ringer dem i morgen.")
    assert not [entry for entry in timeline.of([deadline.pk], viewer=cast.csr) if "has this" in entry["title"]]


def test_it_is_said_of_the_case_so_that_all_its_open_deadlines_rest(cast: Cast) -> None:
    deadline, other = open_request(cast), open_request(cast)
    review = deadlines.open_new(
        kind="document_review",
        about_id=deadline.about_id,
        title="x",
        scope=cast.pc.pk,
        organisation=cast.cpb,
        turn="cpb",
        starts_on=TODAY,
        due_on=TODAY + 7 * DAY,
        brief={},
        now=NOW,
    )
    assert taking.clock_among(Deadline.objects.filter(about_id=deadline.about_id)) == review
    take(deadline, cast.section)
    review.refresh_from_db()
    other.refresh_from_db()
    assert (review.taken_by, other.taken_by) == (cast.section.person, None)
    taking.release(deadline=review, actor=cast.manager, now=NOW)
    deadline.refresh_from_db()
    assert (deadline.taken_until, deadline.taken_by) == (None, None)
    assert History.objects.get(verb="release_case").changes["before"] == "Solveig Seksjon"


def test_at_most_thirty_days_never_backwards_and_only_what_is_open(cast: Cast) -> None:
    deadline = open_request(cast)
    for until in (TODAY - DAY, TODAY + 31 * DAY):
        with pytest.raises(Invalid):
            take(deadline, cast.manager, until)
    take(deadline, cast.manager, TODAY)
    take(deadline, cast.deputy, TODAY + 30 * DAY)
    assert deadline.taken_by == cast.deputy.person
    taking.release(deadline=deadline, actor=cast.deputy, now=NOW)
    with pytest.raises(WrongState):
        taking.release(deadline=deadline, actor=cast.deputy, now=NOW)
    deadlines.close(deadline, now=NOW)
    with pytest.raises(WrongState):
        take(deadline, cast.manager)


@pytest.mark.parametrize("name", ["reader", "specialist", "other_manager", "csr", "agency"])
def test_who_does_not_manage_it_cannot_take_it(cast: Cast, name: str) -> None:
    deadline = open_request(cast)
    with pytest.raises(NotAllowed):
        take(deadline, getattr(cast, name))


def test_on_the_pages(cast: Cast, sign_in: SignIn) -> None:
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    address = f"/deadlines/{it.deadline_id}/take/"
    browser = sign_in(cast.manager)
    for page in (f"/document-requests/{it.pk}/", "/deadlines/?view=open"):
        assert address in browser.get(page).content.decode()
        assert address not in sign_in(cast.reader).get(page).content.decode()
    form = browser.get(address).content.decode()
    assert "2026-03-09" in form
    assert browser.post(address, {"until": "2027-01-01"}).status_code == 422
    answer = browser.post(address, {"until": "2026-03-06", "note": ""}, follow=True)
    assert answer.request["PATH_INFO"] == f"/document-requests/{it.pk}/"
    assert "Maja Forvalter har denne til" in answer.content.decode()
    assert "Maja Forvalter har denne til" in sign_in(cast.reader).get("/deadlines/?view=open").content.decode()
    assert browser.post(f"/deadlines/{it.deadline_id}/release/", {"next": "/deadlines/?view=open"})["Location"] == "/deadlines/?view=open"
    assert Deadline.objects.get(pk=it.deadline_id).taken_by is None


def test_over_the_api(cast: Cast, sign_in: SignIn) -> None:
    deadline = open_request(cast)
    address, browser = f"/api/v1/deadlines/{deadline.pk}/", sign_in(cast.manager)
    answer = browser.post(f"{address}take/", {"until": "2026-03-06", "note": "Ringer."}, content_type="application/json")
    assert answer.status_code == 200
    assert (answer.json()["taken_until"], answer.json()["taken_by"]) == ("2026-03-06", "Maja Forvalter")
    assert sign_in(cast.csr).get(address).json()["taken_by"] is None, "who of ours has it is ours to know"
    wrong = browser.post(f"{address}take/", {"until": "2026-05-06"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "until")
    assert browser.post(f"{address}release/").json()["taken_until"] is None
    assert browser.post(f"{address}release/").status_code == 409
    assert sign_in(cast.specialist).post(f"{address}take/", {"until": "x"}, content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    ("kind", "role", "offered"),
    [("escalation_to_owner", "owner", True), ("review_overdue", "section_head", True), ("review_waiting", "manager", False)],
)
def test_the_mail_of_an_escalation_offers_it(cast: Cast, kind: str, role: str, offered: bool) -> None:
    deadline = open_request(cast)
    line = Delivery(
        kind=kind,
        person=cast.owner.person,
        organisation=cast.cpb,
        deadline=deadline,
        role=role,
        due_on=TODAY,
        created_at=NOW,
        context=deadline.brief,
    )
    mail = rendering.render(person=cast.owner.person, lines=[line], line_links={line.pk: Link("https://x.example/")})
    for text in (mail.text, mail.html):
        assert (f"/deadlines/{deadline.pk}/take/" in text) is offered
