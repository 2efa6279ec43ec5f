"""Whatever a release looks like: one answer, no exception, and an agreement that is whole or not there."""

import copy
import io
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import SYSTEM
from contracts.models import CallOff, Framework, Lot, Participation, SourceRelease
from contracts.ocds import importer
from contracts.ocds.importer import Note
from contracts.ocds.rows import Outcome, Row
from tests import factories
from tests.contracts.samples import call_off, package, release

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["", "L1", "A", "ocds-test01-1", "2026-02-01T00:00:00Z", "9999-12-31", "\x00", "NOK", "å" * 400, "-1", "NO-BRC"]),
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    found = [here] if here else []
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        found += paths(inner, (*here, step))
    return found


@st.composite
def broken(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """A good release with up to four places cut out, repeated or replaced by anything."""
    data = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 4))):
        *way, last = draw(st.sampled_from(paths(data) or [("ocid",)]))
        holder: Any = data
        for step in way:
            holder = holder[step]
        match draw(st.sampled_from(["replace", "cut", "repeat"])):
            case "cut":
                del holder[last]
            case "repeat" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[last]))
            case _:
                holder[last] = draw(ANYTHING)
    return data


def bring_in(*releases: Any) -> list[Row]:
    with importer.Import(actor=SYSTEM, today=factories.TODAY, now=factories.NOW) as work:
        unread = list(work.read(io.BytesIO(package(*releases)), name="x.json"))
        assert all(isinstance(row, Row) for row in unread), "the file itself is good"
        return list(work.rows())


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(first=broken(release()), second=broken(release(id="2", date="2026-02-02T00:00:00Z")), order=broken(call_off()))
def test_a_broken_release_is_answered_and_leaves_nothing_half(first: Any, second: Any, order: Any) -> None:
    with transaction.atomic():
        rows = bring_in(first, second, order)
        for row in rows:
            Outcome(row.outcome)
            assert row.line.count("\t") == 2
            assert "\n" not in row.line
            assert Row.from_json(row.as_json()).line == row.line
        taken_in = {row.ocid for row in rows if row.outcome is Outcome.CREATED}
        refused = {row.ocid for row in rows if row.outcome is Outcome.REJECTED}
        assert set(Framework.objects.values_list("ocid", flat=True)) | set(CallOff.objects.values_list("ocid", flat=True)) == taken_in
        assert not SourceRelease.objects.filter(ocid__in=refused).exists()
        for framework in Framework.objects.all():
            assert framework.title
            assert framework.reference
            assert framework.starts_on is None or framework.ends_on is None or framework.starts_on <= framework.ends_on
            assert isinstance(framework.signed_on, date | None)
        assert not Lot.objects.exclude(framework__ocid__in=taken_in).exists()
        assert not Participation.objects.exclude(framework__ocid__in=taken_in).exists()
        assert [row.outcome for row in bring_in(first, second, order) if row.outcome is Outcome.CREATED] == [], "and again"
        transaction.set_rollback(True)


@settings(max_examples=200, deadline=None)
@given(cut=st.integers(0, 2000), junk=st.binary(max_size=12), at=st.integers(0, 2000))
def test_a_damaged_file_is_read_as_far_as_it_goes(cut: int, junk: bytes, at: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = package({"ocid": "a", "tender": {"title": "Æ"}}, {"ocid": "b"}) * 2
    damaged = whole[:at] + junk + whole[at:][:cut]
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    path.write_bytes(damaged)
    with importer.Import(actor=SYSTEM, today=factories.TODAY, now=factories.NOW) as work, path.open("rb") as stream:
        found = list(work.read(stream, name="x"))
        assert work.total or any(isinstance(item, Note) for item in found) or damaged == whole
