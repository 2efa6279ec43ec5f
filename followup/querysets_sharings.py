"""Which sharings of results exist for you, and what came from other bodies."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from accounts.permissions import Action
from followup.searching import every_word

if TYPE_CHECKING:
    from accounts.models import User


class SharingQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees who has access to its own, from when it is told. Nobody else outside sees any."""
        if user.works_here:
            return self
        return self.filter(supplier_id__in=user.supplier_ids, told_at__isnull=False)

    def asked(self) -> Self:
        """The supplier is to say yes or no."""
        return self.filter(status="asked")

    def asked_by(self, user: "User") -> Self:
        return self.asked().filter(decided_by=user)

    def open_on(self, today: date) -> Self:
        """Those by which the body may have a file now, or may get one: `Sharing.state`."""
        return self.filter(Q(status__in=("draft", "asked")) | Q(status="active", ends_on__gte=today))

    def over_on(self, today: date) -> Self:
        return self.filter(Q(status__in=("refused", "ended")) | Q(status="active", ends_on__lt=today))

    def with_fetched_at(self) -> Self:
        """Annotate `fetched_at`, when a file of it was fetched last: read for the rows of a page only."""
        files = self.model._meta.get_field("files").related_model.objects.filter(sharing=OuterRef("pk")).order_by("-created_at")
        return self.annotate(fetched_at=Subquery(files.values("created_at")[:1]))

    def search(self, text: str) -> Self:
        """Every word somewhere in the supplier's name, the body's name or number, or the agreement's title or reference."""
        return every_word(self, text, "supplier__name", "body_name", "body_number", "framework__title", "framework__reference")


class OursQuerySet(models.QuerySet[Any]):
    """For what is ours alone: keys, and files that were made."""

    def visible_to(self, user: "User") -> Self:
        return self if user.works_here else self.none()

    def accepted(self) -> Self:
        """Of keys of others: those that have not ended."""
        return self.filter(ended_on=None)


class ReceivedQuerySet(OursQuerySet):
    def refused(self) -> Self:
        return self.filter(status="refused")

    def to_look_at(self) -> Self:
        return self.filter(status="checked")

    def waiting_for(self, user: "User", scopes: Iterable[UUID]) -> Self:
        """To be looked at by this person: what is about suppliers on these agreements, what the person read in, and for who is named
        on no agreement but may do something about it every one."""
        waiting = self.visible_to(user).to_look_at()
        if not user.may(Action.RESULTS_RECEIVE):
            return waiting.none()
        named = list(scopes)
        mine = Q(uploaded_by=user) | Q(supplier__participations__framework__in=named)
        return waiting.filter(mine).distinct() if named else waiting

    def read(self) -> Self:
        return self.exclude(status="refused")

    def search(self, text: str) -> Self:
        """Every word somewhere in the name of the file, of the body or of the supplier."""
        return every_word(self, text, "name", "key__name", "supplier__name", "said__supplier__name")
