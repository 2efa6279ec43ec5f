"""A meeting with a supplier: planned, invited to, held, its minutes confirmed or objected to, and what was agreed done."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from icalendar import Calendar

from accounts.models import Person, User
from core.errors import Invalid, NotAllowed, WrongState
from core.models import History
from followup import supplier_pack
from followup.models import ContactEntry, Finding, Meeting, MeetingAction, MeetingFile
from followup.services import meeting_actions, meeting_agenda, meetings, minutes
from followup.services.meeting_actions import NewAction
from notifications import delivery
from notifications.channels import email
from notifications.models import Deadline, Delivery, Message
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit, jpeg, pdf
from tests.followup.findings.stories import clocks, logged
from tests.followup.meetings.stories import HELD, OURS, STARTS, THEIRS, fresh, held, page_of, planned, sent
from tests.walking import at, walk


def open_kinds(it: Meeting) -> set[str]:
    return set(Deadline.objects.open().filter(about_id=it.pk).values_list("kind", flat=True))


def test_from_the_agenda_to_confirmed_minutes(cast: Cast, visit: Visit, clock: time_machine.Traveller) -> None:
    """The whole way over HTTP, as both sides walk it."""
    logged(cast)
    manager = visit(cast.manager)
    which = {"kind": "status", "framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk)}
    offered = text(manager.get("/meetings/new/"))
    assert (cast.pc.title in offered, cast.office.title in offered) == (True, False), "no agreement on which one may not"
    begun = manager.post("/meetings/new/", which)["Location"]
    form: dict[str, Any] = {**filled(manager.get(begun))}
    assert "Finding: Four workers were not paid overtime in June – by 1 June 2026" in form["agenda"][0]
    form |= {"day": "2026-03-09", "time": "10:00", "theirs": [str(cast.csr.person_id)], "theirs_others": "Arne Advokat"}
    manager.post(begun, form)
    it = Meeting.objects.get()
    assert visit(cast.csr).get(page_of(it)).status_code == 404, "nobody has told the supplier"
    manager.post(page_of(it, "invite"))
    walk(TODAY, TODAY)
    told = Message.objects.filter(lines__kind="meeting_invited")
    assert {message.person for message in told} == {cast.csr.person, cast.manager.person}
    assert "Put it into my calendar" in text(visit(cast.csr).get(page_of(it)))
    assert f"{cast.csr.person.name} (gets no mail)" not in text(manager.get(page_of(it)))
    Person.objects.filter(pk=cast.csr.person_id).update(undeliverable_since=NOW)
    assert f"{cast.csr.person.name} (gets no mail)" in text(manager.get(page_of(it)))
    Person.objects.filter(pk=cast.csr.person_id).update(undeliverable_since=None)

    clock.move_to(at(HELD) + timedelta(hours=4))
    assert "Write the minutes" in text(manager.get(page_of(it)))
    rows = {
        "items-TOTAL_FORMS": "1",
        "items-INITIAL_FORMS": "0",
        "items-0-side": "supplier",
        "items-0-text": "Send the list.",
        "items-0-due_on": "1.4.2026",
    }
    form = {**filled(manager.get(page_of(it, "minutes"))), "text": "We spoke of wages.", **rows}
    early = manager.post(page_of(it, "minutes"), {**form, "items-0-due_on": "1.3.2026"})
    assert "This is before the meeting." in text(early)
    assert "kept as a draft" in said(manager.post(page_of(it, "minutes"), form, follow=True))
    assert "We spoke of wages." not in text(visit(cast.csr).get(page_of(it)))
    manager.post(page_of(it, "minutes", "send"))
    theirs = visit(cast.csr)
    assert "We spoke of wages." in text(theirs.get(page_of(it)))
    assert visit(cast.sales).post(page_of(it, "minutes", "confirm")).status_code == 403
    assert theirs.post(page_of(it, "minutes", "object"), {"objection": " "}).status_code == 422
    start = text(theirs.get("/", follow=True))
    assert "Please confirm by" in start
    theirs.post(page_of(it, "minutes", "confirm"))
    assert fresh(it).status == "confirmed"
    start = text(theirs.get("/", follow=True))
    assert ("Please confirm by" in start, "Send the list." in start) == (False, True)
    action = MeetingAction.objects.get()
    answer = theirs.post(page_of(it, "actions", str(action.pk), "done"), {"note": "Sent today.", "files": [pdf(), jpeg()]}, follow=True)
    assert "Marked as done." in said(answer)
    assert "report.pdf" in text(manager.get(page_of(it)))
    small = f"/meeting-files/{MeetingFile.objects.get(content_type='image/jpeg').pk}/small/"
    for who in (manager, theirs):
        assert f'src="{small}" alt="Photo: hall.jpg"' in who.get(page_of(it)).content.decode()
        assert who.get(small).status_code == 204, "no picture in that file: its name is shown"
    assert open_kinds(it) == set()
    assert ContactEntry.objects.get().with_whom == f"Arne Advokat, {cast.csr.person.name}"


@pytest.mark.both
def test_the_invitation_carries_an_entry_that_follows_changes(cast: Cast, meeting: Meeting, monkeypatch: Any) -> None:
    mails: list[email.Mail] = []

    def send(_connection: email.Connection, mail: email.Mail) -> float:
        mails.append(mail)
        return 0.0

    monkeypatch.setattr(email.Connection, "send", send)
    meetings.invite(meeting=meeting, actor=cast.manager, now=NOW, today=TODAY)
    walk(TODAY, TODAY)
    meetings.edit(
        meeting=fresh(meeting), starts_at=STARTS + timedelta(days=1), actor=cast.manager, now=at(TODAY + timedelta(days=1)), today=TODAY
    )
    walk(TODAY + timedelta(days=1), TODAY + timedelta(days=1))
    meetings.cancel(meeting=fresh(meeting), reason="Ill.", actor=cast.manager, now=at(TODAY + timedelta(days=2)), today=TODAY)
    walk(TODAY + timedelta(days=2), TODAY + timedelta(days=2))
    theirs = [mail for mail in mails if mail.recipient == cast.csr.email and mail.attachments]
    entries = [Calendar.from_ical(mail.attachments[0].content) for mail in theirs]
    events = [next(iter(entry.walk("VEVENT"))) for entry in entries]
    assert [entry["METHOD"] for entry in entries] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert len({event["UID"] for event in events}) == 1
    assert events[1]["DTSTART"].dt == STARTS + timedelta(days=1)
    assert not Deadline.objects.open().filter(about_id=meeting.pk).exists()


def test_a_change_is_told_once_to_whom_it_concerns(cast: Cast, meeting: Meeting) -> None:
    def told(on: date) -> dict[str, tuple[str, bool, bool]]:
        walk(on, on)
        kinds = ("meeting_invited", "meeting_cancelled")
        lines = Delivery.objects.filter(about_id=meeting.pk, kind__in=kinds, message__sent_at__date=on).select_related("person")
        assert len(lines) == len({line.person_id for line in lines}), "one mail each"
        return {line.person.email: (line.kind, *(bool(line.context.get(name)) for name in ("is_changed", "goes_on"))) for line in lines}

    def guests(*people: User) -> list[meetings.Guest]:
        return [meetings.Guest("cpb" if each.works_here else "supplier", each.person) for each in people]

    meetings.invite(meeting=meeting, actor=cast.manager, now=NOW, today=TODAY)
    told(TODAY)
    next_day, day_after = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    by = {"meeting": fresh(meeting), "actor": cast.manager}
    meetings.edit(**by, participants=guests(cast.manager, cast.sales), now=at(next_day), today=next_day)
    assert told(next_day) == {
        cast.sales.email: ("meeting_invited", False, False),
        cast.csr.email: ("meeting_cancelled", False, True),
    }, "for who stays nothing is another"
    moved = {"starts_at": STARTS + timedelta(hours=2), "place": "Room 4"}
    meetings.edit(**by, **moved, participants=guests(cast.manager, cast.csr), now=at(day_after), today=day_after)
    assert told(day_after) == {
        cast.manager.email: ("meeting_invited", True, False),
        cast.csr.email: ("meeting_invited", False, False),
        cast.sales.email: ("meeting_cancelled", False, True),
    }


def test_an_invitation_that_reaches_nobody_is_refused(cast: Cast) -> None:
    it = planned(cast, participants=[meetings.Guest("supplier", None, "Arne Advokat")])
    with pytest.raises(WrongState, match="Nobody on the list"):
        meetings.invite(meeting=it, actor=cast.manager, now=NOW, today=TODAY)


def test_a_critical_findings_meeting_is_met_by_it(cast: Cast) -> None:
    finding = logged(cast, "critical")
    assert "meeting" in clocks(finding)
    it = planned(cast, kind="leaders", findings=[finding])
    with pytest.raises(Invalid, match="not come yet"):
        minutes.write(meeting=it, text="Said.", actor=cast.manager, now=NOW, today=TODAY)
    minutes.write(meeting=it, text="Said.", held_on=TODAY, actor=cast.manager, now=NOW, today=TODAY)
    assert "meeting" not in clocks(Finding.objects.get(pk=finding.pk))
    assert History.objects.filter(object_id=finding.pk, verb="meet").exists()


@pytest.mark.both
def test_an_objection_is_kept_and_answered_with_corrected_minutes(cast: Cast, meeting: Meeting) -> None:
    sent(cast, meeting)
    assert open_kinds(meeting) == {"minutes", "meeting_action", "meeting_task"}
    it = fresh(meeting)
    minutes.object_(meeting=it, objection="It was May.", actor=cast.csr, now=at(HELD), today=HELD)
    assert open_kinds(it) == {"minutes_objection", "meeting_action", "meeting_task"}
    assert Delivery.objects.get(kind="minutes_objected").person == cast.manager.person
    theirs, ours = MeetingAction.objects.order_by("number")
    later = NewAction("supplier", "Send the list of all factories.", theirs.deadline.due_on + timedelta(days=5), id=theirs.pk)
    held(cast, fresh(meeting), text="It was May.", actions=[later])
    minutes.send(meeting=fresh(meeting), actor=cast.manager, now=at(HELD), today=HELD)
    with pytest.raises(WrongState, match="have been corrected since"):
        minutes.confirm(meeting=fresh(meeting), version=1, actor=cast.csr, now=at(HELD), today=HELD)
    minutes.confirm(meeting=fresh(meeting), actor=cast.csr, now=at(HELD), today=HELD)
    assert [(each.number, each.verdict, each.objection) for each in meeting.versions.all()] == [
        (1, "objected", "It was May."),
        (2, "confirmed", ""),
    ]
    theirs.refresh_from_db()
    ours.refresh_from_db()
    assert (theirs.text, theirs.deadline.due_on) == (later.text, later.due_on)
    assert ours.dropped_at is not None
    assert open_kinds(meeting) == {"meeting_action"}


def test_a_correction_counts_when_it_is_sent(cast: Cast, meeting: Meeting, visit: Visit) -> None:
    sent(cast, meeting)
    by = {"now": at(HELD), "today": HELD}
    minutes.object_(meeting=fresh(meeting), objection="It was May.", actor=cast.csr, **by)
    theirs, ours = MeetingAction.objects.order_by("number")
    was = theirs.deadline.due_on
    later = NewAction("supplier", "Send the list of all factories.", was + timedelta(days=5), "Nora Nordvare", id=theirs.pk)
    new = NewAction("cpb", "Visit the factory.", was)
    there = [each.pk for each in meeting.participants.filter(side="cpb")]
    changed = {"held_on": HELD - timedelta(days=1), "were_there": there, "actions": [later, new]}
    minutes.write(meeting=fresh(meeting), text="It was May.", actor=cast.manager, **changed, **by)

    theirs.refresh_from_db()
    ours.refresh_from_db()
    assert (theirs.text, theirs.deadline.due_on, ours.dropped_at) == (THEIRS.text, was, None), "what was sent counts until then"
    assert MeetingAction.objects.count() == 2
    assert fresh(meeting).held_on == HELD
    page = text(visit(cast.manager).get(page_of(meeting)))
    assert "Changed: Send the list of all factories. Nordvare AS, Nora Nordvare, by" in page
    assert "This counts when the minutes are sent." in page
    form = visit(cast.manager).get(page_of(meeting, "minutes"))
    assert filled(form)["items-0-text"] == [later.text], "who writes on goes on from what is held"
    assert "all factories" not in text(visit(cast.csr).get(page_of(meeting)))

    meeting_actions.finish(meeting=fresh(meeting), action=ours.pk, note="Sent.", actor=cast.manager, **by)
    minutes.send(meeting=fresh(meeting), actor=cast.manager, **by)
    theirs.refresh_from_db()
    ours.refresh_from_db()
    assert (theirs.text, theirs.deadline.due_on) == (later.text, later.due_on)
    assert (ours.dropped_at, ours.is_open) == (None, False), "done meanwhile, it stays done"
    assert open_kinds(meeting) == {"minutes", "meeting_action", "meeting_task"}
    assert fresh(meeting).held_on == changed["held_on"]
    told = minutes.latest(meeting)
    assert [each["what"] for each in told.changed] == ["held_on", "did_not_come", "did_not_come", "changed", "added"]
    assert told.held is None
    delivery.deliver(clock=lambda: at(HELD), is_any_time=True)
    mail = Message.objects.get(lines__kind="minutes_sent", lines__context__version=2, recipient=cast.csr.email)
    assert "Nytt: Visit the factory." in mail.text
    page = text(visit(cast.csr).get(page_of(meeting)))
    assert "New: Visit the factory." in page
    assert "Before: Send the list of factories." in page


def test_what_a_colleague_wrote_meanwhile_is_neither_lost_nor_sent_unread(cast: Cast, meeting: Meeting) -> None:
    began = minutes.mark_now(fresh(meeting))
    held(cast, meeting, text="We spoke of wages.")
    by = {"actor": cast.owner, "now": at(HELD), "today": HELD}
    with pytest.raises(Invalid) as refused:
        minutes.write(meeting=fresh(meeting), text="We spoke of trees.", held_on=HELD, read=began, **by)
    assert "We spoke of wages." in str(refused.value.errors[0].detail)
    read = minutes.mark_now(fresh(meeting))
    held(cast, fresh(meeting), text="We spoke of wages.", actions=[OURS])
    with pytest.raises(WrongState):
        minutes.send(meeting=fresh(meeting), read=read, **by)
    minutes.send(meeting=fresh(meeting), read=minutes.mark_now(fresh(meeting)), **by)
    assert fresh(meeting).status == "sent"


def test_what_is_agreed_is_not_due_before_the_meeting(cast: Cast, meeting: Meeting) -> None:
    with pytest.raises(Invalid) as refused:
        held(cast, meeting, actions=[OURS, replace(THEIRS, due_on=HELD - timedelta(days=1))])
    assert [fault.field for fault in refused.value.errors] == ["actions.1.due_on"]


def test_who_came_is_told_with_the_minutes(cast: Cast, meeting: Meeting, visit: Visit) -> None:
    meetings.invite(meeting=meeting, actor=cast.manager, now=NOW, today=TODAY)
    minutes.write(meeting=fresh(meeting), text="Hei.", held_on=HELD, were_there=[], actor=cast.manager, now=at(HELD), today=HELD)
    page = text(visit(cast.csr).get(page_of(meeting)))
    assert "Held on" not in page
    assert "was not there" not in page


def test_silence_is_no_yes(cast: Cast, meeting: Meeting) -> None:
    sent(cast, meeting)
    due = fresh(meeting).deadline.due_on
    walk(HELD, due + timedelta(days=9))
    kinds = set(Delivery.objects.filter(about_id=meeting.pk, person=cast.csr.person).values_list("kind", flat=True))
    assert {"minutes_sent", "minutes_due", "minutes_overdue"} <= kinds
    assert Deadline.objects.open().get(about_id=meeting.pk, kind="follow_up").brief["task"] == "minutes_silent"
    assert fresh(meeting).status == "sent"
    minutes.settle(meeting=fresh(meeting), reason="No answer.", actor=cast.manager, now=at(due), today=due)
    assert fresh(meeting).status == "unconfirmed"


def test_each_side_does_what_it_agreed_to(cast: Cast, meeting: Meeting) -> None:
    sent(cast, meeting)
    theirs, ours = MeetingAction.objects.order_by("number")
    assert (theirs.text, ours.text) == (THEIRS.text, OURS.text)
    by = {"now": at(HELD), "today": HELD}
    with pytest.raises(NotAllowed):
        meeting_actions.finish(meeting=fresh(meeting), action=ours.pk, note="Done.", actor=cast.csr, **by)
    with pytest.raises(Invalid):
        meeting_actions.finish(meeting=fresh(meeting), action=theirs.pk, note=" ", actor=cast.csr, **by)
    meeting_actions.finish(meeting=fresh(meeting), action=ours.pk, note="Sent.", actor=cast.manager, **by)
    walk(HELD, theirs.deadline.due_on + timedelta(days=16))
    told = set(Delivery.objects.filter(about_id=meeting.pk).values_list("kind", flat=True))
    assert {"meeting_action_due", "meeting_action_overdue"} <= told
    assert Deadline.objects.open().filter(kind="follow_up", brief__task="meeting_action_silent").exists()
    assert "meeting_task_due" not in told


def test_a_leaders_meeting_speaks_of_what_is_late(cast: Cast) -> None:
    factories.document_request(cast.pc, cast.nordvare, cast.manager, title="Late report", due_on=TODAY)
    factories.document_request(cast.pc, cast.nordvare, cast.manager, title="Coming report", due_on=TODAY + timedelta(days=30))
    about = {"framework": cast.pc, "supplier": cast.nordvare, "viewer": cast.manager, "today": TODAY + timedelta(days=1)}
    leaders, status = meeting_agenda.proposed(kind="leaders", **about), meeting_agenda.proposed(kind="status", **about)
    assert "Late report" in leaders
    assert "Coming report" not in leaders
    assert "Coming report" in status


def test_only_the_manager_of_the_agreement_plans(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        meetings.plan(
            framework=cast.pc,
            supplier=cast.nordvare,
            kind="status",
            starts_at=STARTS,
            agenda="A",
            actor=cast.other_manager,
            now=NOW,
            today=TODAY,
        )


def test_the_list_and_the_sheet(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        planned(cast, agenda=f"Point {number}")
    manager = visit(cast.manager)
    with django_assert_max_num_queries(12):
        page = text(manager.get("/meetings/?q=Nordvare"))
    assert "3 meetings" in page
    assert "Nothing matches" in text(manager.get("/meetings/?q=nobody"))
    answer: Any = manager.get("/meetings/sheet/csv/")
    assert b"".join(answer.streaming_content).decode("utf-8-sig").count("Room 3") == 3
    assert visit(cast.agency).get("/meetings/").status_code == 403


def test_the_supplier_on_one_page(cast: Cast, visit: Visit) -> None:
    found, _untold = logged(cast), logged(cast, told=False)
    found.obligations.update(verified="met", method="document", checked_on=TODAY)
    said = supplier_pack.words(cast.nordvare, framework=cast.pc, viewer=cast.manager, today=TODAY)
    bound = cast.pc.obligations.on(TODAY).filter(supplier=cast.nordvare).count()
    assert [each["value"] for each in said["figures"][:3:2]] == [f"0/{bound}", "0/1"], "as on the agreement's page; what it was told of"
    address = f"/suppliers/{cast.nordvare.pk}/pack/"
    answer: Any = visit(cast.manager).get(f"{address}?framework={cast.pc.pk}")
    content = BytesIO(b"".join(answer.streaming_content)).getvalue()
    assert content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in content
    assert visit(cast.csr).get(address).status_code == 403
    pack = supplier_pack.words(cast.nordvare, framework=None, viewer=cast.manager, today=TODAY)
    long = ["Workers at the factory are not paid for overtime " * 3] * 4
    pack |= {"open": [long] * supplier_pack.MOST_OPEN, "requirements": [long] * supplier_pack.MOST_REQUIREMENTS}
    pack |= {"open_more": "And 60 more.", "requirements_more": "And 9 more.", "audits": [long[:3]] * supplier_pack.MOST_AUDITS}
    assert b"/Type/Pages/Count 1/" in supplier_pack.made(pack).content.read(), "one page, however much is open"
