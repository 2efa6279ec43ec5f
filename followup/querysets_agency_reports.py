"""Which reports from agencies exist for you."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from core.paging import Order, both_ways
from followup.searching import every_word

if TYPE_CHECKING:
    from accounts.models import User

REPORT_ORDERS = both_ways(due_on=Order("due_on"), created_at=Order("created_at"))
"""How lists of reports can be read, on pages and in the API."""


class AgencyReportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Our staff, and the agency whose report it is. Never a supplier, nor an audit firm."""
        return self if user.works_here else self.filter(agency_id__in=user.agency_ids)

    def open(self) -> Self:
        """Not answered for good yet."""
        return self.filter(status__in=("received", "taken"))

    def search(self, text: str) -> Self:
        """Every word somewhere in what is told, its case number, or the names around it."""
        return every_word(self, text, "text", "case_number", "agency__name", "supplier__name", "framework__title")


class AgencyReportFileQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        return self if user.works_here else self.filter(report__agency_id__in=user.agency_ids)
