"""Two who do the same with a finding at the same moment: it happens once, and the other hears so."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from core.errors import WrongState
from core.models import History
from followup.models import Finding
from followup.services import action_plans, finding_closing, finding_disputes, finding_evidence, findings
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.findings.stories import accepted, disputed, fresh, logged, planned, shown

Act = Callable[..., Any]
AT: dict[str, Any] = {"now": NOW, "today": TODAY}


def closed(cast: Cast, it: Finding) -> None:
    finding_closing.close(finding=it, method="on_site", actor=cast.owner, **AT)


def finish_first(finding: Finding, **said: Any) -> None:
    finding_evidence.finish_action(finding=finding, action=action_plans.latest(finding).actions.earliest("number"), **said)


def pairs(cast: Cast) -> list[tuple[str, Act | None, Act, Act]]:
    """What is tried, what goes before it, and what the two do."""
    ours, theirs = {"actor": cast.owner, **AT}, {"actor": cast.csr, **AT}
    figure = {"what": "repaid", "amount": Decimal(40_000), "currency": "NOK", "method": "Pay slips."}

    def both(act: Act, **said: Any) -> tuple[Act, Act]:
        return partial(act, **said), partial(act, **said)

    return [
        ("tell", None, *both(findings.tell, **ours)),
        ("acknowledge", None, *both(finding_disputes.acknowledge, **theirs)),
        ("dispute", None, *both(finding_disputes.dispute, reason="No.", **theirs)),
        (
            "decide",
            disputed,
            partial(finding_disputes.uphold, grounds="Mine.", **ours),
            partial(finding_disputes.withdraw, grounds="Mine.", **{**ours, "actor": cast.deputy}),
        ),
        ("plan", None, *both(lambda finding: planned(cast, finding))),
        ("judge the plan", planned, partial(action_plans.accept, **ours), partial(action_plans.return_, comment="When?", **ours)),
        ("finish an action", accepted, *both(finish_first, **theirs)),
        ("show", None, *both(finding_evidence.submit, statement="Paid.", **theirs)),
        (
            "verify",
            shown,
            partial(finding_closing.close, method="document", **ours),
            partial(finding_evidence.return_, comment="Of whom?", **ours),
        ),
        ("close", None, *both(finding_closing.close, method="on_site", **ours)),
        ("reopen", closed, *both(finding_closing.reopen, reason="Again.", **ours)),
        ("check the effect", closed, *both(finding_closing.check_effect, has_helped=True, note="It lasts.", **ours)),
        ("a figure", None, *both(finding_closing.record_effect, **figure, **ours)),
        ("an authority", None, *both(findings.hand_over, authority="Arbeidstilsynet", **ours)),
    ]


def verbs(it: Finding) -> Counter[str]:
    return Counter(History.objects.filter(object_id=it.pk).values_list("verb", flat=True))


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_hears_that_it_is_done(cast: Cast) -> None:
    with ThreadPoolExecutor(2) as pool:
        for name, before, *acts in pairs(cast):
            it = logged(cast, told=name != "tell")
            if before:
                before(cast, fresh(it))
            seen = verbs(it)
            gate = Barrier(2)
            said = sorted(pool.map(partial(_try, it, gate), acts))
            assert said[0] == "", name
            assert len(said[1]) > 20, f"{name}: the other hears why"
            written = verbs(it) - seen - Counter(upload=9)
            assert written.total() == 1, f"{name}: once, not {written}"


def _try(it: Finding, gate: Barrier, act: Act) -> str:
    """Both have opened the page before either presses the button."""
    try:
        opened = fresh(it)
        gate.wait(10)
        act(finding=opened)
    except WrongState as error:
        return str(error)
    finally:
        connections.close_all()
    return ""


def test_who_hands_it_to_another_authority_has_seen_the_first(cast: Cast, visit: Any) -> None:
    it, ours = logged(cast), visit(cast.owner)
    at = f"/findings/{it.pk}/hand-over/"
    opened = ours.get(at).context["form"].initial
    ours.post(at, {**opened, "authority": "Arbeidstilsynet"})
    answer = ours.post(at, {**opened, "authority": "Skatteetaten"})
    assert answer.status_code == 409
    assert "Arbeidstilsynet has got it" in answer.content.decode()
    again = ours.get(at).context["form"].initial
    ours.post(at, {**again, "authority": "Arbeidstilsynet, Skatteetaten"})
    assert fresh(it).authority == "Arbeidstilsynet, Skatteetaten"
