"""Suspending a supplier's participation, and taking it up again. Whoever decided that has seen to who may."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from contracts.models import Framework, Lot, Suspension
from core import history, rows
from core.errors import WrongState
from core.states import Actor


@transaction.atomic
def begin(
    *,
    framework: Framework,
    supplier: Organisation,
    lots: Sequence[Lot],
    starts_on: date,
    case_id: UUID,
    actor: Actor,
    now: datetime,
) -> list[Suspension]:
    """On these lots; without any, on the whole agreement. What is suspended already cannot be suspended twice."""
    rows.lock(framework.scope)  # two cases at once must not suspend the same lot
    places: Sequence[Lot | None] = lots or [None]
    standing = Suspension.objects.filter(framework=framework, supplier=supplier, lifted_on=None)
    if taken := set(standing.values_list("lot_id", flat=True)) & {lot and lot.pk for lot in places}:
        names = ", ".join(str(lot or framework) for lot in places if (lot and lot.pk) in taken)
        raise WrongState(_("The supplier's participation is suspended already: %(places)s.") % {"places": names})
    made = [
        Suspension(framework=framework, supplier=supplier, lot=lot, starts_on=starts_on, case_id=case_id, created_at=now) for lot in places
    ]
    Suspension.objects.bulk_create(made)
    for row in made:
        history.record(actor=actor, now=now, verb="suspend", about=row, changes={"lot": row.lot and row.lot.number, "on": starts_on})
    return made


@transaction.atomic
def lift(*, case_id: UUID, lifted_on: date, actor: Actor, now: datetime) -> list[Suspension]:
    """Whatever that case has suspended: from this day on the supplier takes part again."""
    found = list(Suspension.objects.filter(case_id=case_id, lifted_on=None).select_related("framework", "lot", "supplier"))
    for row in found:
        rows.write(row, lifted_on=lifted_on)
        history.record(actor=actor, now=now, verb="lift", about=row, changes={"lot": row.lot and row.lot.number, "on": lifted_on})
    return found
