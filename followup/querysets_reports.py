"""Which written audit reports exist for you."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User


class WrittenReportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees its own from when it is told; an audit firm those of its audits. What was dropped is ours."""
        if user.works_here:
            return self
        mine = Q(audit__supplier_id__in=user.supplier_ids, told_at__isnull=False)
        return self.filter(mine | Q(audit__auditor_id__in=user.auditor_ids)).exclude(status="dropped")

    def open(self) -> Self:
        return self.filter(status__in=("draft", "sent", "commented"))

    def final(self) -> Self:
        return self.filter(status="final")
