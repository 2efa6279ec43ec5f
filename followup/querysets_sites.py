"""Which production sites and audit programmes exist for you."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from followup.searching import every_word

if TYPE_CHECKING:
    from accounts.models import User


class SiteQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """A supplier sees its own; an audit firm those where it audits."""
        if user.works_here:
            return self
        mine = Q(supplier_id__in=user.supplier_ids)
        return self.filter(mine | self._audited_by(user.auditor_ids)) if user.auditor_ids else self.filter(mine)

    def _audited_by(self, firms: Any) -> Q:
        audits = self.model._meta.get_field("audits").related_model.objects
        seen = audits.filter(auditor_id__in=firms, site__isnull=False).exclude(status="cancelled")
        return Q(pk__in=seen.values("site_id"))

    def to_confirm(self) -> Self:
        return self.filter(status="suggested")

    def in_use(self) -> Self:
        return self.filter(status="confirmed")

    def auditable(self) -> Self:
        """Those that an audit may be planned at: `Site.can_be_audited`."""
        return self.filter(status__in=("confirmed", "suggested"), confirmed_at__isnull=False)

    def same_place(self, *, os_id: Any, name_key: Any, country: Any) -> Self:
        """Rows of whichever supplier for one factory: by its OS ID, or by its name in its country."""
        return self.filter(~Q(os_id="") & Q(os_id=os_id) | Q(name_key=name_key, country=country)).exclude(status="retired")

    def search(self, text: str) -> Self:
        """Every word somewhere in the name, the address, the products, the OS ID or the supplier's name."""
        return every_word(self, text, "name", "address", "products", "os_id", "supplier__name")


class ProgrammeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """What we mean to audit, and what it may cost, is ours."""
        return self if user.works_here else self.none()

    def open(self) -> Self:
        return self.filter(status="open")


class AuditPartQuerySet(models.QuerySet[Any]):
    """For rows that hang on an audit and are told with it: who comes, and its meetings."""

    def visible_to(self, user: "User") -> Self:
        if user.works_here:
            return self
        audits = self.model._meta.get_field("audit").related_model.objects
        return self.filter(audit__in=audits.visible_to(user))


class AuditCostQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """What an audit costs is ours."""
        return self if user.works_here else self.none()
