"""Where a row belongs: the rows of an agreement, and those of a supplier on it. Roles and history ask for it."""

from typing import TYPE_CHECKING
from uuid import UUID

from core.models import Record


class OfAgreement(Record):
    if TYPE_CHECKING:
        framework_id: UUID

    class Meta:
        abstract = True

    @property
    def scope_id(self) -> UUID:
        return self.framework_id


class OfSupplier(OfAgreement):
    if TYPE_CHECKING:
        supplier_id: UUID

    class Meta:
        abstract = True

    @property
    def organisation_id(self) -> UUID:
        return self.supplier_id
