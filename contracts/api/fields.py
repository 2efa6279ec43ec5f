"""Related ids in bodies that have no `visible_to` of their own."""

from typing import Any

from django.db.models import QuerySet

from contracts.models import Framework, Lot
from core.api.fields import Visible, VisibleMany


def _lots_seen(user: Any) -> QuerySet[Any]:
    """A lot is seen by whoever sees its agreement."""
    return Lot.objects.filter(framework__in=Framework.objects.visible_to(user))


class LotId(Visible):
    def __init__(self, **options: Any) -> None:
        super().__init__(Lot, **options)

    def rows(self, user: Any) -> QuerySet[Any]:
        return _lots_seen(user)


class LotIds(VisibleMany):
    def __init__(self, **options: Any) -> None:
        super().__init__(Lot, **options)

    def rows(self, user: Any) -> QuerySet[Any]:
        return _lots_seen(user)
