"""Which agreements, participations, requirements and obligations exist for you."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User


class FrameworkQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Our staff see all, agencies what is signed, a supplier those it takes or took part in."""
        if user.works_here:
            return self
        seen = Q(pk__in=_participations(self).filter(supplier_id__in=user.supplier_ids).values("framework_id"))
        return self.filter(seen | ~Q(status="planned")) if user.is_agency else self.filter(seen)

    def managed_by(self, user: "User") -> Self:
        return self.filter(pk__in=[scope for scope, roles in user.scope_roles.items() if roles & {"owner", "manager", "deputy"}])


def _participations(frameworks: FrameworkQuerySet) -> Any:
    return frameworks.model._meta.get_field("participations").related_model.objects


class FrameworkPartQuerySet(models.QuerySet[Any]):
    """For rows that belong to an agreement and name no supplier: clauses."""

    def visible_to(self, user: "User") -> Self:
        if user.works_here or user.is_agency:
            return self
        return self.filter(framework__participations__supplier_id__in=user.supplier_ids).distinct()


class SupplierPartQuerySet(models.QuerySet[Any]):
    """For rows that belong to one supplier on an agreement. Nobody else's are ever seen."""

    def visible_to(self, user: "User") -> Self:
        if user.works_here or user.is_agency:
            return self
        return self.filter(supplier_id__in=user.supplier_ids)


class ParticipationQuerySet(SupplierPartQuerySet):
    def on(self, today: date) -> Self:
        """In force on that day; a missing end is open. What starts later already takes part in the preparations."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today))


class CallOffQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """An agency sees its own orders, a supplier those placed with it."""
        if user.works_here:
            return self
        return self.filter(Q(supplier_id__in=user.supplier_ids) | Q(agency_id__in=user.organisation_ids))


class RequirementQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees the requirements that bind it."""
        if user.works_here or user.is_agency:
            return self
        obligations = self.model._meta.get_field("obligations").related_model.objects
        return self.filter(pk__in=obligations.filter(supplier_id__in=user.supplier_ids).values("requirement_id"))


class ObligationQuerySet(SupplierPartQuerySet):
    def on(self, today: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=today))

    def met(self, today: date) -> Self:
        """Verified as met, and the verification has not run out."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=today), verified="met")

    def expired(self, today: date) -> Self:
        return self.filter(valid_until__lt=today).exclude(verified="unknown")
