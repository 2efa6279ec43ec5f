"""What a ladder must keep to: pure, rung by rung."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import ladder_rules, ladders
from notifications.ladders import Rung
from notifications.models import DeadlineKind

REQUEST = list(ladders.DOCUMENT_REQUEST)


def codes(kind: str, rungs: list[Rung]) -> set[str]:
    return {fault.code for fault in ladder_rules.faults(kind, rungs)}


@pytest.mark.parametrize("kind", ladders.LADDERS)
def test_the_ladders_that_the_product_comes_with_keep_the_rules(kind: str) -> None:
    assert ladder_rules.faults(kind, ladders.LADDERS[kind][1]) == []
    assert codes(kind, ladder_rules.numbered(ladders.LADDERS[kind][1])) == set()
    assert kind in DeadlineKind.values


def with_(*more: Rung, without: int | None = None) -> list[Rung]:
    return [*(rung for rung in REQUEST if rung.rung != without), *more]


@pytest.mark.parametrize(
    ("code", "rungs"),
    [
        ("none", []),
        ("too_far", with_(Rung(9, "due", 25, "manager", "reminders_used", unit="months", opens="task"))),
        ("before_start", with_(Rung(9, "start", -1, "responsible", "reminder_unopened"))),
        ("unseen", with_(Rung(9, "due", 60, "owner", "escalation_to_owner", only_if_unseen=True))),
        ("kind", with_(Rung(9, "due", 60, "owner", "option_notice"))),
        ("side", with_(Rung(9, "due", 60, "owner", "overdue_second"))),
        ("side", with_(Rung(9, "due", 60, "responsible", "call_supplier"))),
        ("moment", with_(Rung(9, "due", -5, "csr", "overdue_first"))),
        ("moment", with_(Rung(9, "due", 5, "csr", "reminder_before"))),
        ("opens", with_(Rung(9, "due", 45, "manager", "formal_notice_due"))),
        ("opens", with_(Rung(9, "due", 45, "csr", "overdue_second", opens="task"))),
        ("twice", with_(Rung(3, "due", -3, "responsible", "reminder_before"))),
        ("twice", with_(Rung(0, "start", 1, "csr", "reminder_unopened", unit="weeks"), Rung(0, "start", 7, "csr", "reminder_unopened"))),
        ("one_moment", with_(Rung(3, "due", -2, "csr", "reminder_before"))),
        ("order", with_(Rung(8, "due", 20, "director", "overdue_second"))),
        ("gap", with_(Rung(0, "due", 20, "responsible", "overdue_second"))),
        ("asks_nobody", with_(without=0)),
        ("no_end", with_(Rung(8, "due", 60, "owner", "escalation_to_owner"))),
    ],
)
def test_what_breaks_a_rule_is_named(code: str, rungs: list[Rung]) -> None:
    assert codes("document_request", rungs) == {code}


@pytest.mark.parametrize("kind", [kind for kind in ladders.LADDERS if not ladder_rules.chases_supplier(kind)])
def test_nobody_at_a_supplier_is_reminded_when_it_is_our_turn(kind: str) -> None:
    rungs = ladders.LADDERS[kind][1]
    assert codes(kind, [*rungs, rungs[0]._replace(audience="responsible")]) == {"our_turn"}


def test_two_reminders_are_free_and_then_the_gaps_double() -> None:
    told = [Rung(0, "due", day, "csr", "overdue_second") for day in (3, 6)]
    for third, found in ((11, {"gap"}), (12, set()), (20, set())):
        ladder = [*(rung for rung in REQUEST if rung.rung < 6), *told, Rung(0, "due", third, "csr", "overdue_second")]
        ladder.append(Rung(0, "due", 40, "manager", "reminders_used", opens="task"))
        assert codes("document_request", ladder) == found, third


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 4), st.sampled_from(["days", "working_days", "weeks"]))
def test_repeating_a_reminder_always_keeps_the_rule(first: int, gap: int, times: int, unit: str) -> None:
    told = [Rung(0, "due", first, "csr", "overdue_first", unit=unit), Rung(0, "due", first + gap, "csr", "overdue_second", unit=unit)]
    told += ladder_rules.repeated(told, 1, times)
    assert len(told) == 2 + times
    end = Rung(0, "due", 700, "manager", "reminders_used", opens="task")
    assert codes("document_request", [REQUEST[0], *told, end]) <= {"too_far", "no_end"}


def test_a_number_says_where_a_rung_stands_in_time() -> None:
    shuffled = ladder_rules.numbered(reversed(REQUEST))
    assert [rung[1:] for rung in shuffled if rung.audience == "responsible"] == [
        rung[1:] for rung in REQUEST if rung.audience == "responsible"
    ]
    assert max(rung.rung for rung in REQUEST) < min(rung.rung for rung in shuffled if rung.rung)
    assert all(0 <= ladder_rules.number(Rung(0, "due", offset, "csr", "x")) <= 32_767 for offset in (-730, 730))
