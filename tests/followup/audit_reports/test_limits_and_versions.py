"""The clocks of a report: to write it, to comment on it, to finish it. And what is final stays: a correction is a version beside it."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.errors import Invalid, NotAllowed, WrongState
from core.models import History
from followup.models import ReportComment, ReportFile, WrittenReport
from followup.services import audit_outcomes, audit_reporting, finding_disputes, report_clocks, report_comments, report_finishing
from notifications.models import Deadline, Delivery, Message
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.audit_reports.stories import LIMIT, K, answered, begun, commented, final, held, said_of, section, sent, written
from tests.followup.audits.stories import AT, log, on, planned
from tests.followup.findings.stories import logged
from tests.walking import walk

DAY = timedelta(days=1)


def told(kind: str) -> set[str]:
    return set(Delivery.objects.filter(kind=kind, cancelled_at=None).values_list("person__email", flat=True))


# To write it


@pytest.mark.both
def test_a_report_that_is_to_come_is_due_thirty_days_after_and_chased(cast: Cast) -> None:
    audit = held(cast, lead=cast.specialist)
    due = Deadline.objects.get(kind="audit_report")
    assert (due.due_on, due.turn, due.organisation) == (date(2026, 4, 1), "cpb", cast.cpb)
    report_clocks.remind_leads(**on(date(2026, 3, 20)))
    assert not Delivery.objects.filter(kind="report_due").exists()
    walk(date(2026, 3, 25), date(2026, 3, 25))
    report_clocks.remind_leads(**on(date(2026, 3, 25)))
    report_clocks.remind_leads(**on(date(2026, 3, 25)))
    assert told("report_due") == {cast.manager.email, cast.specialist.email}, "who leads it hears of it too, once"
    walk(date(2026, 4, 2), date(2026, 4, 13))
    report_clocks.remind_leads(**on(date(2026, 4, 13)))
    assert told("report_overdue") == {cast.manager.email, cast.specialist.email, cast.owner.email}
    log(cast, audit, "Report")
    assert not Deadline.objects.open().filter(about_id=audit.pk).exists(), "a report as a file ends it too"


def test_the_date_follows_the_day_it_was_held(cast: Cast) -> None:
    audit = planned(cast, planned_on=TODAY)
    held_on = TODAY - 60 * DAY
    audit_outcomes.log(audit=audit, result="breaches", performed_on=held_on, actor=cast.manager, **AT)
    assert Deadline.objects.get(kind="audit_report").due_on == TODAY, "written down long after: owed now, late from tomorrow on"
    audit_outcomes.log(audit=audit, result="breaches", performed_on=TODAY, actor=cast.manager, **AT)
    assert Deadline.objects.get(kind="audit_report").due_on == date(2026, 4, 1)


# To comment on it


@pytest.mark.both
def test_silence_is_reminded_of_becomes_a_task_and_the_report_goes_on_without(cast: Cast) -> None:
    it = sent(cast)
    assert it.comment_deadline is not None
    assert it.comment_deadline.due_on == LIMIT
    with pytest.raises(WrongState, match="16"):
        audit_reporting.end_comments(report=it, actor=cast.manager, **AT)
    walk(TODAY, LIMIT + 2 * DAY)
    assert told("report_to_comment") == told("report_comments_due") == {cast.csr.email}
    assert told("report_comments_missing") == {cast.manager.email}
    first = Message.objects.get(lines__kind="report_to_comment")
    assert "mandag 16. mars 2026" in first.text
    after = on(LIMIT + 2 * DAY)
    audit_reporting.end_comments(report=it, actor=cast.manager, **after)
    assert {each.kind for each in Deadline.objects.open().filter(about_id=it.pk)} == {"report_answer"}
    with pytest.raises(WrongState):
        said_of(cast, it)
    report_finishing.finish(report=it, actor=cast.manager, **after)
    assert not Deadline.objects.open().filter(about_id=it.pk).exists()
    assert ["Comments from the supplier", "The supplier could comment until 16 March 2026. None came."] in it.content["facts"]


def test_the_limit_is_moved_with_a_reason_and_comments_come_late(cast: Cast) -> None:
    it = sent(cast)
    with pytest.raises(Invalid):
        audit_reporting.move_limit(report=it, due_on=TODAY - DAY, why=" ", actor=cast.manager, **AT)
    audit_reporting.move_limit(report=it, due_on=date(2026, 3, 20), why="Easter.", actor=cast.manager, **AT)
    moved = Delivery.objects.get(kind="report_to_comment", cancelled_at=None)
    assert (moved.due_on, moved.context["because"]) == (date(2026, 3, 20), "Easter.")
    it.refresh_from_db()
    with pytest.raises(NotAllowed):
        report_comments.submit(report=it, actor=cast.sales, **AT)
    report_comments.submit(report=it, actor=cast.csr, **on(date(2026, 3, 23)))
    assert History.objects.get(object_id=it.pk, verb="send_comments").changes["is_late"] is True
    receipt = Delivery.objects.get(kind="report_comments_receipt")
    assert receipt.context["comments"] == 0, "nothing to remark is an answer too"


def test_of_each_comment_it_is_said_what_came_of_it(cast: Cast) -> None:
    it = sent(cast)
    said_of(cast, it, K.METHOD, "You met twelve workers.", "List")
    said_of(cast, it, K.METHOD, "You met twelve workers.", "List")
    comment = ReportComment.objects.get()
    assert comment.documents.count() == 1, "the same file sent twice is kept once"
    said_of(cast, it, K.CONCLUSION, "")
    report_comments.submit(report=it, actor=cast.csr, **AT)
    assert report_comments.unanswered(it) == 1, "what says nothing needs no answer"
    other = section(it, K.CONCLUSION)
    with pytest.raises(Invalid):
        report_comments.answer(report=it, section=other, verdict="changed", text="", actor=cast.manager, **AT)
    answered(cast, it, "kept", "We counted ten.")
    method = section(it, K.METHOD)
    audit_reporting.edit(report=it, texts={method.pk: "We met ten workers."}, actor=cast.specialist, **AT)
    assert section(it, K.METHOD).sent_text == "What we saw: method.", "what the comment was about is kept"
    report_finishing.finish(report=it, actor=cast.manager, **AT)
    written_ = next(each for each in it.content["sections"] if each["key"] == str(method.pk))
    assert written_["texts"] == ["We met ten workers."]
    assert [each["texts"] for each in written_["said"]] == [
        ["You met twelve workers."],
        ["The report stands as it was.", "We counted ten."],
    ]


# Final, and corrected


def test_what_is_final_stays_and_a_correction_stands_beside_it(cast: Cast) -> None:
    it = final(cast)
    kept = {file.sha256 for file in ReportFile.objects.filter(report=it, stage="final")}
    for change in (audit_reporting.edit, report_finishing.finish, audit_reporting.send):
        with pytest.raises(WrongState):
            change(report=it, actor=cast.manager, **AT)
    with pytest.raises(Invalid):
        begun(cast, it.audit)
    second = begun(cast, it.audit, why="The sum was wrong.")
    assert (second.number, section(second, K.METHOD).text) == (2, "What we saw: method.")
    assert not WrittenReport.objects.visible_to(cast.csr).filter(pk=second.pk).exists()
    method = section(second, K.METHOD)
    audit_reporting.edit(report=second, texts={method.pk: "We met nine workers."}, actor=cast.manager, **AT)
    report_finishing.finish(report=second, actor=cast.manager, **AT)
    assert {file.sha256 for file in ReportFile.objects.filter(report=it, stage="final")} == kept
    assert "It corrects the version before it: The sum was wrong." in second.content["note"]
    assert set(WrittenReport.objects.visible_to(cast.csr)) == {it, second}
    assert Delivery.objects.filter(kind="audit_reported").count() == 2
    assert Delivery.objects.get(kind="audit_reported", context__is_correction=True)


def test_a_first_report_is_not_final_before_the_supplier_was_heard(cast: Cast) -> None:
    it = begun(cast)
    with pytest.raises(WrongState, match="Nothing is written yet about: How the audit was made"):
        audit_reporting.send(report=it, actor=cast.manager, **AT)
    with pytest.raises(WrongState, match="Send the draft to the supplier first"):
        report_finishing.finish(report=written(cast, it), actor=cast.manager, **AT)
    with pytest.raises(WrongState):
        begun(cast, it.audit)
    audit_reporting.drop(report=it, actor=cast.manager, **AT)
    assert begun(cast, it.audit).number == 2


def test_findings_that_come_or_go_meanwhile(cast: Cast) -> None:
    """A new one gets its section; one that is withdrawn before anybody read of it goes, and after that it says so."""
    audit = held(cast)
    about: dict[str, Any] = {"told": False, "audit": audit, "framework": None, "supplier": None, "actor": cast.specialist}
    first = logged(cast, **about)
    it = written(cast, begun(cast, audit))
    logged(cast, **about, text="No contracts.")
    assert it.sections.filter(kind=K.FINDING).count() == 2, "it is there as soon as it is found"
    finding_disputes.withdraw(finding=first, grounds="A misreading.", actor=cast.manager, **AT)
    sent(cast, it)
    assert [each.finding.text for each in it.sections.filter(kind=K.FINDING)] == ["No contracts."]
    second = section(it, K.FINDING).finding
    commented(cast, it)
    answered(cast, it)
    finding_disputes.withdraw(finding=second, grounds="They had them.", actor=cast.manager, **AT)
    report_finishing.finish(report=it, actor=cast.manager, **AT)
    withdrawn = next(each for each in it.content["sections"] if each["heading"] == "Finding 2: serious")
    assert ["State", "Withdrawn. They had them."] in withdrawn["facts"]


def test_only_what_was_held_by_ourselves_is_written_of(cast: Cast) -> None:
    with pytest.raises(WrongState):
        begun(cast, planned(cast))
    audit = held(cast)
    with pytest.raises(Invalid):
        begun(cast, audit, language="de")
    with pytest.raises(NotAllowed):
        audit_reporting.begin(audit=audit, language="nb", actor=cast.csr, now=NOW, today=TODAY)
