"""Which checklists and audit sheets exist for you: never a supplier's to read, and a sheet is for those who carry the audit out."""

from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.permissions import Action

if TYPE_CHECKING:
    from accounts.models import User

NOWHERE = UUID(int=0)
"""An agreement on which nobody is named: what somebody may do here, they may do on every agreement."""


def carried_out_by(user: "User", audit: str) -> Q:
    """The audits that this person carries out (the same rule for one audit: `sheets.may_open`)."""
    if not user.works_here:
        return Q(**{f"{audit}__auditor_id__in": user.auditor_ids})
    if user.may(Action.AUDIT_LOG, scope_id=NOWHERE):
        return Q()
    named = [scope for scope in user.scope_roles if user.may(Action.AUDIT_LOG, scope_id=scope)]
    team = apps.get_model("followup", "TeamMember").objects.filter(user=user).exclude(role="observer").values("audit")
    return Q(**{f"{audit}__lead": user}) | Q(**{f"{audit}__framework__in": named}) | Q(**{f"{audit}__in": team})


class SheetQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(carried_out_by(user, "audit"))


class PhotoQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(carried_out_by(user, "sheet__audit"))

    def kept(self) -> Self:
        """Not taken away again."""
        return self.filter(removed_at=None)


class ChecklistQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """What we ask in audits is no supplier's to read beforehand."""
        return self if user.works_here or user.auditor_ids else self.none()
