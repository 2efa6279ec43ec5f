"""What each rule about a finding refuses, whom it tells nothing, and which day it gives."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Organisation
from core.errors import Invalid, NotAllowed, WrongState
from core.models import History
from followup.models import Finding
from followup.services import action_plans, finding_closing, finding_disputes, findings
from notifications import deadlines
from notifications.models import Delivery
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.findings.stories import audited, clocks, disputed, fresh, logged, planned, shown
from tests.walking import at

AT: dict[str, Any] = {"now": NOW, "today": TODAY}


def codes(refused: Any) -> list[str]:
    return [fault.code for fault in refused.value.errors]


# Two people


def test_who_found_it_neither_upholds_nor_withdraws_it(cast: Cast) -> None:
    """Whatever a page offers."""
    it = logged(cast)
    disputed(cast, it)
    for decide in (finding_disputes.uphold, finding_disputes.withdraw):
        with pytest.raises(NotAllowed, match="You found this"):
            decide(finding=fresh(it), grounds="Mine.", actor=cast.manager, **AT)
    assert fresh(it).status == "disputed"


def test_who_may_not_log_logs_nothing(cast: Cast) -> None:
    for actor in (cast.reader, cast.other_manager, cast.csr):
        with pytest.raises(NotAllowed):
            logged(cast, actor=actor)


# What the supplier does not read


def test_of_what_it_was_never_told_no_step_stands_in_the_suppliers_history(cast: Cast) -> None:
    it = logged(cast, told=False)
    ours: dict[str, Any] = {"finding": it, "actor": cast.owner, **AT}
    findings.edit(**ours, text="Five workers.")
    effect = finding_closing.record_effect(**ours, what="emissions", amount=Decimal(4), method="Bills.")
    finding_closing.strike_effect(effect=effect, actor=cast.owner, now=NOW)
    finding_closing.close(**ours, method="on_site")
    finding_closing.reopen(**ours, reason="Again.")
    assert not History.objects.visible_to(cast.csr).filter(object_id=it.pk).exists()
    assert not Delivery.objects.filter(organisation=cast.nordvare).exists()


def test_of_what_it_was_told_it_does_not_read_what_is_between_us_and_others(cast: Cast) -> None:
    it = logged(cast, "critical")
    ours: dict[str, Any] = {"finding": it, "actor": cast.owner, **AT}
    findings.edit(**ours, theme="wages")
    findings.meet(**ours, held_on=TODAY, note="By telephone.")
    with pytest.raises(WrongState, match="No meeting"):
        findings.meet(**ours, held_on=TODAY, note="Again.")
    findings.hand_over(**ours, authority="Arbeidstilsynet")
    finding_closing.close(**ours, method="workers")
    finding_closing.check_effect(**ours, has_helped=True, note="It lasts.")
    seen = History.objects.visible_to(cast.csr).filter(object_id=it.pk)
    assert set(seen.values_list("verb", flat=True)) == {"tell", "close"}


def test_a_critical_one_is_told_as_such(cast: Cast) -> None:
    logged(cast, "critical")
    theirs = Delivery.objects.filter(organisation=cast.nordvare).values_list("kind", flat=True)
    assert set(theirs) == {"critical_told"}


# Where it belongs


def test_what_is_said_beside_an_audit_is_the_audits(cast: Cast) -> None:
    for wrong in ({"framework": cast.office}, {"supplier": cast.polar, "obligations": ()}):
        with pytest.raises(Invalid) as refused:
            logged(cast, audit=audited(cast), actor=cast.section, **wrong)
        assert codes(refused) == ["not_of_audit"]


def test_what_is_found_again_was_found_at_the_same_supplier(cast: Cast) -> None:
    elsewhere = logged(cast, supplier=cast.polar, obligations=(), theme="human_rights")
    with pytest.raises(Invalid) as refused:
        logged(cast, repeats=elsewhere)
    assert codes(refused) == ["not_same"]


@pytest.mark.parametrize(("found_on", "counts"), [(date(2024, 3, 2), True), (date(2024, 3, 1), False)])
def test_a_repeat_is_within_twenty_four_months_to_the_day(cast: Cast, found_on: date, counts: bool) -> None:
    earlier = logged(cast, now=at(found_on), today=found_on)
    same = findings.same_before(viewer=cast.manager, supplier=cast.nordvare, theme=earlier.theme, today=TODAY)
    assert same.exists() is counts


def test_neither_a_later_one_nor_one_without_a_theme_is_repeated(cast: Cast) -> None:
    first, later = logged(cast), logged(cast, now=NOW + timedelta(hours=1))
    before = findings.same_before(viewer=cast.manager, supplier=cast.nordvare, theme=first.theme, today=TODAY, but=first)
    assert later not in before
    logged(cast, obligations=())
    assert not findings.same_before(viewer=cast.manager, supplier=cast.nordvare, theme="", today=TODAY).exists()


def test_a_supplier_that_has_left_and_a_requirement_that_has_ended_are_left_out_of_what_is_found_at_all(cast: Cast) -> None:
    yesterday = TODAY - timedelta(days=1)
    cast.pc.participations.filter(supplier=cast.polar).update(ends_on=yesterday)
    cast.due_diligence.obligations.filter(supplier=cast.fjordtek).update(valid_to=yesterday)
    one = logged(cast).obligations.all()
    said = {"severity": logged(cast).severity, "text": "Nobody knows.", "actor": cast.manager, "theme": "human_rights"}
    found = {it.supplier: it for it in findings.log_at_each(framework=cast.pc, obligations=list(one), **said, **AT)}
    assert set(found) == {cast.nordvare, cast.fjordtek}
    assert not found[cast.fjordtek].obligations.exists()


# Days


def test_the_suppliers_days_off_move_its_dates_and_not_ours(cast: Cast) -> None:
    """3 March is a holiday in Bulgaria."""
    dates = []
    for country in ("NO", "BG"):
        Organisation.objects.filter(pk=cast.nordvare.pk).update(country=country)
        cast.nordvare.refresh_from_db()
        it = logged(cast)
        dates.append(clocks(it)["response"].due_on)
        disputed(cast, it)
        dates.append(clocks(it)["judgement"].due_on)
    assert dates[0] == date(2026, 3, 9)
    assert dates[2] == date(2026, 3, 10)
    assert dates[1] == dates[3]


def test_the_day_to_mend_by_is_that_of_the_clock(cast: Cast) -> None:
    it = logged(cast)
    assert fresh(it).mend_by == clocks(it)["correction"].due_on == date(2026, 6, 1)
    planned(cast, it)
    looked_at = TODAY + timedelta(days=4)
    action_plans.accept(finding=it, actor=cast.manager, now=at(looked_at), today=looked_at)
    assert fresh(it).mend_by == clocks(it)["correction"].due_on == date(2026, 6, 5), "the four days that we took are given back"


def test_an_answer_ends_the_task_that_came_of_silence(cast: Cast) -> None:
    it = logged(cast)
    task = deadlines.open_new(
        kind="follow_up",
        about_id=it.pk,
        title="x",
        scope=cast.pc.pk,
        organisation=cast.cpb,
        turn="cpb",
        starts_on=TODAY,
        due_on=TODAY,
        brief={},
        now=NOW,
    )
    disputed(cast, it)
    task.refresh_from_db()
    assert not task.is_open


def test_what_has_been_answered_is_not_asked_for_again_in_a_mail(cast: Cast) -> None:
    it = logged(cast)
    disputed(cast, it)
    finding_disputes.uphold(finding=fresh(it), grounds="It stands.", actor=cast.owner, **AT)
    told = Delivery.objects.get(kind="finding_decided").context
    assert {"plan_on", "correction_on"} <= told.keys()
    assert "response_on" not in told


def test_a_closed_finding_owes_nothing_on_either_side(cast: Cast) -> None:
    it = logged(cast, "critical")
    shown(cast, it)
    finding_closing.close(finding=fresh(it), method="workers", actor=cast.owner, **AT)
    assert set(clocks(Finding.objects.get())) == {"effect"}
