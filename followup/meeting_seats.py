"""Who may be asked to a meeting with a supplier, and which findings it may be about."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Contact, Organisation, Person, ScopeRole, User
from contracts.models import Framework
from followup.models import Finding, FindingClock, Meeting
from notifications.models import Turn

OWED = FindingClock.objects.filter(what=FindingClock.What.MEETING, deadline__closed_at=None)


def people(
    framework: Framework, supplier: Organisation, *, viewer: User, today: date, it: Meeting | None
) -> tuple[QuerySet[Person], QuerySet[Person]]:
    """Our side: those with a role on the agreement, and whoever plans it. Theirs: contacts and people with access. Who sits there stays."""
    named = ScopeRole.objects.on(today).filter(scope_id=framework.pk, organisation=framework.organisation_id).values("person_id")
    contacts = Contact.objects.filter(organisation=supplier, ended_at=None, confirmed_at__isnull=False).values("person_id")
    members = Q(user__memberships__organisation=supplier, user__memberships__ended_at=None)
    ours = Q(pk__in=named) | Q(pk=viewer.person_id) | _seated(it, Turn.CPB)
    theirs = Q(pk__in=contacts) | members | _seated(it, Turn.SUPPLIER)
    ordered = Person.objects.order_by("name", "pk")
    return ordered.filter(ours).distinct(), ordered.filter(theirs).distinct()


def responsible(framework: Framework, supplier: Organisation, today: date) -> Iterable[UUID]:
    held = ScopeRole.objects.on(today).filter(scope_id=framework.pk, organisation=supplier, role=ScopeRole.Role.RESPONSIBLE)
    return held.values_list("person_id", flat=True)


def owing(seen: QuerySet[Finding], *, it: Meeting | None) -> QuerySet[Any]:
    """Of these findings the ones that a meeting is owed about, and those that this one is about already."""
    wanted = Q(pk__in=OWED.values("finding_id"))
    return seen.filter(wanted | Q(meetings=it) if it else wanted).select_related("framework").distinct()


def owed_by(finding: Finding) -> date | None:
    return OWED.filter(finding=finding).values_list("deadline__due_on", flat=True).first()


def _seated(it: Meeting | None, side: str) -> Q:
    return Q(pk__in=it.participants.filter(side=side).values("person_id")) if it else Q(pk__in=[])
