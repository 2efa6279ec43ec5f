"""Documents as evidence, and the kinds of them."""

from datetime import date, timedelta
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core.models import Record, StoredFile
from followup.querysets import DocumentQuerySet


class DocumentKind(Record):
    """What sort of proof a document is, and what dates are asked of it. Data, because the trade's papers change."""

    code = models.SlugField(unique=True)

    class AskAgain(models.TextChoices):
        OFF = "", _("nothing more than reminders")
        DRAFT = "draft", _("a request is prepared for the contract manager")
        SEND = "send", _("a request is sent to the supplier")

    name_nb = models.CharField(_("name in bokmål"), max_length=120)
    name_nn = models.CharField(_("name in nynorsk"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    needs_valid_until = models.BooleanField(_("must state how long it is valid"), default=False)
    max_age_days = models.PositiveIntegerField(
        _("greatest age in days when received"), null=True, blank=True, help_text=_("Empty means that age does not matter.")
    )
    is_restricted = models.BooleanField(_("holds personal data"), default=False)
    is_self_declaration = models.BooleanField(_("is the supplier's own statement"), default=False)
    asks_again = models.CharField(
        _("when one runs out"),
        max_length=5,
        choices=AskAgain,
        default=AskAgain.OFF,
        blank=True,
        help_text=_("What happens by itself on the day of the first reminder. The supplier is reminded in any case."),
    )

    class Meta:
        verbose_name = _("document kind")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_nb

    scope_id = organisation_id = None

    def name_in(self, language: str) -> str:
        return str(getattr(self, f"name_{language}", self.name_nb))


class Document(StoredFile):
    """A file that a supplier sent, by whatever way, with the document's own dates.

    `issued_on` and `valid_until` are the document's, `received_on` is when we had it: a file registered by hand
    counts from the day it came, not from the day it was typed in. `delivered_at` is None while the supplier has only
    saved the file; until then it is not ours to read.
    """

    class Channel(models.TextChoices):
        PORTAL = "portal", _("portal")
        EMAIL = "email", _("e-mail")
        PAPER = "paper", _("paper")
        MEETING = "meeting", _("meeting")

    class Access(models.TextChoices):
        ORDINARY = "ordinary", _("ordinary")
        RESTRICTED = "restricted", _("restricted")

    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="documents")
    kind = models.ForeignKey(DocumentKind, on_delete=models.PROTECT, null=True, blank=True, related_name="documents")
    issued_on = models.DateField(_("issued"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    received_on = models.DateField(_("received"))
    received_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(_("how it came"), max_length=8, choices=Channel, default=Channel.PORTAL)
    access = models.CharField(max_length=10, choices=Access, default=Access.ORDINARY)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        indexes = [
            models.Index(fields=["supplier", "received_at", "id"], name="document_supplier"),
            models.Index(fields=["received_at", "id"], name="document_received"),
            models.Index(fields=["storage_name"], name="document_storage"),
            models.Index(fields=["valid_until"], name="document_valid_until"),
        ]

    @property
    def organisation_id(self) -> UUID:
        return self.supplier_id

    scope_id = None

    @property
    def is_restricted(self) -> bool:
        return self.access == self.Access.RESTRICTED

    @property
    def name_for_all(self) -> str:
        """For history, which more people read than restricted documents: those are named by the beginning of their checksum."""
        return self.sha256[:12] if self.is_restricted else self.name

    def is_expired(self, today: date) -> bool:
        return self.valid_until is not None and self.valid_until < today

    def is_too_old(self) -> bool:
        """Whether it was older when received than its kind allows."""
        if self.kind is None or self.kind.max_age_days is None or self.issued_on is None:
            return False
        return self.received_on - self.issued_on > timedelta(days=self.kind.max_age_days)
