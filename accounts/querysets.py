"""Which people and organisations exist for you."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User


class OrganisationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Our staff and agencies see everybody; a supplier sees itself and the central body, nobody else."""
        if user.works_here or user.agency_ids:
            return self
        return self.filter(Q(pk__in=user.organisation_ids) | Q(kind="cpb"))

    def suppliers(self) -> Self:
        return self.filter(kind="supplier")

    def agencies(self) -> Self:
        return self.filter(kind="agency")


class ScopeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Our staff see all; others those on which somebody of theirs has or had a role."""
        if user.works_here:
            return self
        roles = self.model._meta.get_field("roles").related_model.objects
        return self.filter(pk__in=roles.filter(organisation_id__in=user.organisation_ids).values("scope_id"))


class OwnOrganisationQuerySet(models.QuerySet[Any]):
    """For rows with an `organisation`: memberships, contacts, invitations."""

    def visible_to(self, user: "User") -> Self:
        if user.works_here:
            return self
        return self.filter(organisation_id__in=user.organisation_ids)


class AbsenceQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Our staff see whose turn it is while somebody is away; others see their own."""
        return self if user.works_here else self.filter(person_id=user.person_id)

    def on(self, today: date) -> Self:
        return self.filter(starts_on__lte=today, ends_on__gte=today)


class InForceQuerySet(OwnOrganisationQuerySet):
    """For rows with `starts_on` and `ends_on` (None is open at that end)."""

    def on(self, today: date) -> Self:
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today))
