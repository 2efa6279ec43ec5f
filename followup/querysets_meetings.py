"""Which meetings exist for you."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from core.paging import Order, both_ways
from followup.searching import every_word

if TYPE_CHECKING:
    from accounts.models import User

MEETING_ORDERS = both_ways(starts_at=Order("starts_at"), created_at=Order("created_at"))
"""How lists of meetings can be read, on pages and in the API."""


class MeetingQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees its own once it is told; agencies and audit firms see none."""
        return self if user.works_here else self.filter(supplier_id__in=user.supplier_ids, told_at__isnull=False)

    def coming(self) -> Self:
        return self.filter(status__in=("planned", "invited"))

    def open(self) -> Self:
        """Something is still to be done about the meeting or its minutes."""
        return self.filter(status__in=("planned", "invited", "held", "sent", "objected"))

    def over(self) -> Self:
        return self.filter(status__in=("confirmed", "unconfirmed", "cancelled"))

    def search(self, text: str) -> Self:
        """Every word somewhere in the supplier's name, the agreement's title or reference, the place or the agenda."""
        return every_word(self, text, "supplier__name", "framework__title", "framework__reference", "place", "agenda")


class MeetingFileQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        if user.works_here:
            return self
        return self.filter(action__meeting__supplier_id__in=user.supplier_ids, action__meeting__told_at__isnull=False)
