"""An audit is planned, corrected, moved and called off, before anybody has been told and after."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.errors import Invalid, WrongState
from core.models import History
from followup import audit_days
from followup.models import Audit
from followup.services import audits
from notifications import calendars, delivery, reminders
from notifications.models import Deadline, Delivery, Message, PlannedStep
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import TODAY
from tests.followup.audits.stories import AT, DAY, announced, at, bound, log, page_of, planned, reported, verbs
from tests.followup.conftest import Visit


def new_at(cast: Cast) -> str:
    return f"/audits/new/?framework={cast.pc.pk}&supplier={cast.nordvare.pk}"


def test_from_the_empty_list_to_a_planned_audit(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    assert "No audit is under way" in text(browser.get("/audits/"))
    assert "Which agreement is it about?" in text(browser.get("/audits/new/"))
    chosen = browser.get(f"/audits/new/?framework={cast.pc.pk}")
    assert "Nordvare AS" in text(chosen)
    assert cast.agency_body.name not in text(chosen)
    page = browser.get(new_at(cast))
    assert "Human rights" in text(page), "requirements stand under their theme"
    assert "obligations" not in filled(page), "none is ticked beforehand"
    wanted = bound(cast.pc, cast.nordvare)[0]
    form = {
        **{name: values[0] for name, values in filled(page).items()},
        "kind": "supplier_audit",
        "planned_on": "15.4.2026",
        "announcement": "announced",
        "trigger": "risk_sample",
        "reason": "Ny fabrikk i Vietnam.",
        "place": "Nordvare Vietnam, Binh Duong",
        "purpose": "Hvordan overtid betales.",
        "obligations": [str(wanted.pk)],
        "auditor": str(cast.audit_firm.pk),
    }
    answer = browser.post(new_at(cast), form, follow=True)
    assert "The audit is planned. The supplier has not been told." in said(answer)
    it = Audit.objects.get()
    assert (it.status, it.supplier, it.lead, it.auditor) == ("planned", cast.nordvare, cast.manager, cast.audit_firm)
    assert (it.deadline.due_on, it.deadline.organisation, it.deadline.turn) == (DAY, cast.cpb, "cpb")
    assert list(it.obligations.all()) == [wanted]
    assert verbs(it) == ["plan"]
    shown = text(browser.get(page_of(it)))
    for words in (
        "Announce it",
        "Ny fabrikk i Vietnam.",
        "Nordvare Vietnam, Binh Duong",
        "Revisor & Co",
        "The supplier has not been told yet.",
    ):
        assert words in shown
    assert set(Delivery.objects.values_list("person__email", flat=True)) == {"auditor@audit.example"}, "nobody else is told of a plan"


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("kind", "", "required"),
        ("planned_on", "soon", "day.month.year"),
        ("planned_on", "2019-01-01", "there was no agreement yet"),
        ("reason", " ", "Write why this supplier"),
        ("trigger", "re_audit", "Choose the audit that it follows."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(cast: Cast, visit: Visit, field: str, value: str, fault: str) -> None:
    form = {"kind": "wage_control", "planned_on": "2026-04-15", "announcement": "announced", "trigger": "suspicion", "reason": "Tips."}
    answer = visit(cast.manager).post(new_at(cast), {**form, "purpose": "Timelister", field: value})
    assert answer.status_code == 422
    assert fault in text(answer)
    assert "Timelister" in answer.content.decode()
    assert not Audit.objects.exists()


@pytest.mark.parametrize("trigger", ["risk_sample", "suspicion", "complaint", "agency_report"])
def test_why_this_supplier_is_written_down_where_it_was_picked_out(cast: Cast, trigger: str) -> None:
    with pytest.raises(Invalid):
        planned(cast, trigger=trigger, reason=" ")


def test_an_obligation_of_another_supplier_cannot_be_chosen(cast: Cast, visit: Visit) -> None:
    foreign = bound(cast.pc, cast.fjordtek)[0]
    form = {"kind": "wage_control", "planned_on": "2026-04-15", "announcement": "announced", "trigger": "programme"}
    answer = visit(cast.manager).post(new_at(cast), {**form, "obligations": [str(foreign.pk)]})
    assert answer.status_code == 422
    assert not Audit.objects.exists()


def test_a_re_audit_follows_one_of_the_same_supplier_that_was_held(cast: Cast, visit: Visit) -> None:
    first, coming, foreign = reported(cast), planned(cast), reported(cast, supplier=cast.fjordtek)
    browser = visit(cast.manager)
    assert "Plan a follow-up audit" in text(browser.get(page_of(first)))
    page = browser.get(f"{new_at(cast)}&after={first.pk}")
    form = {name: values[0] for name, values in filled(page).items()}
    assert (form["kind"], form["trigger"], form["re_audit_of"]) == ("follow_up", "re_audit", str(first.pk))
    for other in (coming, foreign):
        assert str(other.pk) not in page.content.decode()
        assert browser.post(new_at(cast), {**form, "planned_on": "2026-06-01", "re_audit_of": str(other.pk)}).status_code == 422
    browser.post(new_at(cast), {**form, "planned_on": "2026-06-01"})
    again = Audit.objects.get(re_audit_of=first)
    assert "Followed by" in text(browser.get(page_of(first)))
    assert "Follows" in text(browser.get(page_of(again)))


def test_a_day_is_warned_about_and_kept(cast: Cast, visit: Visit) -> None:
    it = planned(cast, planned_on=date(2026, 3, 8))
    page = text(visit(cast.manager).get(page_of(it)))
    assert "8 March 2026 is no working day: weekend (with us)." in page
    assert "There is less time than that left." in page
    assert cast.pc.ends_on
    late = planned(cast, planned_on=cast.pc.ends_on + timedelta(days=1))
    assert "The agreement ends before that" in text(visit(cast.manager).get(page_of(late)))
    soon = audit_days.Coming(cast.pc.ends_on - timedelta(days=300), "NO", cast.pc.ends_on, is_to_be_told=False)
    assert "less than a year left to mend what is found" in audit_days.warnings(soon, calendars.read(), TODAY)[-1]


def test_a_plan_is_corrected_and_the_history_says_how(cast: Cast, visit: Visit) -> None:
    it = planned(cast)
    browser = visit(cast.manager)
    form = {name: values if name == "obligations" else values[0] for name, values in filled(browser.get(page_of(it, "edit"))).items()}
    assert set(form["obligations"]) == {str(each.pk) for each in it.obligations.all()}
    assert "planned_on" not in form
    browser.post(page_of(it, "edit"), {**form, "kind": "office_visit", "announcement": "unannounced", "obligations": []})
    it.refresh_from_db()
    assert (it.kind, it.announcement, it.obligations.count()) == ("office_visit", "unannounced", 0)
    row = History.objects.get(object_id=it.pk, verb="edit")
    assert row.is_internal
    assert row.changes["kind"] == ["supplier_audit", "office_visit"]
    assert it.deadline.title.endswith(": Nordvare AS")
    browser.post(page_of(it, "edit"), {**form, "kind": "office_visit", "announcement": "unannounced", "obligations": []})
    assert verbs(it) == ["edit", "plan"], "what changes nothing is not written down"


@pytest.mark.both
def test_the_manager_is_reminded_and_then_the_owner(cast: Cast, clock: Any) -> None:
    it = planned(cast)
    day = date(2026, 3, 25)
    while day <= DAY + timedelta(days=11):
        reminders.sweep(today=day, now=at(day))
        day += timedelta(days=1)
    lines = Delivery.objects.filter(about_id=it.pk).order_by("created_at")
    assert [(line.created_at.date(), line.kind, line.person) for line in lines] == [
        (date(2026, 4, 1), "audit_due", cast.manager.person),
        (date(2026, 4, 12), "audit_due", cast.manager.person),
        (date(2026, 4, 16), "audit_overdue", cast.manager.person),
        (date(2026, 4, 25), "audit_overdue", cast.owner.person),
    ]


@pytest.mark.both
def test_moved_to_another_day_the_reminders_move_too(cast: Cast, visit: Visit) -> None:
    it = planned(cast)
    browser = visit(cast.manager)
    assert "The supplier has not been told, and is not told now." in text(browser.get(page_of(it, "move")))
    browser.post(page_of(it, "move"), {"planned_on": "2026-05-20", "why": "Revisor er syk."})
    it.deadline.refresh_from_db()
    assert (it.deadline.due_on, it.deadline.original_due_on) == (date(2026, 5, 20), DAY)
    coming = PlannedStep.objects.filter(deadline=it.deadline, status="planned").order_by("on").values_list("on", flat=True)
    assert next(iter(coming)) == date(2026, 5, 6)
    assert "Revisor er syk." in text(browser.get(page_of(it)))
    assert not Delivery.objects.filter(organisation=cast.nordvare).exists()


def test_called_off_before_anybody_was_told_nobody_is_told(cast: Cast, visit: Visit) -> None:
    it = planned(cast)
    browser = visit(cast.manager)
    assert browser.post(page_of(it, "cancel"), {"reason": " "}).status_code == 422
    browser.post(page_of(it, "cancel"), {"reason": "Fabrikken er lagt ned."})
    it.refresh_from_db()
    assert (it.status, it.cancel_reason) == ("cancelled", "Fabrikken er lagt ned.")
    assert Deadline.objects.get(pk=it.deadline_id).closed_at
    assert not Delivery.objects.exists()
    assert not History.objects.visible_to(cast.csr).filter(object_id=it.pk).exists()
    for page in ("edit", "move", "announce", "cancel", "log"):
        assert browser.get(page_of(it, page)).status_code == 409, page


def test_called_off_after_it_was_announced_the_supplier_is_told_why(cast: Cast, visit: Visit) -> None:
    it = announced(cast)
    delivery.deliver(clock=lambda: at(AT["today"]), is_any_time=True)
    browser = visit(cast.manager)
    assert "gets a mail with the reason" in text(browser.get(page_of(it, "cancel")))
    browser.post(page_of(it, "cancel"), {"reason": "Vi tar det på nyåret."})
    delivery.deliver(clock=lambda: at(date(2026, 3, 3)), is_any_time=True)
    mail = Message.objects.get(lines__kind="audit_cancelled")
    assert "onsdag 15. april 2026" in mail.text
    assert "Vi tar det på nyåret." in mail.text
    assert "This audit is called off." in text(visit(cast.csr).get(page_of(it)))


def test_a_reader_and_a_specialist_look_and_do_nothing(cast: Cast, visit: Visit) -> None:
    it = planned(cast)
    for user in (cast.reader, cast.specialist, cast.other_manager):
        browser = visit(user)
        page = text(browser.get(page_of(it)))
        assert "Announce it" not in page
        assert "Call it off" not in page
        for part in ("edit", "move", "announce", "cancel", "log"):
            assert browser.get(page_of(it, part)).status_code == 403, part


def test_two_who_call_it_off_at_once_do_it_once(cast: Cast) -> None:
    first = planned(cast)
    second = Audit.objects.get(pk=first.pk)
    audits.cancel(audit=first, reason="x", actor=cast.manager, **AT)
    with pytest.raises(WrongState):
        audits.cancel(audit=second, reason="y", actor=cast.manager, **AT)


def test_a_day_that_has_passed_leads_to_writing_it_down(cast: Cast, visit: Visit) -> None:
    it = planned(cast, planned_on=date(2026, 2, 20))
    page = text(visit(cast.manager).get(page_of(it)))
    assert "The day it is planned for has passed." in page
    assert page.index("Write down what came of it") < page.index("Announce it"), "the next step is another now"
    log(cast, it)
    it.refresh_from_db()
    assert it.performed_on == date(2026, 2, 20)
