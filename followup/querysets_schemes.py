"""Which audit schemes exist for you."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from accounts.models import User


class SchemeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """How strict we take a scheme to be is our own judgement."""
        return self if user.works_here else self.none()

    def offered(self) -> Self:
        return self.filter(is_retired=False).by_name()

    def by_name(self) -> Self:
        """Whether it begins with a capital or not."""
        return self.order_by(Lower("name"))
