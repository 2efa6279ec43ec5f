"""Which audit schemes exist for you."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


class SchemeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """How strict we take a scheme to be is our own judgement."""
        return self if user.works_here else self.none()

    def offered(self) -> Self:
        return self.filter(is_retired=False)
