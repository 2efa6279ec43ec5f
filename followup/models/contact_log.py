"""What was said outside the portal: calls, meetings and mails."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import Framework
from core.models import Record
from followup.models.document_requests import DocumentRequest
from followup.querysets import ContactEntryQuerySet


class ContactEntry(Record):
    """One call, meeting or mail with a supplier. Internal unless it is shared."""

    class Kind(models.TextChoices):
        CALL = "call", _("call")
        MEETING = "meeting", _("meeting")
        MAIL = "mail", _("mail")

    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contact_entries")
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, null=True, blank=True, related_name="contact_entries")
    request = models.ForeignKey(DocumentRequest, on_delete=models.CASCADE, null=True, blank=True, related_name="contact_entries")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    happened_on = models.DateField(_("when"))
    with_whom = models.CharField(_("with whom"), max_length=200, blank=True)
    text = models.TextField(_("what was said"))
    is_reminder = models.BooleanField(_("a reminder to the supplier"), default=False)
    is_internal = models.BooleanField(_("internal"), default=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects = ContactEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact log entry")
        verbose_name_plural = _("contact log")
        ordering = ["-happened_on", "-id"]
        indexes = [models.Index(fields=["supplier", "happened_on"], name="contact_entry_supplier")]

    def __str__(self) -> str:
        return f"{self.supplier} {self.happened_on:%Y-%m-%d}"

    @property
    def scope_id(self) -> UUID | None:
        return self.framework_id

    @property
    def organisation_id(self) -> UUID:
        return self.supplier_id
