"""What a person is where, and may therefore do. Read in one query a request; every question is answered from it."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils import timezone

from accounts import permissions
from accounts.permissions import NAMED_ON_AGREEMENT, Role
from core.sql import json_list

CPB, SUPPLIER, AGENCY, AUDITOR = "cpb", "supplier", "agency", "auditor"
REPRESENTATIVE = "representative"


class Standing:
    """The part of `User` that knows memberships, and roles on agreements."""

    memberships: Any
    person_id: UUID

    @cached_property
    def active_memberships(self) -> list[Any]:
        """Read once a request, with what the person is on agreements; every question below is answered from it."""
        roles = apps.get_model("accounts", "ScopeRole")._default_manager.on(timezone.localdate()).filter(person_id=self.person_id)
        rows = self.memberships.filter(ended_at=None).select_related("organisation").order_by("created_at", "id")
        return list(rows.annotate(held=json_list(roles, scope="scope_id", organisation="organisation_id", role="role")))

    def forget(self) -> None:
        """After a change of roles they must be read again."""
        for name in ("active_memberships", "scope_roles", "represented"):
            vars(self).pop(name, None)

    @cached_property
    def organisation_ids(self) -> list[UUID]:
        return [membership.organisation_id for membership in self.active_memberships]

    @cached_property
    def works_here(self) -> bool:
        """Whether this person is on the central body's staff."""
        return any(m.organisation.kind == CPB for m in self.active_memberships)

    @cached_property
    def supplier_ids(self) -> list[UUID]:
        return [m.organisation_id for m in self.active_memberships if m.organisation.kind == SUPPLIER]

    @cached_property
    def agency_ids(self) -> list[UUID]:
        return [m.organisation_id for m in self.active_memberships if m.organisation.kind == AGENCY]

    @cached_property
    def auditor_ids(self) -> list[UUID]:
        return [m.organisation_id for m in self.active_memberships if m.organisation.kind == AUDITOR]

    @property
    def held_roles(self) -> list[dict[str, Any]]:
        """What this person is on which agreement today, and for which organisation."""
        return self.active_memberships[0].held if self.active_memberships else []

    @cached_property
    def scope_roles(self) -> dict[UUID, set[str]]:
        """What this person is on which agreement today, for our own staff."""
        roles: dict[UUID, set[str]] = {}
        for held in self.held_roles if self.works_here else []:
            roles.setdefault(held["scope"], set()).add(held["role"])
        return roles

    def may(self, action: str, *, scope_id: UUID | None = None, organisation_id: UUID | None = None) -> bool:
        """Whether a role that this person has *here* includes the action.

        `scope_id` is the agreement and `organisation_id` the supplier that the thing is about. A membership of
        another supplier never counts. Without `scope_id` the question is whether the role may at all, as for
        creating an agreement.
        """
        if action in permissions.BEFORE_NAMED:
            scope_id = None
        if any(permissions.allows(role, action) for role in self.roles_for(scope_id=scope_id, organisation_id=organisation_id)):
            return True
        return action in permissions.OF_REPRESENTATIVE and (scope_id, organisation_id) in self.represented

    @cached_property
    def represented(self) -> set[tuple[UUID | None, UUID | None]]:
        """The agreements on which this person is a supplier's contractual representative today, with that supplier."""
        return {
            (held["scope"], held["organisation"])
            for held in self.held_roles
            if held["role"] == REPRESENTATIVE and held["organisation"] in self.supplier_ids
        }

    def roles_for(self, *, scope_id: UUID | None, organisation_id: UUID | None) -> set[str]:
        roles: set[str] = set()
        for membership in self.active_memberships:
            if membership.organisation.kind == CPB:
                roles |= self._staff_roles(membership.role, scope_id)
            elif membership.organisation.kind == AGENCY or membership.organisation_id == organisation_id:
                roles.add(membership.role)
        return roles

    def _staff_roles(self, role: str, scope_id: UUID | None) -> set[str]:
        if role not in NAMED_ON_AGREEMENT or scope_id is None:
            return {role}
        return {Role.READER} | (self.scope_roles.get(scope_id, set()) & NAMED_ON_AGREEMENT)
