"""Which checklists and audit sheets exist for you: our staff's and the audit firms', never a supplier's."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User


class SheetQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Our staff, and the firm that makes the audit. Who of ours may open one is asked by `sheets.may_open`; suppliers never may."""
        if user.works_here:
            return self
        return self.filter(audit__auditor_id__in=user.auditor_ids)


class PhotoQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Those of the sheets that are there for this person."""
        if user.works_here:
            return self
        return self.filter(sheet__audit__auditor_id__in=user.auditor_ids)

    def kept(self) -> Self:
        """Not taken away again."""
        return self.filter(Q(removed_at=None))


class ChecklistQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """What we ask in audits is no supplier's to read beforehand."""
        return self if user.works_here or user.auditor_ids else self.none()
