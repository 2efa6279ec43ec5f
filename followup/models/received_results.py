"""What other public bodies have shared with us: whose keys we accept, the files that came, and the audits in them."""

from datetime import date
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core.models import Record, StoredFile
from followup.models.audits import Audit
from followup.querysets_sharings import OursQuerySet, ReceivedQuerySet


class TrustedKey(Record):
    """The public key of a body whose results we read. Another key of the same body is another row; an ended one is accepted no more."""

    name = models.CharField(_("name of the body"), max_length=250)
    scheme = models.CharField(_("register"), max_length=40, default="NO-BRC")
    number = models.CharField(_("organisation number"), max_length=60)
    public_key = models.BinaryField(_("public key"), max_length=32)
    key_id = models.CharField(_("name of the key"), max_length=64, unique=True)
    how_known = models.CharField(_("how we know that it is theirs"), max_length=300)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(_("why it is accepted no more"), max_length=300, blank=True)

    objects = OursQuerySet.as_manager()

    class Meta:
        verbose_name = _("key of another body")
        ordering = ["name", "-created_at"]

    def __str__(self) -> str:
        return self.name

    scope_id = organisation_id = None


class ReceivedFile(StoredFile):
    """A file that somebody of ours uploaded. What was refused is kept with why, so that it can be asked about (`refusal`, `refusal_about`).

    `storage_name` is empty where the file was too large to be kept. `sharing`, `serial` and `issued_at` are the issuer's; `said` is the
    head of what was signed, without the audits, which are `ReceivedAudit` by the ids in `origins`. Nothing of it is the supplier's to read.
    """

    class Status(models.TextChoices):
        REFUSED = "refused", _("not read")
        CHECKED = "checked", _("to be looked at")
        IN_USE = "in_use", _("relied on")
        SET_ASIDE = "set_aside", _("put aside")
        REPLACED = "replaced", _("replaced by a newer file")
        WITHDRAWN = "withdrawn", _("takes results back")

    status = models.CharField(max_length=9, choices=Status)
    refusal = models.CharField(max_length=20, blank=True)
    refusal_about = models.JSONField(default=dict)
    key = models.ForeignKey(TrustedKey, on_delete=models.PROTECT, null=True, related_name="files")
    sharing = models.UUIDField(null=True)
    serial = models.PositiveIntegerField(null=True)
    issued_at = models.DateTimeField(null=True)
    said = models.JSONField(default=dict)
    origins = models.JSONField(default=list)
    supplier = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="received_files", verbose_name=_("supplier")
    )
    aside_reason = models.TextField(_("why it is put aside"), blank=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ReceivedQuerySet.as_manager()

    class Meta:
        verbose_name = _("file with results of another body")
        constraints = [
            models.UniqueConstraint(fields=["key", "sharing", "serial"], condition=~Q(status="refused"), name="received_file_once"),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="received_file_created"),
            models.Index(fields=["status", "created_at", "id"], name="received_file_status"),
            models.Index(fields=["storage_name"], name="received_file_storage"),
        ]

    scope_id = organisation_id = None

    @property
    def from_whom(self) -> str:
        """The body whose key fits; before that nobody knows."""
        return self.key.name if self.key else ""

    @property
    def supplier_name(self) -> str:
        """Ours, or as the file says it."""
        return self.supplier.name if self.supplier else str(self.said.get("supplier", {}).get("name", ""))

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.said["valid"]["from"])

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.said["valid"]["to"])

    @property
    def is_read(self) -> bool:
        return self.status != self.Status.REFUSED


class ReceivedAudit(Record):
    """An audit of another body, as its newest file tells it, with its findings: theirs, read only. `audit` is ours that relies on it.

    `declined_because` says why we do not; without either nobody has decided yet. `withdrawn_on`: the body has taken it back.
    """

    scheme = models.CharField(max_length=40)
    number = models.CharField(max_length=60)
    origin = models.UUIDField()
    file = models.ForeignKey(ReceivedFile, on_delete=models.PROTECT, related_name="audits")
    content = models.JSONField()
    performed_on = models.DateField()
    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, null=True, related_name="received")
    declined_because = models.TextField(_("why we do not rely on it"), blank=True)
    declined_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    declined_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    created_at = models.DateTimeField()

    objects = ReceivedQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit of another body")
        ordering = ["-performed_on", "id"]
        constraints = [models.UniqueConstraint(fields=["scheme", "number", "origin"], name="received_audit_once")]

    def __str__(self) -> str:
        return str(self.origin)

    scope_id = None

    @property
    def is_decided(self) -> bool:
        return self.audit_id is not None or self.declined_on is not None

    @property
    def organisation_id(self) -> UUID | None:
        return None
