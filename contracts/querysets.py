"""Which agreements, participations, requirements and obligations exist for you."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from contracts import standings
from core import ids

if TYPE_CHECKING:
    from accounts.models import User
    from contracts.standings import Overruling


class FrameworkQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Our staff see all, agencies what is signed, a supplier those it takes or took part in."""
        if user.works_here:
            return self
        seen = Q(pk__in=_related(self, "participations").filter(supplier_id__in=user.supplier_ids).values("framework_id"))
        return self.filter(seen | ~Q(status="planned")) if user.agency_ids else self.filter(seen)

    def with_end(self) -> Self:
        """Annotate `until`: the day it really ends, options counted. A signed agreement's own deadline knows it."""
        return self.annotate(until=Coalesce("expiry__due_on", "ends_on"))

    def ending_before(self, day: date) -> Self:
        return self.with_end().filter(until__lt=day)

    def in_phase(self, phase: str, today: date) -> Self:
        """Those that `Framework.phase` would call so."""
        if phase in ("planned", "terminated", "evaluated"):
            return self.filter(status=phase)
        signed = self.with_end().filter(status="signed")
        if phase == "signed":
            return signed.filter(Q(starts_on=None) | Q(starts_on__gt=today))
        running = signed.filter(starts_on__lte=today)
        if phase == "ended":
            return running.filter(until__lt=today)
        soon = today + self.model.EXPIRING_WITHIN
        if phase == "expiring":
            return running.filter(until__gte=today, until__lte=soon)
        steady = running.filter(Q(until=None) | Q(until__gt=soon))
        young = Q(starts_on__gte=today - self.model.ONBOARDING_FOR)
        if phase == "onboarding":
            return steady.filter(young)
        extended = Q(pk__in=_related(self, "options").filter(_EXTENDS).values("framework_id"))
        return steady.exclude(young).filter(extended if phase == "extended" else ~extended)

    def with_any_supplier(self, suppliers: Any) -> Q:
        """The condition that one of these takes or took part."""
        return Q(pk__in=_related(self, "participations").filter(supplier__in=suppliers).values("framework_id"))

    def with_manager(self, person_id: UUID, today: date) -> Self:
        roles = self.model._meta.get_field("scope").related_model._meta.get_field("roles").related_model.objects
        return self.filter(pk__in=roles.on(today).filter(role="manager", person_id=person_id).values("scope_id"))

    def where_may(self, user: "User", action: str) -> Self:
        """Those on which this person may do it: for who is named on agreements, their own."""
        return self if user.may(action, scope_id=ids.new()) else self.managed_by(user)

    def managed_by(self, user: "User") -> Self:
        return self.filter(pk__in=[scope for scope, roles in user.scope_roles.items() if roles & {"owner", "manager", "deputy"}])


_EXTENDS = Q(decision="used") | Q(decision="pending", kind="runs_unless_refused")


def _related(frameworks: FrameworkQuerySet, name: str) -> Any:
    return frameworks.model._meta.get_field(name).related_model.objects


class FrameworkPartQuerySet(models.QuerySet[Any]):
    """For rows that belong to an agreement and name no supplier: clauses, lots, options."""

    def visible_to(self, user: "User") -> Self:
        if user.works_here:
            return self
        if user.agency_ids:
            return self.exclude(framework__status="planned")
        return self.filter(framework__participations__supplier_id__in=user.supplier_ids).distinct()


class SupplierPartQuerySet(models.QuerySet[Any]):
    """For rows that belong to one supplier on an agreement. Nobody else's are ever seen."""

    def visible_to(self, user: "User") -> Self:
        if user.works_here:
            return self
        if user.agency_ids:
            return self.exclude(framework__status="planned")
        return self.filter(supplier_id__in=user.supplier_ids)


class ParticipationQuerySet(SupplierPartQuerySet):
    def on(self, today: date) -> Self:
        """In force on that day; a missing end is open. What starts later already takes part in the preparations."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today))


class SuspensionQuerySet(SupplierPartQuerySet):
    def on(self, today: date) -> Self:
        """In force on that day."""
        return self.filter(Q(lifted_on=None) | Q(lifted_on__gt=today), starts_on__lte=today)


class CallOffQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """An agency sees its own orders, a supplier those placed with it."""
        if user.works_here:
            return self
        return self.filter(Q(supplier_id__in=user.supplier_ids) | Q(agency_id__in=user.organisation_ids))


class RequirementQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees the requirements that bind it, an audit firm those that its audits check."""
        if user.works_here:
            return self
        if user.agency_ids:
            return self.exclude(framework__status="planned")
        obligations = self.model._meta.get_field("obligations").related_model.objects
        return self.filter(pk__in=obligations.visible_to(user).values("requirement_id"))


def _standings(today: date, found: "Overruling") -> dict[str, Q]:
    """What is best known of an obligation. A check past its date is known no more; what is waived or not relevant is no part.

    What was found since our judgement comes before it."""
    runs = Q(valid_until=None) | Q(valid_until__gte=today)
    counts = runs & ~found.failed & ~found.to_judge
    open_ = (Q(verified="unknown") | ~runs | found.to_judge) & ~found.failed
    return {
        "verified": Q(verified="met") & counts,
        "partly": Q(verified="partly_met") & counts,
        "failed": Q(verified__in=["not_met", "not_documented"]) & runs | found.failed,
        "declared": open_ & ~Q(declared="unknown"),
        "unknown": open_ & Q(declared="unknown"),
    }


class ObligationQuerySet(SupplierPartQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Besides, an audit firm sees those that its audits check."""
        if user.auditor_ids and not user.works_here:
            return self.filter(Q(supplier_id__in=user.supplier_ids) | standings.checked_by(user))
        return super().visible_to(user)

    def on(self, today: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=today))

    def met(self, today: date) -> Self:
        """Verified as met, and the verification has not run out."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=today), verified="met")

    def expired(self, today: date) -> Self:
        return self.filter(valid_until__lt=today).exclude(verified="unknown")

    def shares(self, per: str, today: date, found: "Overruling") -> dict[UUID, dict[str, int]]:
        """How many stand as which part, for each value of `per`; counted as `matrix.Shares` counts."""
        counts = {f"{part}_count": Count("pk", filter=test) for part, test in _standings(today, found).items()}
        counted = self.values(per).annotate(**counts).order_by()
        return {row.pop(per): {name.removesuffix("_count"): number for name, number in row.items()} for row in counted}

    def standing_as(self, part: str, today: date, found: "Overruling") -> Self:
        """The rows behind one part of `shares`: of what binds today."""
        return self.on(today).filter(_standings(today, found)[part], requirement__withdrawn_on=None)

    def reading_as(self, outcome: str, today: date, found: "Overruling") -> Self:
        """Those shown with that outcome, as `matrix.reading` reads them."""
        plain = ~found.failed & ~found.to_judge
        if outcome == "to_judge":
            return self.filter(found.to_judge)
        if outcome == "expired":
            return self.filter(plain).expired(today)
        stands = Q(verified="unknown") | Q(valid_until=None) | Q(valid_until__gte=today)
        judged = Q(verified=outcome) & stands & plain
        return self.filter(judged | found.failed if outcome == "not_met" else judged)


class ImportRunQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Imports are our own work."""
        return self if user.works_here else self.none()

    def waiting(self, now: datetime) -> Self:
        """Those that a worker should take up: nobody is at them, or whoever was has died."""
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        return self.filter(free, state__in=["reading", "running"]).order_by("created_at", "id")
