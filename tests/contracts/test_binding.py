"""Whom requirements bind, worked out without a database: every supplier on a covered lot, once, for as long as both last."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from contracts import binding
from contracts.binding import Key, Term
from contracts.models import Lot, Obligation, Participation, Requirement

TODAY = date(2026, 3, 2)
LOTS = [uuid4(), uuid4()]
SUPPLIERS = [uuid4(), uuid4(), uuid4()]
days = st.none() | st.integers(-500, 500).map(lambda offset: TODAY + timedelta(days=offset))


def requirement(lots: list[UUID], valid_from: date | None = None, withdrawn_on: date | None = None) -> Requirement:
    row = Requirement(id=uuid4(), valid_from=valid_from, withdrawn_on=withdrawn_on)
    row._prefetched_objects_cache = {"lots": [Lot(id=lot) for lot in lots]}  # type: ignore[attr-defined]
    return row


def participation(supplier: UUID, lot: UUID | None, starts_on: date | None = None, ends_on: date | None = None) -> Participation:
    return Participation(supplier_id=supplier, lot_id=lot, starts_on=starts_on, ends_on=ends_on)


participations = st.lists(
    st.builds(participation, st.sampled_from(SUPPLIERS), st.sampled_from([*LOTS, None]), starts_on=days, ends_on=days), max_size=8
)
requirements = st.lists(
    st.builds(requirement, st.lists(st.sampled_from(LOTS), unique=True), valid_from=days, withdrawn_on=days), max_size=4
)


@given(requirements, participations)
def test_a_lot_binds_exactly_who_is_on_it_or_on_everything(requirements: list[Requirement], participations: list[Participation]) -> None:
    bound = set(binding.terms(requirements, participations))
    for each in requirements:
        covered = {lot.pk for lot in each.lots.all()}
        for lot in LOTS:
            for supplier in SUPPLIERS:
                places = {row.lot_id for row in participations if row.supplier_id == supplier}
                on_it = lot in places and (not covered or lot in covered)
                through_all = None in places and lot in covered
                assert (Key(each.pk, supplier, lot) in bound) == (on_it or through_all)


@given(requirements, participations)
def test_nobody_is_bound_outside_the_requirement_s_own_days(requirements: list[Requirement], participations: list[Participation]) -> None:
    by_id = {each.pk: each for each in requirements}
    for key, term in binding.terms(requirements, participations).items():
        each = by_id[key.requirement]
        assert each.valid_from is None or (term.starts_on is not None and term.starts_on >= each.valid_from)
        assert each.withdrawn_on is None or (term.ends_on is not None and term.ends_on <= each.withdrawn_on)


@given(participations)
def test_the_order_of_rows_says_nothing(participations: list[Participation]) -> None:
    each = requirement([])
    assert binding.terms([each], participations) == binding.terms([each], participations[::-1])


def test_another_rank_does_not_break_the_term() -> None:
    rows = [participation(SUPPLIERS[0], LOTS[0], None, TODAY), participation(SUPPLIERS[0], LOTS[0], TODAY + timedelta(days=1))]
    assert set(binding.terms([requirement([])], rows).values()) == {Term(None, None)}


def test_what_nothing_wants_any_more_ends_today_or_ended_before() -> None:
    for valid_to, ends in ((None, TODAY), (TODAY + timedelta(days=9), TODAY), (TODAY - timedelta(days=9), TODAY - timedelta(days=9))):
        assert binding.changed(Obligation(valid_to=valid_to), None, TODAY) == Term(None, ends)
