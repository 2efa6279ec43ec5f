"""Where what a supplier delivers is made."""

from decimal import Decimal
from uuid import UUID

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core import countries
from core.models import Record
from followup.querysets_sites import SiteQuerySet


class Site(Record):
    """A production site of one supplier. Two suppliers may use the same factory: each has its own row, and knows nothing of the other.

    `name_key` is the name as it is compared and sorted: small letters, one space between words. `comment` is our word when it
    was sent back. `confirmed_at` stays when the supplier corrects it: then it is looked at again.
    """

    class Status(models.TextChoices):
        SUGGESTED = "suggested", _("suggested")
        CONFIRMED = "confirmed", _("confirmed")
        RETURNED = "returned", _("sent back")
        RETIRED = "retired", _("no longer in use")

    class Tier(models.IntegerChoices):
        FIRST = 1, _("makes what is delivered to us")
        SECOND = 2, _("makes parts or materials for it")
        THIRD = 3, _("makes raw materials, or is further back")

    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites", db_index=False)
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    address = models.CharField(_("address"), max_length=300, blank=True)
    country = models.CharField(_("country"), max_length=2)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    os_id = models.CharField("OS ID", max_length=15, blank=True)
    tier = models.PositiveSmallIntegerField(_("place in the chain"), choices=Tier, null=True, blank=True)
    products = models.CharField(_("products"), max_length=300, blank=True)
    workers = models.PositiveIntegerField(_("number of workers"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.SUGGESTED)
    comment = models.TextField(_("comment"), blank=True)
    suggested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("production site")
        constraints = [
            models.UniqueConstraint(fields=["supplier", "name_key", "country"], name="site_name_once"),
            models.UniqueConstraint(fields=["supplier", "os_id"], condition=~models.Q(os_id=""), name="site_os_id_once"),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__range=(Decimal(-90), Decimal(90)), longitude__range=(Decimal(-180), Decimal(180))),
                name="site_on_earth",
            ),
        ]
        indexes = [
            models.Index(fields=["name_key", "id"], name="site_name"),
            models.Index(fields=["created_at", "id"], name="site_created"),
            models.Index(fields=["supplier", "created_at", "id"], name="site_supplier"),
            models.Index(fields=["status", "name_key", "id"], name="site_status_by_name"),
            models.Index(fields=["country", "name_key", "id"], name="site_country"),
            models.Index(fields=["os_id"], condition=~models.Q(os_id=""), name="site_os_id"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_id(self) -> None:
        """It belongs to no agreement."""
        return None

    @property
    def organisation_id(self) -> UUID:
        return self.supplier_id

    @property
    def country_name(self) -> str:
        return countries.name(self.country, get_language() or "nb")

    @property
    def in_words(self) -> str:
        """Name, address and country, as an audit names it."""
        return ", ".join(part for part in (self.name, self.address, self.country_name) if part)

    @property
    def coordinates(self) -> str:
        """As maps write them; empty without."""
        return f"{self.latitude:.5f}, {self.longitude:.5f}" if self.latitude is not None else ""

    @property
    def can_be_audited(self) -> bool:
        """Confirmed, also when the supplier has corrected it since, and in use."""
        return self.confirmed_at is not None and self.status in (self.Status.CONFIRMED, self.Status.SUGGESTED)

    @property
    def is_corrected(self) -> bool:
        """Whether it was confirmed once, and the supplier has corrected it since."""
        return self.status == self.Status.SUGGESTED and self.confirmed_at is not None
