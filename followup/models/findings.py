"""What was found at a supplier, and how it is put right: plan, actions, evidence, closing, and whether it helped."""

from datetime import date

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import Framework, Obligation, Theme
from contracts.models.places import OfSupplier
from core.models import Record, StoredFile
from followup.models.audits import Audit
from followup.models.documents import Document
from followup.models.severities import ClosingMethod, Severity
from followup.querysets import FINDING_TO_JUDGE, FINDING_WITH_SUPPLIER, FindingPartQuerySet, FindingQuerySet
from notifications.models import Deadline

NO_DATE = date(9999, 12, 31)
"""Sorts after every date: findings that need not be put right by any."""


class Finding(OfSupplier):
    """One thing that was found: a breach, a point for improvement or good practice. The supplier sees it once it is told.

    `number` counts the findings at this supplier on this agreement: counted over the agreement it would tell of others.
    A systemic one has no date to be put right by: the supplier cannot do it alone. `outcome` says why it is closed,
    `method` how we know. `noted_in` is the entry of the audit's sheet that it was noted in: what is noted once is logged once.
    `mend_by` repeats the date of the correction's deadline, so that lists can be read along it;
    `followup/services/finding_clocks.py` alone writes it. So does `auditor` the firm that makes its audit, whose list is read by it:
    `findings.log` writes it, and `audits.edit` where another firm is to make the audit.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        DISPUTED = "disputed", _("disputed by the supplier")
        PLAN_REQUESTED = "plan_requested", _("action plan asked for")
        PLAN_SUBMITTED = "plan_submitted", _("action plan to judge")
        PLAN_ACCEPTED = "plan_accepted", _("action plan accepted")
        IN_PROGRESS = "in_progress", _("being put right")
        EVIDENCE_SUBMITTED = "evidence_submitted", _("evidence to judge")
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("opened again")

    class Outcome(models.TextChoices):
        NONE = "", _("not closed")
        PUT_RIGHT = "put_right", _("put right")
        WITHDRAWN = "withdrawn", _("withdrawn")
        NOTED = "noted", _("noted, nothing to put right")

    Method = ClosingMethod

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="findings", db_index=False)
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="findings", db_index=False)
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, null=True, blank=True, related_name="findings")
    auditor = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    noted_in = models.OneToOneField("followup.SheetEntry", on_delete=models.PROTECT, null=True, related_name="finding")
    number = models.PositiveIntegerField()
    severity = models.ForeignKey(Severity, on_delete=models.PROTECT, related_name="findings", db_index=False)
    theme = models.CharField(_("theme"), max_length=24, choices=Theme, blank=True)
    text = models.TextField(_("what was found"))
    obligations = models.ManyToManyField(Obligation, blank=True, related_name="findings")
    is_systemic = models.BooleanField(_("systemic: the supplier cannot put it right alone"), default=False)
    repeats = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="repeated_by", verbose_name=_("found again after")
    )
    authority = models.CharField(_("handed to an authority"), max_length=200, blank=True)
    status = models.CharField(max_length=18, choices=Status, default=Status.OPEN)
    told_at = models.DateTimeField(null=True, help_text="When the supplier was told; until then it is ours.")
    dispute = models.TextField(_("why the supplier disputes it"), blank=True)
    disputed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.TextField(_("grounds for our decision on the dispute"), blank=True)
    statement = models.TextField(_("what the supplier says was done"), blank=True)
    mend_by = models.DateField(default=NO_DATE)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.NONE, blank=True)
    method = models.CharField(_("how we know"), max_length=14, choices=ClosingMethod, blank=True)
    closing_note = models.TextField(_("grounds for closing"), blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField(null=True)
    effect_note = models.TextField(_("whether it helped"), blank=True)
    effect_checked_on = models.DateField(null=True)
    found_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        constraints = [models.UniqueConstraint(fields=["framework", "supplier", "number"], name="finding_number_once")]
        indexes = [
            models.Index(fields=["mend_by", "id"], name="finding_mend_by"),
            models.Index(fields=["supplier", "mend_by", "id"], name="finding_supplier_mend_by"),
            models.Index(fields=["framework", "mend_by", "id"], name="finding_framework_mend_by"),
            models.Index(fields=["auditor", "mend_by", "id"], name="finding_auditor_mend_by"),
            models.Index(fields=["created_at", "id"], name="finding_created"),
            models.Index(fields=["supplier", "created_at", "id"], name="finding_supplier"),
            models.Index(fields=["framework", "created_at", "id"], name="finding_framework"),
            models.Index(fields=["auditor", "created_at", "id"], name="finding_auditor"),
            models.Index(fields=["status", "created_at", "id"], name="finding_status"),
            models.Index(fields=["severity", "created_at", "id"], name="finding_severity"),
        ]

    def __str__(self) -> str:
        return f"{self.framework.reference}-{self.number}"

    @property
    def title(self) -> str:
        """Its beginning, where there is room for one line."""
        return str(Truncator(" ".join(self.text.split())).chars(100))

    def was_found_by(self, user: User) -> bool:
        """Who logged it, and who noted it in the audit's sheet."""
        return user.pk == self.found_by_id or (self.noted_in is not None and user.pk == self.noted_in.written_by_id)

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    @property
    def is_told(self) -> bool:
        return self.told_at is not None

    @property
    def is_with_supplier(self) -> bool:
        """Whether it is the supplier's turn."""
        return self.is_told and self.status in FINDING_WITH_SUPPLIER

    @property
    def is_to_judge(self) -> bool:
        """Whether the supplier has answered, and we are to say what we think of it."""
        return self.status in FINDING_TO_JUDGE

    @property
    def due_on(self) -> date | None:
        return None if self.mend_by == NO_DATE else self.mend_by


class FindingClock(Record):
    """One thing about a finding that must happen by a date. The date, and who is reminded of it, is the deadline's."""

    class What(models.TextChoices):
        RESPONSE = "response", _("first answer")
        PLAN = "plan", _("action plan")
        CORRECTION = "correction", _("put right")
        JUDGEMENT = "judgement", _("our judgement")
        MEETING = "meeting", _("meeting")
        EFFECT = "effect", _("check of the effect")

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="clocks")
    what = models.CharField(max_length=10, choices=What)
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="finding_clock")

    class Meta:
        verbose_name = _("clock of a finding")
        ordering = ["deadline__due_on", "id"]

    def __str__(self) -> str:
        return f"{self.finding} {self.what}"


class ActionPlan(Record):
    """The supplier's plan for one finding, one row a round: sent back, it is written anew."""

    class Verdict(models.TextChoices):
        NONE = "", _("not judged")
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("sent back")

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="plans")
    number = models.PositiveSmallIntegerField()
    root_cause = models.TextField(_("why it happened"))
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.NONE, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("action plan")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["finding", "number"], name="action_plan_once")]

    def __str__(self) -> str:
        return f"{self.finding} {self.number}"


class CorrectiveAction(Record):
    """One thing the supplier will do, who does it and by when. The date is its deadline's, prepared until the plan is accepted."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("correction: mend it now")
        CORRECTIVE = "corrective", _("corrective: remove the cause")
        PREVENTIVE = "preventive", _("preventive: keep it from happening elsewhere")

    class Verdict(models.TextChoices):
        NONE = "", _("not judged")
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("sent back")

    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="actions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    text = models.TextField(_("what is done"))
    responsible = models.CharField(_("who is responsible"), max_length=200)
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="corrective_action")
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.NONE, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    done_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("corrective action")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="corrective_action_once")]

    def __str__(self) -> str:
        return self.text[:80]


class FindingEvidence(Record):
    """That a document of the supplier's shows what was done. Without `submitted_at` it is saved, not yet delivered."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="evidence")
    action = models.ForeignKey(CorrectiveAction, on_delete=models.CASCADE, null=True, blank=True, related_name="evidence")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="finding_evidence")
    submitted_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence of a finding")
        ordering = ["added_at", "id"]
        constraints = [models.UniqueConstraint(fields=["finding", "document"], name="finding_evidence_once")]

    def __str__(self) -> str:
        return f"{self.finding} ← {self.document}"


class FindingFile(StoredFile):
    """What we saw: a picture or a paper of ours. The supplier sees it with the finding."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="files")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = FindingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("file about a finding")
        ordering = ["created_at"]
        indexes = [models.Index(fields=["storage_name"], name="finding_file_storage")]


class FindingEffect(Record):
    """What putting it right meant in figures: workers concerned, money paid back, emissions saved."""

    class What(models.TextChoices):
        WORKERS = "workers", _("workers concerned")
        REPAID = "repaid", _("paid back to workers")
        EMISSIONS = "emissions", _("tonnes of CO₂ saved")

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="effects")
    what = models.CharField(_("what"), max_length=10, choices=What)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    method = models.CharField(_("how it was reckoned"), max_length=200)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("effect of a finding")
        ordering = ["recorded_at"]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gte=0), name="finding_effect_not_negative")]

    def __str__(self) -> str:
        return f"{self.what} {self.amount}"
