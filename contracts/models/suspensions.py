"""That nobody is to call off from a supplier for a time."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models.frameworks import Framework, Lot
from contracts.models.places import OfSupplier
from contracts.querysets import SuspensionQuerySet


class Suspension(OfSupplier):
    """*Midlertidig stans*: a supplier's participation in a lot (or in an agreement without lots) rests from a day on.

    `case_id` names the case in which that was decided. Why is the case's to know: here stands only what everybody who
    orders must know. `lifted_on` is the first day on which it does not apply any more.
    """

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="suspensions", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="suspensions")
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="suspensions")
    starts_on = models.DateField(_("from"))
    lifted_on = models.DateField(_("lifted"), null=True, blank=True)
    case_id = models.UUIDField(db_index=True)
    created_at = models.DateTimeField()

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension")
        constraints = [
            # Two constraints for one rule, as for participations: a lot of NULL would not be compared.
            models.UniqueConstraint(fields=["lot", "supplier"], condition=Q(lifted_on=None), name="suspension_once_on_lot"),
            models.UniqueConstraint(
                fields=["framework", "supplier"], condition=Q(lifted_on=None, lot=None), name="suspension_once_without_lot"
            ),
            models.CheckConstraint(condition=Q(lifted_on__gte=F("starts_on")), name="suspension_dates_in_order"),
        ]
        indexes = [models.Index(fields=["framework", "lifted_on"], name="suspension_framework")]

    def __str__(self) -> str:
        return f"{self.supplier} · {self.lot or self.framework}"
