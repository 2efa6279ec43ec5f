"""The year's audits together: what they are for, what they may cost."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Record
from followup.querysets_sites import ProgrammeQuerySet


class Programme(Record):
    """The audits of a year with one purpose (ISO 19011: audit programme). `reason` says why these audits and not others.

    It belongs to no agreement and no supplier, and is ours alone. `budget` is in `currency`; None where none is set.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    title = models.CharField(_("title"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"))
    purpose = models.TextField(_("purpose"))
    reason = models.TextField(_("why these audits"), blank=True)
    budget = models.DecimalField(_("budget"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="NOK")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit programme")
        constraints = [
            models.UniqueConstraint(fields=["year", "title"], name="programme_once"),
            models.CheckConstraint(condition=models.Q(budget=None) | models.Q(budget__gte=0), name="programme_budget"),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="programme_created"),
            models.Index(fields=["year", "id"], name="programme_year"),
        ]

    def __str__(self) -> str:
        return self.title

    scope_id = None
    organisation_id = None
