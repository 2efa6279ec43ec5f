"""Two people who write in one report at the same time: nobody's words are lost, and nobody stands by what they have not seen."""

from typing import Any

import pytest

from core.errors import Invalid, WrongState
from followup import seen
from followup.models import Meeting, ReportComment
from followup.services import audit_reporting, meetings, minutes, report_comments, sites
from tests.cast import Cast
from tests.contracts.pages import filled, text
from tests.factories import NOW, TODAY
from tests.followup.audit_reports.stories import K, begun, page_of, section, sent
from tests.followup.audits.stories import AT
from tests.followup.conftest import Visit
from tests.followup.findings.stories import logged


def form_of(answer: Any) -> dict[str, str]:
    return {name: values[0] for name, values in filled(answer).items()}


def test_what_one_left_as_it_was_stays_as_the_other_wrote_it(cast: Cast, visit: Visit) -> None:
    it = begun(cast)
    method, conclusion = section(it, K.METHOD), section(it, K.CONCLUSION)
    one, other = visit(cast.manager), visit(cast.specialist)
    opened = form_of(other.get(page_of(it, "edit")))
    one.post(page_of(it, "edit"), {**form_of(one.get(page_of(it, "edit"))), f"text-{method.pk}": "Twelve talks."})
    assert other.post(page_of(it, "edit"), {**opened, f"text-{conclusion.pk}": "It is bad."}).status_code == 302
    assert [section(it, kind).text for kind in (K.METHOD, K.CONCLUSION)] == ["Twelve talks.", "It is bad."]


def test_where_both_wrote_the_second_sees_what_the_first_wrote(cast: Cast, visit: Visit) -> None:
    it = begun(cast)
    method, other = section(it, K.METHOD), visit(cast.specialist)
    opened = form_of(other.get(page_of(it, "edit")))
    audit_reporting.edit(report=it, texts={method.pk: "Twelve talks."}, actor=cast.manager, **AT)
    answer = other.post(page_of(it, "edit"), {**opened, f"text-{method.pk}": "Ten talks."})
    assert answer.status_code == 422
    assert "Somebody else has written here meanwhile: “Twelve talks.”" in text(answer)
    again = form_of(answer)
    assert again[f"text-{method.pk}"] == "Ten talks.", "nothing is lost"
    assert section(it, K.METHOD).text == "Twelve talks."
    other.post(page_of(it, "edit"), {**again, f"text-{method.pk}": "Twelve talks, two by telephone."})
    assert section(it, K.METHOD).text == "Twelve talks, two by telephone."


def test_colleagues_at_the_supplier_do_not_overwrite_each_other(cast: Cast, visit: Visit) -> None:
    it = sent(cast)
    method, helper = section(it, K.METHOD), visit(cast.sales)
    opened = form_of(helper.get(page_of(it)))
    by: dict[str, Any] = {"report": it, "section": method, "actor": cast.csr, **AT}
    report_comments.save(text="We were not there.", **by)
    helper.post(page_of(it, "comments", "save"), opened)
    assert ReportComment.objects.get().text == "We were not there.", "left empty, it takes nothing away"
    answer = helper.post(page_of(it, "comments", "save"), {**opened, f"text-{method.pk}": "Ten workers."})
    assert answer.status_code == 422
    assert "“We were not there.”" in text(answer)
    assert form_of(answer)[f"text-{method.pk}"] == "Ten workers."
    with pytest.raises(Invalid):
        report_comments.save(text="Ten workers.", seen_mark=seen.mark(""), **by)


def test_minutes_are_confirmed_as_they_were_read(cast: Cast) -> None:
    it = meetings.plan(framework=cast.pc, supplier=cast.nordvare, kind="status", starts_at=NOW, agenda="A", actor=cast.manager, **AT)
    for words in ("Mai.", "Juni."):
        minutes.write(meeting=it, text=words, actor=cast.manager, **AT)
        minutes.send(meeting=it, actor=cast.manager, **AT)
        if words == "Mai.":
            minutes.object_(meeting=it, objection="Juni.", version=1, actor=cast.csr, **AT)
    with pytest.raises(WrongState, match="corrected since"):
        minutes.confirm(meeting=it, version=1, actor=cast.csr, **AT)
    minutes.confirm(meeting=it, version=2, actor=cast.csr, **AT)
    assert Meeting.objects.get().status == "confirmed"


def test_a_site_is_confirmed_as_it_was_seen(cast: Cast, visit: Visit) -> None:
    it = sites.suggest(supplier=cast.nordvare, name="Fabrikk", country="VN", actor=cast.csr, now=NOW, today=TODAY)
    ours, at = visit(cast.manager), f"/sites/{it.pk}/confirm/"
    opened = form_of(ours.get(at))
    sites.correct(site=it, country="CN", actor=cast.csr, now=NOW, today=TODAY)
    assert ours.post(at, opened).status_code == 409
    it.refresh_from_db()
    assert it.status == "suggested"
    assert ours.post(at, form_of(ours.get(at))).status_code == 302


def test_what_shows_that_a_finding_is_put_right_is_written_by_colleagues(cast: Cast, visit: Visit) -> None:
    finding = logged(cast)
    one, other, at = visit(cast.csr), visit(cast.sales), "/findings/{}/evidence/save/"
    opened = form_of(other.get(f"/findings/{finding.pk}/"))
    one.post(at.format(finding.pk), {**opened, "statement": "The door opens."})
    other.post(at.format(finding.pk), opened)
    finding.refresh_from_db()
    assert finding.statement == "The door opens.", "left empty, it takes nothing away"
    answer = other.post(at.format(finding.pk), {**opened, "statement": "New door."})
    assert answer.status_code == 422
    assert "“The door opens.”" in text(answer)
