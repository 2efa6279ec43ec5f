"""A formal notice of breach of the duty to document, and the supplier's reply."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import Framework
from contracts.models.places import OfSupplier
from core.models import StoredFile
from followup.models.document_requests import DocumentRequest
from followup.models.documents import Document
from followup.models.replies import Reply
from followup.querysets import FormalNoticeQuerySet
from notifications.models import Deadline


class FormalNotice(OfSupplier):
    """*Reklamasjon – varsel om mislighold*: drafted by the tool, approved and sent by a person, never by itself.

    `number` counts the notices to this supplier on this agreement. `missed` is the deadline that was not kept, with
    whose messages the letter proves that the supplier was told. Until it is sent the letter follows from the columns up
    to `reply_days`; from then on `letter` and `text` hold it as it was, and nothing changes them.
    `recipients` are those it was addressed to: name, address, role, and whether they get a copy only.
    """

    class Status(models.TextChoices):
        DRAFTED = "drafted", _("draft")
        SENT = "sent", _("sent")
        ANSWERED = "answered", _("answered by the supplier")
        CLOSED = "closed", _("closed")
        DROPPED = "dropped", _("not sent")

    class How(models.TextChoices):
        """How it was sent."""

        PORTAL = "portal", _("by the portal")
        POST = "post", _("by registered post")
        EMAIL = "email", _("by e-mail")
        DIGITAL = "digital", _("by secure digital mail")
        HAND = "hand", _("by hand")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("upheld: the breach stands")
        WITHDRAWN = "withdrawn", _("withdrawn")
        CURED = "cured", _("put right: the breach has ended")

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="formal_notices", db_index=False)
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="formal_notices", db_index=False)
    request = models.ForeignKey(DocumentRequest, on_delete=models.PROTECT, related_name="formal_notices")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFTED)
    missed = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=5)
    facts = models.JSONField(_("facts"), default=list)
    consequences = models.TextField(_("consequences"))
    signer_title = models.CharField(_("title of who signs"), max_length=200, blank=True)
    cure_days = models.PositiveSmallIntegerField(_("working days for putting it right"))
    reply_days = models.PositiveSmallIntegerField(_("working days for the reply"))
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    letter = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    recipients = models.JSONField(default=list)
    how = models.CharField(max_length=8, choices=How, blank=True)
    receipt_number = models.CharField(_("receipt number"), max_length=60, blank=True, help_text="Of the post, or of digital mail.")
    sent_on = models.DateField(null=True)
    sent_at = models.DateTimeField(null=True, help_text="When it was sent, or marked as sent.")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    cure_on = models.DateField(null=True)
    reply_deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, null=True, related_name="formal_notice")
    drop_reason = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    grounds = models.TextField(_("grounds"), blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = FormalNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("formal notice")
        constraints = [
            models.UniqueConstraint(fields=["framework", "supplier", "number"], name="formal_notice_number_once"),
            models.UniqueConstraint(
                fields=["request"], condition=models.Q(status__in=("drafted", "sent", "answered")), name="formal_notice_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="formal_notice_created"),
            models.Index(fields=["supplier", "created_at", "id"], name="formal_notice_supplier"),
            models.Index(fields=["framework", "created_at", "id"], name="formal_notice_framework"),
            models.Index(fields=["status", "created_at", "id"], name="formal_notice_status"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} {self.number}"

    @property
    def is_by_portal(self) -> bool:
        return self.how == self.How.PORTAL

    @property
    def waits_for_reply(self) -> bool:
        return self.status == self.Status.SENT

    @property
    def has_left(self) -> bool:
        """Whether it is the supplier's to see."""
        return self.status in (self.Status.SENT, self.Status.ANSWERED, self.Status.CLOSED)


class NoticeLetter(StoredFile):
    """The letter as PDF, made once, when it was sent."""

    notice = models.OneToOneField(FormalNotice, on_delete=models.CASCADE, related_name="pdf")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("letter as PDF")
        indexes = [models.Index(fields=["storage_name"], name="notice_letter_storage")]


class FormalReply(Reply):
    notice = models.OneToOneField(FormalNotice, on_delete=models.CASCADE, related_name="reply")
    documents = models.ManyToManyField(Document, blank=True, related_name="replies")

    class Meta:
        verbose_name = _("reply to a formal notice")

    def __str__(self) -> str:
        return f"{self.notice} {self.submitted_at or '-'}"
