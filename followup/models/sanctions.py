"""A sanction case: considered, heard, decided by somebody else, notified, in force, lifted; its letters and the reply."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import Clause, FineDay, Framework, Lot, Means
from contracts.models.places import OfSupplier
from core.models import Record, StoredFile
from followup.models.document_requests import DocumentRequest
from followup.models.documents import Document
from followup.models.findings import Finding
from followup.models.formal_notices import FormalNotice
from followup.models.replies import Reply
from followup.querysets import SanctionQuerySet
from notifications.models import Deadline


class Sanction(OfSupplier):
    """One means that a clause gives, considered against one supplier on one agreement, on some of its lots or on the whole.

    `number` counts the cases with this supplier on this agreement. `measure` says what the means consists in here. It
    rests on `facts`, and on the requests, formal notices and findings whose messages prove that the supplier was told before.
    `told_at` is when the supplier was heard; until then the case is ours. `applies_from` is what was decided,
    `in_force_from` what was done.
    """

    Means = Means

    class Status(models.TextChoices):
        CONSIDERED = "considered", _("considered")
        HEARD = "heard", _("the supplier is being heard")
        ANSWERED = "answered", _("the supplier has replied")
        DECIDED = "decided", _("decided, not told yet")
        NOTIFIED = "notified", _("decided, the supplier is told")
        IN_FORCE = "in_force", _("in force")
        LIFTED = "lifted", _("lifted")
        ENDED = "ended", _("ended")
        NOT_IMPOSED = "not_imposed", _("not imposed")
        DROPPED = "dropped", _("dropped")

    class Outcome(models.TextChoices):
        IMPOSED = "imposed", _("imposed")
        NOT_IMPOSED = "not_imposed", _("not imposed")

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="sanctions", db_index=False)
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sanctions", db_index=False)
    lots = models.ManyToManyField(Lot, blank=True, related_name="sanctions", verbose_name=_("lots"))
    number = models.PositiveSmallIntegerField()
    means = models.CharField(_("means"), max_length=12, choices=Means)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="sanctions", verbose_name=_("clause"))
    status = models.CharField(max_length=12, choices=Status, default=Status.CONSIDERED)
    requests = models.ManyToManyField(DocumentRequest, blank=True, related_name="sanctions", verbose_name=_("document requests"))
    notices = models.ManyToManyField(FormalNotice, blank=True, related_name="sanctions", verbose_name=_("formal notices"))
    findings = models.ManyToManyField(Finding, blank=True, related_name="sanctions", verbose_name=_("findings"))
    language = models.CharField(max_length=5)
    facts = models.JSONField(_("facts"), default=list)
    measure = models.TextField(_("what it consists in"))
    reply_days = models.PositiveSmallIntegerField(_("working days for the reply"))
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    told_at = models.DateTimeField(null=True)
    reply_deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, null=True, related_name="sanction")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    grounds = models.TextField(_("grounds"), blank=True)
    applies_from = models.DateField(_("applies from"), null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    in_force_from = models.DateField(_("in force from"), null=True)
    ended_on = models.DateField(_("ended on"), null=True)
    end_reason = models.TextField(_("why it ended"), blank=True)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanction case")
        constraints = [
            models.UniqueConstraint(fields=["framework", "supplier", "number"], name="sanction_number_once"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")), name="sanction_decided_by_another"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="sanction_created"),
            models.Index(fields=["supplier", "created_at", "id"], name="sanction_supplier"),
            models.Index(fields=["framework", "created_at", "id"], name="sanction_framework"),
            models.Index(fields=["status", "created_at", "id"], name="sanction_status"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} {self.number}"

    @property
    def title(self) -> str:
        """What it is, in the language that is active."""
        return str(self.get_means_display())

    @property
    def waits_for_reply(self) -> bool:
        return self.status == self.Status.HEARD

    @property
    def is_suspension(self) -> bool:
        return self.means == self.Means.SUSPENSION

    @property
    def is_told(self) -> bool:
        """Whether the supplier knows what was decided."""
        return self.status not in (self.Status.CONSIDERED, self.Status.HEARD, self.Status.ANSWERED, self.Status.DECIDED)


class FineTerms(Record):
    """A daily fine as the clause has it, taken from it or typed in; what it comes to is computed and never imposed by the tool.

    `rate` is per cent of the base for each day, `cap` per cent of the base in all. `from_clause` names the terms that the clause
    gave when the case took them; those stay, whatever becomes of the clause.
    """

    Day = FineDay

    sanction = models.OneToOneField(Sanction, on_delete=models.CASCADE, related_name="fine")
    rate = models.DecimalField(_("per cent of the base for each day"), max_digits=7, decimal_places=4)
    base = models.DecimalField(_("the base"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="NOK")
    cap = models.DecimalField(_("at most, per cent of the base"), max_digits=7, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("days that count"), max_length=12, choices=Day, default=Day.DAYS)
    starts_on = models.DateField(_("first day"))
    base_words = models.CharField(_("what the base is"), max_length=300, blank=True)
    from_clause = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("daily fine")

    def __str__(self) -> str:
        return f"{self.sanction} {self.rate} %"

    scope_id = organisation_id = None

    @property
    def fixed(self) -> dict[str, Any]:
        """What the clause gave, by name."""
        return {name: getattr(self, name) for name in self.from_clause}


class SanctionLetter(StoredFile):
    """A letter of the case as it was sent, with its PDF. One that the mail brought back stays beside the one that went another way."""

    class Purpose(models.TextChoices):
        HEARING = "hearing", _("hearing letter")
        DECISION = "decision", _("decision letter")

    sanction = models.ForeignKey(Sanction, on_delete=models.CASCADE, related_name="letters")
    purpose = models.CharField(max_length=8, choices=Purpose)
    letter = models.JSONField()
    text = models.TextField()
    recipients = models.JSONField(default=list)
    how = models.CharField(max_length=8, choices=FormalNotice.How)
    receipt_number = models.CharField(_("receipt number"), max_length=60, blank=True, help_text="Of the post, or of digital mail.")
    sent_on = models.DateField()
    sent_at = models.DateTimeField(help_text="When it was sent, or marked as sent.")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("letter of a sanction case")
        ordering = ["sent_at", "id"]
        indexes = [models.Index(fields=["storage_name"], name="sanction_letter_storage")]

    @property
    def is_by_portal(self) -> bool:
        return self.how == FormalNotice.How.PORTAL


class SanctionReply(Reply):
    sanction = models.OneToOneField(Sanction, on_delete=models.CASCADE, related_name="reply")
    documents = models.ManyToManyField(Document, blank=True, related_name="sanction_replies")

    class Meta:
        verbose_name = _("reply in a sanction case")

    def __str__(self) -> str:
        return f"{self.sanction} {self.submitted_at or '-'}"
