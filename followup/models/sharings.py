"""Results of our follow-up shared with another public body: what, with whom, by what right, from and to; and the keys we sign with."""

from datetime import date

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import Clause, Framework
from contracts.models.places import OfSupplier
from core import countries
from core.models import Record, StoredFile
from followup.models.audits import Audit
from followup.querysets_sharings import OursQuerySet, SharingQuerySet
from notifications.models import Deadline


class Sharing(OfSupplier):
    """One supplier's results on one agreement, shared with one body. The supplier sees it from `told_at` on.

    The right to share is a clause of the agreement, the supplier's consent (`consent_by`, on `consent_on`) or a law (`law`).
    `decided_by` is who of ours put it into force. Both `starts_on` and `ends_on` belong to it; `ended_on` is when it was stopped;
    without an `end_reason` the supplier took its consent back. What was never in force was asked about and no more (`was_shared`).
    """

    class Basis(models.TextChoices):
        CLAUSE = "clause", _("a clause of the agreement")
        CONSENT = "consent", _("the supplier's consent")
        LAW = "law", _("a law")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ASKED = "asked", _("consent asked for")
        REFUSED = "refused", _("consent refused")
        ACTIVE = "active", _("shared")
        ENDED = "ended", _("ended")

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="sharings")
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sharings", db_index=False)
    body_name = models.CharField(_("name of the body"), max_length=250)
    body_scheme = models.CharField(_("register"), max_length=40, default="NO-BRC")
    body_number = models.CharField(_("organisation number"), max_length=60)
    body_country = models.CharField(_("country"), max_length=2, default="NO")
    contact_name = models.CharField(_("contact at the body"), max_length=200, blank=True)
    contact_email = models.EmailField(_("e-mail of the contact"), blank=True)
    purpose = models.TextField(_("what the body needs it for"))
    audits = models.ManyToManyField(Audit, related_name="sharings", verbose_name=_("audits"))
    includes_reports = models.BooleanField(_("with the reports"), default=False)
    basis = models.CharField(_("legal basis"), max_length=8, choices=Basis)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("clause"))
    law = models.CharField(_("which law"), max_length=300, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    told_at = models.DateTimeField(null=True)
    consent_by = models.CharField(_("consent given by"), max_length=200, blank=True)
    consent_on = models.DateField(_("consent given on"), null=True, blank=True)
    answer = models.TextField(_("what the supplier says"), blank=True)
    answer_deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, null=True, related_name="sharing")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    end_reason = models.TextField(_("why it ended"), blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = SharingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sharing of results")
        constraints = [models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="sharing_ends_after_start")]
        indexes = [
            models.Index(fields=["created_at", "id"], name="sharing_created"),
            models.Index(fields=["supplier", "created_at", "id"], name="sharing_supplier"),
            models.Index(fields=["status", "created_at", "id"], name="sharing_status"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} → {self.body_name}"

    @property
    def body_country_name(self) -> str:
        return countries.name(self.body_country, get_language() or "nb")

    @property
    def basis_in_words(self) -> str:
        """The clause, who consented, or the law: as the file and both sides' pages say it."""
        if self.basis == self.Basis.CLAUSE:
            return str(self.clause or "")
        return self.consent_by if self.basis == self.Basis.CONSENT else self.law

    @property
    def was_shared(self) -> bool:
        """Whether it has ever been in force."""
        return self.decided_on is not None

    def state(self, today: date) -> str:
        """As the status; but that its days are over, or have not come, nobody needs to write down."""
        if self.status != self.Status.ACTIVE:
            return self.status
        return "over" if today > self.ends_on else "coming" if today < self.starts_on else self.status

    def is_open_on(self, today: date) -> bool:
        """Whether the body may have a file now."""
        return self.state(today) == self.Status.ACTIVE


class SharingFile(StoredFile):
    """A file that was made for the body, and handed to whoever fetched it. Kept as it was: it says what was shared."""

    sharing = models.ForeignKey(Sharing, on_delete=models.PROTECT, related_name="files")
    serial = models.PositiveIntegerField()
    key_id = models.CharField(max_length=64)
    fetched_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = OursQuerySet.as_manager()

    class Meta:
        verbose_name = _("file with shared results")
        ordering = ["-serial"]
        constraints = [models.UniqueConstraint(fields=["sharing", "serial"], name="sharing_file_serial_once")]
        indexes = [models.Index(fields=["storage_name"], name="sharing_file_storage")]


class SigningKey(Record):
    """The public half of a key of ours. The private half is derived from SECRET_KEY and `generation` (`followup/results/keys.py`)."""

    generation = models.PositiveIntegerField(unique=True)
    key_id = models.CharField(max_length=64, unique=True)
    public_key = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = OursQuerySet.as_manager()

    class Meta:
        verbose_name = _("our key for signing")
        ordering = ["-generation"]

    def __str__(self) -> str:
        return self.key_id[:16]

    scope_id = organisation_id = None
