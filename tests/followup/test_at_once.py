"""Two people who opened the same thing before either pressed a button: it happens once, and the second hears that it has changed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connections, models

from core.errors import WrongState
from core.models import History
from followup.models import Audit, Meeting, Sanction, Sharing, Site
from followup.services import (
    audit_outcomes,
    audit_records,
    audit_reporting,
    audit_teams,
    audits,
    finding_closing,
    hearings,
    meeting_actions,
    meetings,
    minutes,
    report_comments,
    report_finishing,
    sanction_decisions,
    sanctions,
    sharing_consents,
    sharings,
    sites,
)
from notifications import delivery, taking
from notifications.models import Deadline, Delivery, MailEvent, Message
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.audit_reports import stories as reports
from tests.followup.audits.stories import AT, announced, planned
from tests.followup.findings.stories import clocks, logged
from tests.followup.meetings import stories as meeting_stories
from tests.followup.sanctions.stories import AFTER, START, heard_by_letter
from tests.followup.shared_results.stories import drafted
from tests.followup.sheets import stories as sheet_stories
from tests.walking import at

Act = Callable[[Any], Any]
LATER = TODAY + timedelta(days=60)


def of_two(row: models.Model, first: Act, second: Act) -> int:
    """Both have read it; one acts, then the other is refused. How many lines of history the first has written."""
    one, other = (type(row)._base_manager.get(pk=row.pk) for _each in "12")
    first(one)
    before = History.objects.count(), Delivery.objects.count()
    with pytest.raises(WrongState) as refused:
        second(other)
    assert len(str(refused.value)) > 20, "the other hears why"
    assert (History.objects.count(), Delivery.objects.count()) == before, "and leaves nothing behind"
    return before[0]


def test_minutes_are_confirmed_objected_to_or_settled_once(cast: Cast) -> None:
    theirs, ours = {"actor": cast.csr, **AT}, {"actor": cast.owner, **AT}
    confirm = lambda it: minutes.confirm(meeting=it, version=1, **theirs)  # noqa: E731
    object_ = lambda it: minutes.object_(meeting=it, objection="May.", version=1, **theirs)  # noqa: E731
    settle = lambda it: minutes.settle(meeting=it, reason="No answer.", **ours)  # noqa: E731
    for first, second in ((confirm, confirm), (confirm, object_), (object_, confirm), (object_, settle), (settle, confirm)):
        it = meeting_stories.planned(cast)
        meeting_stories.sent(cast, it)
        of_two(it, first, second)


def test_what_was_agreed_is_done_once(cast: Cast) -> None:
    it = meeting_stories.planned(cast)
    meeting_stories.sent(cast, it)
    theirs = it.actions.get(side="supplier").pk

    def finish(meeting: Meeting, note: str) -> None:
        meeting_actions.finish(meeting=meeting, action=theirs, note=note, actor=cast.csr, **AT)

    of_two(it, partial(finish, note="Sent."), partial(finish, note="Sent too."))
    assert it.actions.get(side="supplier").note == "Sent."


def test_a_meeting_that_was_moved_meanwhile_is_called_off_as_it_stands(cast: Cast) -> None:
    it = meeting_stories.planned(cast)
    meetings.invite(meeting=it, actor=cast.manager, **AT)
    opened = Meeting.objects.get(pk=it.pk)
    meetings.edit(meeting=it, place="Room 4", actor=cast.manager, **AT)
    meetings.cancel(meeting=opened, reason="Ill.", actor=cast.owner, **AT)
    assert Meeting.objects.get().revision == 2, "calendars take the later one"


def test_a_day_that_was_moved_meanwhile_is_the_one_that_is_announced(cast: Cast) -> None:
    it = planned(cast)
    opened = Audit.objects.select_related("deadline").get(pk=it.pk)
    audits.edit(audit=it, planned_on=LATER, why="Ill.", actor=cast.manager, **AT)
    audits.announce(audit=opened, actor=cast.owner, **AT)
    told = Delivery.objects.get(kind="audit_announced").context
    assert LATER.isoformat() in str(told)


def test_an_audit_is_announced_or_called_off_and_not_both(cast: Cast) -> None:
    ours: dict[str, Any] = {"actor": cast.owner, **AT}
    of_two(planned(cast), lambda it: audits.announce(audit=it, **ours), lambda it: audits.cancel(audit=it, reason="Ill.", **ours))
    of_two(planned(cast), lambda it: audits.cancel(audit=it, reason="Ill.", **ours), lambda it: audits.announce(audit=it, **ours))
    of_two(
        announced(cast),
        lambda it: audits.cancel(audit=it, reason="Ill.", **ours),
        lambda it: audit_outcomes.log(audit=it, performed_on=TODAY, result="breaches", **ours),
    )


def test_a_comment_that_arrives_while_the_limit_is_ended_is_not_lost(cast: Cast) -> None:
    late = {"now": NOW + timedelta(days=30), "today": TODAY + timedelta(days=30)}
    end = lambda it: audit_reporting.end_comments(report=it, actor=cast.manager, **late)  # noqa: E731
    submit = lambda it: report_comments.submit(report=it, actor=cast.csr, **late)  # noqa: E731
    move = lambda it: audit_reporting.move_limit(report=it, due_on=LATER, why="Holiday.", actor=cast.owner, **late)  # noqa: E731
    for first, second in ((submit, end), (end, submit), (submit, move), (move, end)):
        it = reports.sent(cast)
        reports.said_of(cast, it)
        of_two(it, first, second)


def test_a_report_is_made_final_once(cast: Cast) -> None:
    it = reports.commented(cast)
    reports.answered(cast, it)
    finish = lambda report: report_finishing.finish(report=report, actor=cast.manager, **AT)  # noqa: E731
    of_two(it, finish, finish)
    assert Delivery.objects.filter(kind="audit_reported", person=cast.csr.person).count() == 1
    assert it.files.filter(stage="final").count() == 2, "one PDF, one Word"


def test_what_is_written_after_the_audit_is_closed_does_not_get_into_its_sheet(cast: Cast) -> None:
    sheet = sheet_stories.begun(cast)
    question = sheet.checklists.get().version.questions.first()
    assert question is not None
    opened = type(sheet).objects.select_related("audit").get(pk=sheet.pk)
    assert opened.audit.status == "planned"
    audits.cancel(audit=Audit.objects.get(), reason="Ill.", actor=cast.manager, **AT)
    with pytest.raises(WrongState, match="stays there"):
        sheet_stories.sheet_merging.merge(
            sheet=opened, entries=[sheet_stories.entry(question, "x", part="note")], actor=cast.manager, now=NOW
        )


def test_what_was_written_by_mistake_is_struck_out_once(cast: Cast) -> None:
    it = logged(cast)
    ours: dict[str, Any] = {"actor": cast.manager, "now": NOW}
    effect = finding_closing.record_effect(finding=it, what="workers", amount=Decimal(4), method="Pay slips.", today=TODAY, **ours)
    of_two(
        effect, lambda row: finding_closing.strike_effect(effect=row, **ours), lambda row: finding_closing.strike_effect(effect=row, **ours)
    )
    audit = planned(cast)
    cost = audit_records.add_cost(audit=audit, kind="travel", spent_on=TODAY, amount=Decimal(100), today=TODAY, **ours)
    of_two(cost, lambda row: audit_records.remove_cost(cost=row, **ours), lambda row: audit_records.remove_cost(cost=row, **ours))
    member = audit_teams.add(audit=audit, role="observer", name="Ola Observatør", **ours)
    of_two(member, lambda row: audit_teams.remove(member=row, **ours), lambda row: audit_teams.remove(member=row, **ours))


def test_a_site_that_the_supplier_takes_back_is_not_confirmed(cast: Cast) -> None:
    it = sites.suggest(supplier=cast.nordvare, name="Fabrikk", country="VN", actor=cast.csr, **AT)
    of_two(
        it,
        lambda site: sites.remove(site=site, actor=cast.csr, now=NOW),
        lambda site: sites.confirm(site=site, actor=cast.manager, now=NOW),
    )
    assert not Site.objects.exists()


def test_what_is_shared_is_what_the_supplier_is_told(cast: Cast) -> None:
    it = drafted(cast)
    opened = Sharing.objects.get(pk=it.pk)
    sharings.edit(sharing=it, purpose="Another purpose.", body_name="Et annet organ", actor=cast.manager, now=NOW)
    sharings.share(sharing=opened, actor=cast.manager, **AT)
    told = Delivery.objects.filter(kind="sharing_begun").values_list("context", flat=True)
    assert {context["body"] for context in told} == {"Et annet organ"}


def test_a_consent_is_given_refused_or_no_longer_asked_for(cast: Cast) -> None:
    give = lambda it: sharing_consents.give(sharing=it, actor=cast.csr, **AT)  # noqa: E731
    refuse = lambda it: sharing_consents.refuse(sharing=it, actor=cast.csr, **AT)  # noqa: E731
    end = lambda it: sharings.end(sharing=it, reason="Not needed.", actor=cast.manager, **AT)  # noqa: E731
    by = {"consent_by": "Nora", "consent_on": TODAY}
    register = lambda it: sharing_consents.register(sharing=it, actor=cast.manager, **by, **AT)  # noqa: E731
    it = drafted(cast, basis="consent")
    audit = it.audits.get()
    for first, second in ((give, refuse), (refuse, give), (give, register), (end, refuse)):
        it = drafted(cast, audit, basis="consent")
        sharing_consents.ask(sharing=it, actor=cast.manager, **AT)
        of_two(it, first, second)


def test_a_critical_finding_is_taken_by_one(cast: Cast) -> None:
    meeting = clocks(logged(cast, "critical"))["meeting"]
    until = TODAY + timedelta(days=2)
    take = lambda it, actor: taking.take(deadline=it, until=until, actor=actor, **AT)  # noqa: E731
    of_two(meeting, partial(take, actor=cast.owner), partial(take, actor=cast.deputy))
    meeting.refresh_from_db()
    assert meeting.taken_by == cast.owner.person
    take(Deadline.objects.get(pk=meeting.pk), cast.deputy)
    meeting.refresh_from_db()
    assert meeting.taken_by == cast.deputy.person, "who has seen that another has it may take it over"


def test_a_sanction_is_decided_answered_or_dropped_once(cast: Cast) -> None:
    then: dict[str, Any] = {"now": at(AFTER), "today": AFTER}
    impose = lambda it: sanction_decisions.decide(sanction=it, outcome="imposed", grounds="G.", actor=cast.owner, **then)  # noqa: E731
    decline = lambda it: sanction_decisions.decide(sanction=it, outcome="not_imposed", grounds="G.", actor=cast.section, **then)  # noqa: E731
    drop = lambda it: sanctions.drop(sanction=it, reason="It came.", actor=cast.manager, **then)  # noqa: E731
    reply = lambda it: hearings.send_reply(sanction=it, text="We do.", actor=cast.csr, **then)  # noqa: E731
    with time_machine.travel(at(AFTER), tick=False):
        for first, second in ((impose, impose), (impose, decline), (decline, drop), (drop, impose), (reply, impose), (impose, reply)):
            of_two(heard_by_letter(cast), first, second)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_a_letter_that_came_back_goes_another_way_once(cast: Cast) -> None:
    """Both look whether it came back, both make the PDF, and then one is first."""
    with time_machine.travel(at(START), tick=False):
        it = heard_by_letter(cast)
        delivery.deliver(clock=lambda: at(START))
        for message in Message.objects.all():
            MailEvent.objects.create(message=message, kind="bounced", at=at(START), source="mailbox")
        gate = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            said = sorted(pool.map(partial(_by_post, it, gate), (cast.manager, cast.owner)))
    assert said[0] == ""
    assert said[1], "the other hears why"
    assert sorted(it.letters.values_list("how", flat=True)) == ["portal", "post"]
    assert History.objects.filter(object_id=it.pk, verb="hear").count() == 2


def _by_post(it: Sanction, gate: Barrier, actor: Any) -> str:
    try:
        opened = Sanction.objects.get(pk=it.pk)
        gate.wait(10)
        hearings.hear(sanction=opened, actor=actor, now=at(START), today=START, how="post", sent_on=START)
    except WrongState as error:
        return str(error)
    finally:
        connections.close_all()
    return ""
