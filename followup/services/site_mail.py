"""What is told about production sites: to us that one waits to be confirmed, to the supplier that one must be corrected."""

from datetime import date, datetime
from typing import Any

from accounts.models import Membership, Person, ScopeRole
from accounts.permissions import Role
from contracts.models import Framework, Participation
from followup.models import Site
from notifications import outbox
from notifications.audience import Directory, still_belong
from notifications.models import Delivery


def tell_us(site: Site, *, now: datetime, today: date) -> None:
    """Each manager of an agreement that the supplier is on, once. What was told before and has not left is taken back."""
    take_back(site, now=now)
    for framework, people in _managers(site, today):
        outbox.publish(
            kind="site_suggested",
            people=people,
            organisation=framework.organisation,
            scope_id=None,
            about_id=site.pk,
            context={**_brief(site), "is_corrected": site.confirmed_at is not None},
            key=f"{site.pk}:{now.isoformat()}",
            now=now,
        )


def tell_supplier(site: Site, *, now: datetime) -> None:
    """Whoever suggested it; where they have left, the main contacts."""
    take_back(site, now=now)
    outbox.publish(
        kind="site_returned",
        people=_suggester(site) or _main_contacts(site),
        organisation=site.supplier,
        scope_id=None,
        about_id=site.pk,
        context={**_brief(site), "comment": site.comment},
        key=f"{site.pk}:{now.isoformat()}",
        now=now,
    )


def take_back(site: Site, *, now: datetime) -> None:
    outbox.cancel(Delivery.objects.unsent().filter(about_id=site.pk), reason="closed", now=now)


def _brief(site: Site) -> dict[str, Any]:
    return {"site": site.name, "country": site.country, "supplier": site.supplier.name}


def _suggester(site: Site) -> list[Person]:
    person = site.suggested_by.person if site.suggested_by else None
    return [person] if person and still_belong([(person.pk, site.supplier_id)]) else []


def _main_contacts(site: Site) -> list[Person]:
    members = Membership.objects.filter(organisation=site.supplier_id, ended_at=None, user__is_active=True, role=Role.MAIN_CONTACT)
    return list(Person.objects.filter(user__memberships__in=members).order_by("created_at", "id"))


def _managers(site: Site, today: date) -> list[tuple[Framework, list[Person]]]:
    """By agreement, nobody twice."""
    on = Participation.objects.on(today).filter(supplier=site.supplier_id)
    running = Framework.objects.filter(pk__in=on.values("framework_id"), status=Framework.Status.SIGNED)
    frameworks = list(running.select_related("organisation").order_by("created_at", "pk"))
    directory = Directory(scope_ids=[each.pk for each in frameworks], organisation_ids=[], today=today)
    told: dict[Any, Framework] = {}
    for framework in frameworks:
        for one in directory.staff(ScopeRole.Role.MANAGER, scope_id=framework.pk):
            told.setdefault(one.person_id, framework)
    people = Person.objects.in_bulk(list(told))
    return [(framework, [people[key] for key, first in told.items() if first == framework]) for framework in frameworks]
