"""Telling those who order on an agreement of a sanction that changes what they do: that it applies, or not any more.

They hear nothing of the case. A demand, a plan or a daily fine changes nothing for them: the page of the agreement shows those.
"""

from collections.abc import Mapping
from datetime import date, datetime

from accounts.models import Membership, Organisation, Person
from accounts.permissions import Role
from contracts import suspending
from contracts.models import Framework, Suspension
from followup.models import Sanction
from followup.services import briefs
from notifications import outbox

M = Sanction.Means
BEGUN: dict[str, str] = {
    M.SUSPENSION: "supplier_suspended",
    **dict.fromkeys((M.WITHHELD, M.REPLACEMENT, M.TERMINATION), "supplier_sanctioned"),
}
OVER: dict[str, str] = {M.SUSPENSION: "suspension_lifted", **dict.fromkeys((M.WITHHELD, M.REPLACEMENT, M.TERMINATION), "sanction_over")}
"""The mail of each means that agencies have to act by."""


def tell_agencies(sanction: Sanction, kinds: Mapping[str, str], *, on: date, now: datetime, today: date) -> None:
    """Everybody at the agencies that have called off on the agreement: from when, what it means, and whom to order from instead."""
    kind = kinds.get(sanction.means)
    if kind is None:
        return
    about: dict[str, object] = {"supplier": sanction.supplier.name, "means": sanction.means, "on": on}
    about |= {"lots": [str(lot) for lot in sanction.lots.order_by("number")], "places": _places(sanction, today)}
    context = {**briefs.of_agreement(sanction.framework), **about}
    for agency, people in _agencies(sanction.framework).items():
        outbox.publish(
            kind=kind,
            people=people,
            organisation=agency,
            scope_id=sanction.framework_id,
            about_id=None,
            context=context,
            key=str(sanction.pk),
            now=now,
        )


def _places(sanction: Sanction, today: date) -> list[dict[str, object]]:
    """Each lot with whom to order from instead."""
    standing = Suspension.objects.filter(framework=sanction.framework).on(today).select_related("lot", "supplier")
    running = sanction.framework.participations.on(today).select_related("supplier")
    instead = {each.suspension.pk: each.instead for each in suspending.suspended(running, list(standing), today)}
    rows = Suspension.objects.filter(case_id=sanction.pk).select_related("lot").order_by("lot__number")
    return [{"lot": str(row.lot) if row.lot else "", "instead": [each.name for each in instead.get(row.pk, [])]} for row in rows]


def _agencies(framework: Framework) -> dict[Organisation, list[Person]]:
    """Those known from call-offs, with their people."""
    ordered = framework.call_offs.filter(agency__kind=Organisation.Kind.AGENCY).values("agency_id")
    members = Membership.objects.filter(organisation__in=ordered, role=Role.AGENCY, ended_at=None, user__is_active=True)
    found: dict[Organisation, list[Person]] = {}
    for member in members.select_related("organisation", "user__person").order_by("created_at", "id"):
        found.setdefault(member.organisation, []).append(member.user.person)
    return found
