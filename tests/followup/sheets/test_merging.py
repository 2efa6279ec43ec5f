"""What devices send is taken in field by field: once, never over what another wrote, and never lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import NotAllowed, WrongState
from core.models import History
from followup import sheet_reading
from followup.models import Audit, AuditSheet, ChecklistQuestion, SheetAnswer, SheetEntry, TeamMember
from followup.services import audits, sheet_merging
from tests.cast import Cast
from tests.factories import NOW
from tests.followup.audits.stories import AT
from tests.followup.sheets.stories import PHONE, TABLET, asked, begun, entry, sent


def stands(sheet: AuditSheet, question: ChecklistQuestion, part: str = "answer") -> tuple[str, int]:
    row = SheetAnswer.objects.get(sheet=sheet, question=question, part=part)
    return row.text, row.revision


def test_what_is_sent_twice_changes_nothing(cast: Cast) -> None:
    sheet = begun(cast)
    exits, people = asked(sheet, "safety-1"), asked(sheet, "other-1")
    both = [entry(exits, "no"), entry(people, "1 250,5"), entry(exits, "Låst dør.", part="note")]
    first = sent(sheet, *both, actor=cast.manager)
    told = History.objects.filter(object_id=sheet.pk).count()
    again = sent(sheet, *both, actor=cast.manager)
    assert [(each.outcome, each.revision) for each in first] == [("applied", 1)] * 3
    assert again == first
    assert stands(sheet, people) == ("1250.5", 1)
    assert SheetEntry.objects.filter(sheet=sheet).count() == 3
    assert History.objects.filter(object_id=sheet.pk).count() == told


def test_two_devices_lose_neither_and_a_person_chooses(cast: Cast) -> None:
    sheet = begun(cast)
    exits = asked(sheet, "safety-1")
    sent(sheet, entry(exits, "yes"), entry(exits, "Port A er åpen.", part="note"), actor=cast.manager)
    (mine,) = sent(sheet, entry(exits, "no", device=TABLET), actor=cast.admin)
    assert (mine.outcome, mine.text, mine.revision) == ("conflict", "yes", 1)
    (other_field,) = sent(sheet, entry(exits, "Port A er åpen.", part="note", device=TABLET), actor=cast.admin)
    assert other_field.outcome == "same", "the same words twice are no conflict"
    row = SheetEntry.objects.get(pk=mine.id)
    sheet_merging.choose(sheet=sheet, entry=row, takes_it=True, actor=cast.manager, now=NOW)
    assert stands(sheet, exits) == ("no", 2)
    with pytest.raises(WrongState):
        sheet_merging.choose(sheet=sheet, entry=row, takes_it=False, actor=cast.manager, now=NOW)
    (late,) = sent(sheet, entry(exits, "na", base=1, device=PHONE), actor=cast.manager)
    assert late.outcome == "conflict", "the phone has not seen what was chosen"
    assert {each.text for each in SheetEntry.objects.filter(sheet=sheet, question=exits, part="answer")} == {"yes", "no", "na"}


def test_a_device_that_goes_on_writing_is_in_no_conflict_with_itself(cast: Cast) -> None:
    """Its first sending arrived but the answer did not: it still believes in revision 0."""
    sheet = begun(cast)
    exits = asked(sheet, "safety-1")
    sent(sheet, entry(exits, "yes"), actor=cast.manager)
    (second,) = sent(sheet, entry(exits, "no"), actor=cast.manager)
    assert (second.outcome, second.revision) == ("applied", 2)


def test_one_bad_entry_stops_none_of_the_others(cast: Cast) -> None:
    sheet, other = begun(cast), begun(cast, "wage-control")
    exits, people = asked(sheet, "safety-1"), asked(sheet, "other-1")
    used = entry(exits, "yes")
    results = sent(
        sheet,
        used,
        entry(people, "tolv"),
        entry(exits, "kanskje", device=TABLET),
        entry(asked(other, "wages-1"), "yes"),
        replace(used, question=people.pk),
        entry(asked(sheet, "safety-5"), "Farlig"),
        entry(people, "x" * 20_001, part="note"),
        entry(people, "12"),
        actor=cast.manager,
    )
    assert [each.outcome for each in results] == [
        *("applied", "refused", "refused", "refused", "refused", "applied", "refused", "applied"),
    ]
    assert all(each.reason for each in results if each.outcome == "refused")
    assert stands(sheet, asked(sheet, "safety-5")) == ("dangerous", 1)


def test_a_clock_that_runs_ahead_is_not_believed(cast: Cast) -> None:
    sheet = begun(cast)
    sent(sheet, entry(asked(sheet, "safety-1"), "yes", written_at=NOW + timedelta(days=400)), actor=cast.manager)
    assert SheetEntry.objects.get(sheet=sheet).written_at == NOW


def test_only_those_who_carry_it_out_write_and_nobody_after_it_is_closed(cast: Cast) -> None:
    sheet = begun(cast, auditor=cast.audit_firm, lead=cast.specialist)
    said = entry(asked(sheet, "safety-1"), "yes")
    for stranger in (cast.reader, cast.csr, cast.agency, cast.other_manager):
        with pytest.raises(NotAllowed):
            sent(sheet, said, actor=stranger)
    for member in (cast.auditor, cast.specialist, cast.owner):
        sent(sheet, entry(asked(sheet, "safety-1"), "yes"), actor=member)
    TeamMember.objects.create(audit_id=sheet.audit_id, role="expert", user=cast.reader, name="Reidun", created_at=NOW)
    sent(sheet, entry(asked(sheet, "safety-1"), "yes"), actor=cast.reader)
    assert AuditSheet.objects.visible_to(cast.reader).count() == 1
    audits.cancel(audit=Audit.objects.get(pk=sheet.audit_id), reason="Streik.", actor=cast.manager, **AT)
    with pytest.raises(WrongState):
        sent(sheet, entry(asked(sheet, "safety-2"), "yes"), actor=cast.manager)


def test_a_hundred_fields_cost_as_few_statements_as_two(cast: Cast) -> None:
    sheet = begun(cast)
    questions = list(ChecklistQuestion.objects.filter(version__sheets__sheet=sheet))

    def statements(base: int, count: int) -> int:
        texts = [entry(each, f"{base}", part="note", base=base) for each in questions[:count]]
        with CaptureQueriesContext(
            connection,
        ) as caught:
            sent(sheet, *texts, actor=cast.manager)
        return len(caught)

    first, second = statements(0, 2), statements(0, len(questions))
    assert second <= first + 1
    assert second <= 20


def test_a_sheet_is_read_in_one_statement(cast: Cast) -> None:
    sheet = begun(cast)
    sent(sheet, entry(asked(sheet, "safety-1"), "no"), entry(asked(sheet, "safety-1"), "Låst.", part="note"), actor=cast.manager)
    audit = Audit.objects.get(pk=sheet.audit_id)
    with CaptureQueriesContext(connection) as caught:
        (part,) = sheet_reading.read(audit, language="nb")
    assert len(caught) == 1
    answered = next(each for each in part.answered if each.question.code == "safety-1")
    assert (part.name, answered.answer, answered.note) == ("Besøk på produksjonssted", "Nei", "Låst.")
    assert [each.question.code for each in part.answered][:3] == ["other-1", "other-2", "forced-labour-1"]
