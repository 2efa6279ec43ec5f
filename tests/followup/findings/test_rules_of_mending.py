"""What each rule about plans, evidence and the end of a finding refuses, and what it leaves as it was."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from core import ids
from core.errors import Invalid, WrongState
from followup.models import CorrectiveAction, Document, Finding
from followup.services import action_plans, finding_closing, finding_disputes, finding_evidence
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.findings.stories import accepted, clocks, disputed, fresh, logged, planned, shown

AT: dict[str, Any] = {"now": NOW, "today": TODAY}


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Invalid) as refused:
        act()
    (fault,) = refused.value.errors
    return fault.code


def paper(cast: Cast, supplier: Any, *, is_delivered: bool) -> Document:
    file = {"name": "Slips.pdf", "size": 9, "sha256": uuid4().hex * 2, "content_type": "application/pdf", "storage_name": str(ids.new())}
    whose = {"supplier": supplier, "uploaded_by": cast.csr, "channel": "portal", "received_on": TODAY, "received_at": NOW}
    return Document.objects.create(**file, **whose, delivered_at=NOW if is_delivered else None)


def test_what_we_have_decided_is_not_disputed_again_though_there_is_time(cast: Cast) -> None:
    it = logged(cast)
    disputed(cast, it)
    finding_disputes.uphold(finding=fresh(it), grounds="It stands.", actor=cast.owner, **AT)
    with pytest.raises(WrongState, match="decided on your dispute already"):
        disputed(cast, fresh(it))


def test_only_documents_of_its_own_that_were_delivered_are_used_again(cast: Cast) -> None:
    it = logged(cast)
    for wrong in (paper(cast, cast.polar, is_delivered=True), paper(cast, cast.nordvare, is_delivered=False)):
        assert code_of(lambda: finding_evidence.save(finding=fresh(it), again=[wrong], actor=cast.csr, **AT)) == "not_usable"  # noqa: B023
    finding_evidence.save(finding=it, again=[paper(cast, cast.nordvare, is_delivered=True)], actor=cast.csr, **AT)
    assert it.evidence.count() == 1


def test_an_action_is_of_this_finding_and_was_accepted(cast: Cast) -> None:
    it, other = logged(cast), logged(cast)
    planned(cast, it)
    accepted(cast, other)
    elsewhere = CorrectiveAction.objects.filter(plan__finding=other).earliest("number")
    returned = CorrectiveAction.objects.filter(plan__finding=it).earliest("number")
    ours: dict[str, Any] = {"actor": cast.manager, **AT}
    assert code_of(lambda: action_plans.return_(finding=fresh(it), comments={elsewhere.pk: "When?"}, **ours)) == "unknown_action"
    action_plans.return_(finding=fresh(it), comments={returned.pk: "When?"}, **ours)
    assert list(action_plans.latest(it).actions.order_by("number").values_list("verdict", flat=True)) == ["returned", "accepted"]
    accepted(cast, fresh(it))
    theirs: dict[str, Any] = {"actor": cast.csr, **AT}
    assert code_of(lambda: finding_evidence.save(finding=fresh(it), action=elsewhere, statement="x", **theirs)) == "unknown_action"
    for wrong in (elsewhere, returned):
        assert code_of(lambda: finding_evidence.finish_action(finding=fresh(it), action=wrong, **theirs)) == "unknown_action"  # noqa: B023


def test_no_plan_is_asked_for_before_the_supplier_is_told(cast: Cast) -> None:
    with pytest.raises(WrongState, match="Tell the supplier"):
        action_plans.ask(finding=logged(cast, told=False), actor=cast.manager, **AT)


def test_what_does_not_show_enough_leaves_the_date_where_there_is_time(cast: Cast) -> None:
    it = logged(cast)
    shown(cast, it)
    finding_evidence.return_(finding=fresh(it), comment="Of whom?", actor=cast.manager, **AT)
    assert fresh(it).mend_by == clocks(it)["correction"].due_on == date(2026, 6, 1)
    assert set(clocks(it)) == {"plan", "correction"}


def test_a_grave_one_is_not_closed_without_saying_how_we_know_nor_by_too_little(cast: Cast) -> None:
    close = lambda method: finding_closing.close(finding=logged(cast), method=method, actor=cast.owner, **AT)  # noqa: E731
    assert code_of(lambda: close("")) == "required"
    assert code_of(lambda: close("self_declared")) == "too_weak"


def test_an_effect_is_checked_once_where_something_was_put_right_and_anew_after_it_was_opened_again(cast: Cast) -> None:
    check: dict[str, Any] = {"note": "Seen.", "actor": cast.owner, **AT}
    noted = logged(cast, "observation")
    finding_closing.close(finding=noted, actor=cast.owner, **AT)
    with pytest.raises(WrongState, match="Nothing was put right"):
        finding_closing.check_effect(finding=fresh(noted), has_helped=True, **check)

    it = logged(cast)
    for has_helped in (False, True):
        finding_closing.close(finding=fresh(it), method="on_site", actor=cast.owner, **AT)
        assert set(clocks(it)) == {"effect"}
        finding_closing.check_effect(finding=fresh(it), has_helped=has_helped, **check)
        assert set(clocks(it)) == (set() if has_helped else {"plan", "correction"})
    with pytest.raises(WrongState, match="was checked on"):
        finding_closing.check_effect(finding=fresh(it), has_helped=True, **check)
    assert Finding.objects.get(pk=it.pk).is_closed


def test_what_was_withdrawn_is_not_opened_again(cast: Cast) -> None:
    it = logged(cast)
    finding_disputes.withdraw(finding=it, grounds="Wrong.", actor=cast.owner, **AT)
    with pytest.raises(WrongState, match="was withdrawn"):
        finding_closing.reopen(finding=fresh(it), reason="Again.", actor=cast.owner, **AT)
