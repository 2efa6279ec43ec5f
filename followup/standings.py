"""How obligations stand when findings are counted in, for the pages of agreements. Named in the settings, because those pages lie below.

The rule is `compliance.standing`. `overruling` says the same in the database; `tests/followup/findings/test_standings.py` holds the two
against each other.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Q

from accounts.models import User
from contracts.standings import Judged
from followup.compliance import FAVOURABLE, GRAVE, Found, Standing, standing
from followup.models import Audit, Finding
from followup.querysets import FindingQuerySet

FACTS = ("number", "severity__code", "status", "outcome", "closed_on")


def of(judged: Iterable[Judged], *, user: User) -> dict[UUID, Standing]:
    """Of those that a finding says something about, as far as this person may know of it. One query."""
    by_key = {row.pk: row for row in judged}
    found: dict[UUID, list[Found]] = {}
    seen = _grave(user).filter(obligations__in=list(by_key))
    for key, number, severity, status, outcome, closed_on in seen.values_list("obligations", *FACTS):
        one = Found(number, severity, is_open=status != "closed", is_put_right=outcome == "put_right", closed_on=closed_on)
        found.setdefault(key, []).append(one)
    return {key: _standing(by_key[key], rows) for key, rows in found.items() if key in by_key}


def overruling(user: User) -> tuple[Q, Q]:
    """Tests on obligations: an open grave finding makes it read as not met; one put right since the check, as to be judged anew."""
    found = _grave(user).filter(obligations__isnull=False)
    unchecked = Q(obligations__checked_on=None)
    later = found.filter(unchecked | Q(obligations__checked_on__lt=F("closed_on")), status="closed", outcome="put_right")
    failed = Q(pk__in=found.open().values("obligations"))
    return failed, ~failed & Q(pk__in=later.values("obligations"), verified__in=FAVOURABLE)


def checked_by(user: User) -> Q:
    """A test on obligations: those that this person's firm audits."""
    audits = Audit.objects.made_by(user.auditor_ids).filter(obligations__isnull=False)
    return Q(pk__in=audits.values("obligations"))


def _grave(user: User) -> FindingQuerySet:
    return Finding.objects.visible_to(user).filter(severity__code__in=GRAVE).exclude(outcome="withdrawn")


def _standing(row: Judged, found: list[Found]) -> Standing:
    return standing(verified=row.verified, checked_on=row.checked_on, found=found)
