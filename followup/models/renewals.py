"""Proof that runs out: what has to be renewed, by when, and with which request it was asked for again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models import Framework, Obligation
from contracts.models.places import OfSupplier
from followup.models.document_requests import DocumentRequest, Item
from followup.models.documents import Document
from followup.querysets import RenewalQuerySet
from notifications.models import Deadline


class Renewal(OfSupplier):
    """One for each document and agreement where it is proof (`document`, `item`), and one for the checks of a supplier's
    obligations on an agreement that run out on the same day (`document` is None).

    Its deadline is open as long as somebody should do something about it: nothing newer has come, nobody has asked for
    it with a request, and the obligations still bind. `request` is the one that asks for it again; there is never more
    than one.
    """

    class End(models.TextChoices):
        NONE = "", _("runs")
        RENEWED = "renewed", _("renewed")
        ASKED = "asked", _("asked for again")
        OVER = "over", _("no longer needed")

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="renewals")
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="renewals")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, null=True, related_name="renewals")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, related_name="renewals")
    obligations = models.ManyToManyField(Obligation, related_name="renewals")
    valid_until = models.DateField(_("valid until"))
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="renewal")
    request = models.OneToOneField(DocumentRequest, on_delete=models.SET_NULL, null=True, related_name="renews")
    end = models.CharField(max_length=8, choices=End, default=End.NONE, blank=True)
    created_at = models.DateTimeField()

    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = _("renewal")
        ordering = ["valid_until", "id"]
        constraints = [
            models.UniqueConstraint(fields=["document", "framework"], name="renewal_of_document_once"),
            models.UniqueConstraint(
                fields=["framework", "supplier", "valid_until"], condition=models.Q(document=None), name="renewal_of_checks_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deadline.title} {self.valid_until:%Y-%m-%d}"
