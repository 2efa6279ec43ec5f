"""The ladder of one deadline, tried in every order of days: never twice, never silent."""

from collections import defaultdict
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from accounts.models import ScopeRole
from notifications.audience import Recipient
from notifications.models import PlannedStep
from tests.notifications import ladder_by_hand as ladder
from tests.notifications.ladder_by_hand import Step

ROLES = ScopeRole.Role.values
PEOPLE = [Recipient(UUID(int=number), f"p{number}@example.org", "responsible", UUID(int=99)) for number in range(4)]
ENDS = set(PlannedStep.Status.values) - {PlannedStep.Status.PLANNED}

audiences = st.dictionaries(st.sampled_from(ROLES), st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3), min_size=len(ROLES))
rungs = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(ROLES), st.booleans(), st.booleans()),
    unique_by=lambda rung: rung[:2],
    min_size=1,
    max_size=12,
)


def steps_of(chosen: list[tuple[int, str, bool, bool]]) -> list[Step]:
    return [
        Step(UUID(int=1000 + number), rung, audience, "kind", only_if_unseen=unseen, opens="formal_notice" if formal and not unseen else "")
        for number, (rung, audience, unseen, formal) in enumerate(chosen)
    ]


def run(
    steps: list[Step], days: list[int], reach: dict[str, list[Recipient]], is_seen: bool
) -> tuple[dict[UUID, str], list[tuple[UUID, int, int]]]:
    """Sweeps on these days; `days[i]` is when step i comes due. Returns how each step ended and who was told what on which day."""
    ends: dict[UUID, str] = {}
    told: list[tuple[UUID, int, int]] = []
    for day in range(8):
        due = [step for step, on in zip(steps, days, strict=True) if on <= day and step.id not in ends]
        before: dict[UUID, int] = {}
        for person, rung, _day in told:
            before[person] = max(rung, before.get(person, rung))
        for decision in ladder.decide(due, is_seen=is_seen, reach=lambda role: reach.get(role, []), told_before=before):
            ends[decision.step.id] = decision.status
            told += [(person.person_id, decision.step.rung, day) for person in decision.told]
    return ends, told


@given(chosen=rungs, days=st.lists(st.integers(0, 7), min_size=12, max_size=12), reach=audiences, is_seen=st.booleans())
def test_never_twice_and_never_silent(
    chosen: list[tuple[int, str, bool, bool]], days: list[int], reach: dict[str, list[Recipient]], is_seen: bool
) -> None:
    steps = steps_of(chosen)
    ends, told = run(steps, days[: len(steps)], reach, is_seen)
    assert set(ends) == {step.id for step in steps}
    assert set(ends.values()) <= ENDS
    assert len({(person, rung) for person, rung, _day in told}) == len(told), "somebody was told the same rung twice"
    by_day: dict[tuple[UUID, int], list[int]] = defaultdict(list)
    for person, rung, day in told:
        by_day[person, day].append(rung)
    assert all(len(rungs) == 1 for rungs in by_day.values()), "somebody was told two rungs in one sweep"
    for somebody in PEOPLE:
        climbed = [rung for who, rung, _day in told if who == somebody.person_id]
        assert climbed == sorted(climbed), "somebody was told a lower rung after a higher one"


@given(chosen=rungs, reach=audiences)
def test_after_an_outage_each_person_hears_only_the_highest_rung(
    chosen: list[tuple[int, str, bool, bool]], reach: dict[str, list[Recipient]]
) -> None:
    steps = [step for step in steps_of(chosen) if not step.only_if_unseen and not step.opens]
    _ends, told = run(steps, [0] * len(steps), reach, is_seen=False)
    heard = {person: rung for person, rung, _day in told}
    for person in PEOPLE:
        meant = [step.rung for step in steps if person in reach.get(step.audience, [])]
        assert heard.get(person.person_id) == max(meant, default=None)


def test_a_role_that_nobody_holds_reaches_nobody_and_says_so() -> None:
    decision = ladder.decide([Step(UUID(int=1), 0, "responsible", "kind")], is_seen=False, reach=lambda role: [], told_before={})[0]
    assert (decision.status, decision.note) == ("unreached", "nobody")


def test_two_roles_of_one_person_at_one_rung_are_one_line() -> None:
    steps = [Step(UUID(int=1), 4, "key_account", "kind"), Step(UUID(int=2), 4, "responsible", "kind")]
    decisions = ladder.decide(steps, is_seen=False, reach=lambda role: PEOPLE[:1], told_before={})
    assert [(d.step.audience, d.status, len(d.told)) for d in decisions] == [("responsible", "done", 1), ("key_account", "done", 0)]


def test_only_if_unseen_is_dropped_once_it_has_been_opened() -> None:
    step = Step(UUID(int=1), 1, "responsible", "kind", only_if_unseen=True)
    seen, unseen = (ladder.decide([step], is_seen=flag, reach=lambda role: PEOPLE[:1], told_before={})[0] for flag in (True, False))
    assert (seen.status, seen.note, len(seen.told)) == ("cancelled", "seen", 0)
    assert (unseen.status, len(unseen.told)) == ("done", 1)


def test_a_late_low_rung_never_follows_a_higher_one() -> None:
    """A request of five days: the friendly reminder after a week would come after the first one past the date."""
    step = Step(UUID(int=1), 1, "responsible", "kind")
    decision = ladder.decide([step], is_seen=False, reach=lambda role: PEOPLE[:1], told_before={PEOPLE[0].person_id: 4})[0]
    assert decision.status == "superseded"
