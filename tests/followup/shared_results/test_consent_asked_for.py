"""A consent that is asked for is waited for: the supplier is reminded, silence is nobody's yes, and an answer ends everything."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from core.errors import NotAllowed
from followup.models import Sharing
from followup.services import sharing_clocks, sharing_consents, sharings
from notifications.models import Deadline, Delivery
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import TODAY
from tests.followup.audits.stories import AT, on
from tests.followup.conftest import Visit
from tests.followup.shared_results.stories import ELSEWHERE, audited, drafted, shared
from tests.walking import walk

LIMIT = date(2026, 3, 16)  # ten working days
DAY = timedelta(days=1)


def asked(cast: Cast, **fields: object) -> Sharing:
    it = drafted(cast, audited(cast), basis="consent", **fields)
    sharing_consents.ask(sharing=it, actor=cast.manager, **AT)
    return it


def told(kind: str) -> set[str]:
    return set(Delivery.objects.filter(kind=kind, cancelled_at=None).values_list("person__email", flat=True))


@pytest.mark.both
def test_silence_is_reminded_of_and_ends_with_a_person(cast: Cast) -> None:
    it = asked(cast)
    deadline = Deadline.objects.open().get(about_id=it.pk)
    assert (deadline.kind, deadline.turn, deadline.organisation, deadline.due_on) == ("sharing_consent", "supplier", cast.nordvare, LIMIT)
    walk(TODAY, LIMIT + 9 * DAY)
    assert cast.csr.email in told("sharing_due") & told("sharing_overdue")
    task = Deadline.objects.open().get(about_id=it.pk, kind="follow_up")
    assert (task.brief["task"], told("sharing_silent")) == ("sharing_silent", {cast.manager.email})
    it.refresh_from_db()
    assert it.status == "asked", "silence is no yes"
    sharing_consents.give(sharing=it, actor=cast.csr, **on(LIMIT + 10 * DAY))
    assert not Deadline.objects.open().filter(about_id=it.pk).exists(), "answered, nobody has anything to do"


def test_who_asked_hears_of_the_silence_and_a_withdrawn_question_ends_it(cast: Cast, visit: Visit) -> None:
    it = drafted(cast, audited(cast), basis="consent")
    sharing_consents.ask(sharing=it, actor=cast.admin, **AT)
    walk(TODAY, LIMIT + 9 * DAY)
    sharing_clocks.sweep(**on(LIMIT + 9 * DAY))
    assert told("sharing_silent") == {cast.manager.email, cast.admin.email}
    admin = visit(cast.admin)
    assert "See the sharing" in text(admin.get("/")), "it is a task of whoever asked"
    Deadline.objects.filter(about_id=it.pk, kind="sharing_consent").update(due_on=TODAY - DAY)
    assert "Silence is no consent" in text(admin.get(f"/sharings/{it.pk}/"))
    sharings.end(sharing=it, reason="Ikke lenger aktuelt.", actor=cast.admin, **on(LIMIT + 9 * DAY))
    assert not Deadline.objects.open().filter(about_id=it.pk).exists()
    assert "See the sharing" not in text(admin.get("/"))
    assert told("sharing_unasked")
    assert not told("sharing_ended"), "nothing was ever shared"
    page = text(visit(cast.csr).get(f"/sharings/{it.pk}/"))
    assert "Not shared with Fylkesinnkjøp" in page
    assert "Ikke lenger aktuelt." in page


def test_the_supplier_finds_it_on_its_start_page_and_first_in_who_has_access(cast: Cast, visit: Visit) -> None:
    shared(cast, audited(cast), body_name="Statens vegvesen")
    it = asked(cast)
    theirs = visit(cast.csr)
    start = text(theirs.get("/", follow=True))
    assert f"share results about you with {ELSEWHERE[0]}" in start
    shown = text(theirs.get("/sharings/"))
    assert shown.index("Read and answer") < shown.index("Statens vegvesen")
    assert "Read and answer" not in text(visit(cast.sales).get("/sharings/")), "who may not answer is told who does"
    theirs.get(f"/sharings/{it.pk}/")
    assert Deadline.objects.get(about_id=it.pk).seen_at is not None
    theirs.post(f"/sharings/{it.pk}/refuse/", {"answer": ""})
    assert "Waits for your answer" not in text(theirs.get("/sharings/"))
    assert "share results about you" not in text(theirs.get("/", follow=True))


def test_the_contractual_representative_may_answer_and_others_of_the_supplier_not(cast: Cast) -> None:
    it = asked(cast)
    with pytest.raises(NotAllowed):
        sharing_consents.give(sharing=it, actor=cast.sales, **AT)
    factories.role(cast.pc, cast.nordvare, "representative", cast.sales.person)
    sharing_consents.give(sharing=it, actor=User.objects.get(pk=cast.sales.pk), **AT)
    assert it.status == "active"


def test_the_last_days_are_told_once(cast: Cast) -> None:
    last = TODAY + 60 * DAY
    it = shared(cast, ends_on=last)
    sharing_clocks.sweep(**on(TODAY + 5 * DAY))
    assert not told("sharing_ending")
    for day in (40, 50, 61, 62):
        sharing_clocks.sweep(**on(TODAY + day * DAY))
    assert Delivery.objects.filter(kind="sharing_ending", about_id=it.pk).count() == 1
    assert Delivery.objects.filter(kind="sharing_over", person=cast.csr.person).count() == 1
