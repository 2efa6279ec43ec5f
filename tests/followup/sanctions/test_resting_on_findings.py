"""A sanction case rests on findings: facts of the letter, their mails as proof that the supplier was told, and links on both pages."""

from datetime import date, timedelta
from functools import partial

import pytest
import time_machine

from core.errors import Invalid, WrongState
from followup import proofs
from followup.models import ContactEntry, Finding, Sanction
from followup.services import finding_disputes, hearings, sanction_decisions, sanctions
from notifications import delivery
from tests.cast import Cast
from tests.contracts.pages import filled, text
from tests.followup.conftest import Visit
from tests.followup.findings.stories import logged
from tests.followup.findings.stories import page_of as finding_page_of
from tests.followup.sanctions.stories import page_of
from tests.walking import at, walk

OVERDUE = date(2026, 6, 3)
"""Two days after a serious finding of 2 March was to be put right."""


def test_what_is_overdue_is_chosen_and_its_reminders_prove_it(cast: Cast, visit: Visit) -> None:
    found = logged(cast)
    delivery.deliver(clock=partial(at, date(2026, 3, 2)), is_any_time=True)
    for day in (date(2026, 5, 18), date(2026, 6, 2)):
        walk(day, day)
    begun = f"/sanctions/new/?framework={cast.pc.pk}&supplier={cast.nordvare.pk}&means=plan&clause={cast.clause.pk}"
    with time_machine.travel(at(OVERDUE), tick=False):
        browser = visit(cast.manager)
        draft = filled(browser.get(begun))
        assert draft["findings"] == [str(found.pk)]
        assert "finding no. 1" in draft["facts"][0].lower() or "avvik nr. 1" in draft["facts"][0]
        browser.post(begun, draft)
        case = found.sanctions.get()
        assert proofs.has_delivered_reminder(proofs.proofs_for_sanction(case))
        assert found.title in text(browser.get(page_of(case)))
        assert page_of(case) in browser.get(finding_page_of(found)).content.decode()
        theirs = visit(cast.csr)
        assert page_of(case) not in theirs.get(finding_page_of(found)).content.decode(), "until it is heard the case is ours"
        hearings.hear(sanction=case, actor=cast.manager, now=at(OVERDUE), today=OVERDUE)
        assert page_of(case) in theirs.get(finding_page_of(found)).content.decode()
        assert found.title in text(theirs.get(page_of(case)))


def test_what_the_supplier_does_not_know_or_was_withdrawn_proves_nothing(cast: Cast) -> None:
    withdrawn = logged(cast)
    finding_disputes.withdraw(finding=withdrawn, grounds="A misreading.", actor=cast.owner, now=at(OVERDUE), today=OVERDUE)
    for finding in (withdrawn, logged(cast, told=False)):
        with pytest.raises(Invalid):
            sanctions.propose(
                framework=cast.pc,
                supplier=cast.nordvare,
                means="plan",
                clause=cast.clause,
                findings=[finding],
                actor=cast.manager,
                now=at(OVERDUE),
                today=OVERDUE,
            )


def resting_on(cast: Cast, *found: Finding) -> Sanction:
    at_once = {"actor": cast.manager, "now": at(OVERDUE), "today": OVERDUE}
    place = {"framework": cast.pc, "supplier": cast.nordvare, "clause": cast.clause}
    return sanctions.propose(means="plan", findings=found, **place, **at_once)


def test_what_is_withdrawn_on_the_way_is_no_ground_any_more(cast: Cast, visit: Visit) -> None:
    one, other = logged(cast), logged(cast)
    for day in (date(2026, 3, 2), date(2026, 5, 18), date(2026, 6, 2)):
        walk(day, day)
    case = resting_on(cast, one, other)
    finding_disputes.withdraw(finding=one, grounds="A misreading.", actor=cast.owner, now=at(OVERDUE), today=OVERDUE)
    with time_machine.travel(at(OVERDUE), tick=False):
        page = text(visit(cast.manager).get(page_of(case)))
    assert "Withdrawn since the case was begun: finding no. 1." in page
    assert "Hear the supplier" not in page
    hear = {"sanction": case, "actor": cast.manager, "now": at(OVERDUE), "today": OVERDUE}
    with pytest.raises(WrongState, match=r"finding no\. 1"):
        hearings.hear(**hear)
    sanctions.edit(sanction=case, findings=[other], actor=cast.manager, now=at(OVERDUE), today=OVERDUE)
    hearings.hear(**hear)
    finding_disputes.withdraw(finding=other, grounds="A misreading.", actor=cast.owner, now=at(OVERDUE), today=OVERDUE)
    after = OVERDUE + timedelta(days=40)
    decide = {"sanction": case, "grounds": "x", "actor": cast.owner, "now": at(after), "today": after}
    with pytest.raises(WrongState, match="Everything that the case rests on"):
        sanction_decisions.decide(outcome="imposed", **decide)
    sanction_decisions.decide(outcome="not_imposed", **decide)


def test_an_old_reminder_proves_nothing_about_what_was_found_since(cast: Cast) -> None:
    case = resting_on(cast, logged(cast))
    place = {"framework": cast.pc, "supplier": cast.nordvare, "kind": "call", "text": "Rang.", "is_reminder": True}
    for said_on, counts in ((date(2026, 3, 1), False), (date(2026, 3, 2), True)):
        ContactEntry.objects.create(**place, happened_on=said_on, written_by=cast.manager, written_at=at(said_on))
        assert proofs.has_delivered_reminder(proofs.proofs_for_sanction(case)) is counts
