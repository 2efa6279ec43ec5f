"""Framework agreements, their lots, who takes part in them, and what was called off."""

from datetime import date, timedelta
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Scope, User
from contracts.models.places import OfAgreement, OfSupplier
from contracts.querysets import CallOffQuerySet, FrameworkPartQuerySet, FrameworkQuerySet, ParticipationQuerySet
from core import dates
from core.dates import Unit
from notifications.models import Deadline


class CpvCode(models.Model):
    """A code of the Common Procurement Vocabulary, eight digits."""

    code = models.CharField(primary_key=True, max_length=8)
    name_nb = models.CharField(max_length=300)
    name_nn = models.CharField(max_length=300, blank=True)
    name_en = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("CPV code")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name_nb}"

    def name_in(self, language: str) -> str:
        return getattr(self, f"name_{language}", "") or self.name_nb


class Framework(models.Model):
    """An agreement that agencies call off from. It shares its key with its scope.

    `ends_on` is the end before options; `runs_until` counts those that are used. Only four states are stored,
    `phase` says what follows from the dates. `imported` holds the last value a notice gave each field: a field
    that differs from it was edited by a person and is never overwritten; `disputed` holds what the newest notice
    says instead, for a person to look at.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        SIGNED = "signed", _("signed")
        TERMINATED = "terminated", _("terminated")
        EVALUATED = "evaluated", _("final evaluation done")

    class Phase(models.TextChoices):
        PLANNED = "planned", _("planned")
        SIGNED = "signed", _("signed, not started")
        ONBOARDING = "onboarding", _("starting up")
        ACTIVE = "active", _("in force")
        EXTENDED = "extended", _("in force, extended")
        EXPIRING = "expiring", _("ends soon")
        ENDED = "ended", _("ended")
        TERMINATED = "terminated", _("terminated")
        EVALUATED = "evaluated", _("final evaluation done")

    scope = models.OneToOneField(Scope, primary_key=True, on_delete=models.CASCADE, related_name="framework")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="frameworks")
    reference = models.CharField(_("reference"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("what it covers"), blank=True)
    case_number = models.CharField(_("case number in the archive"), max_length=60, blank=True)
    ocid = models.CharField(_("OCDS id"), max_length=120, unique=True, null=True, blank=True)
    cpv = models.ManyToManyField(CpvCode, verbose_name=_("product groups (CPV)"), blank=True, related_name="frameworks")
    status = models.CharField(max_length=12, choices=Status, default=Status.PLANNED)
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    ends_on = models.DateField(_("ends, before options"), null=True, blank=True)
    value = models.DecimalField(_("estimated value"), max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="NOK")
    mailbox = models.EmailField(_("shared mailbox"), blank=True, help_text=_("Answers to our mails about this agreement go here."))
    predecessor = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="successors")
    imported = models.JSONField(default=dict, blank=True)
    disputed = models.JSONField(default=dict, blank=True)
    expiry = models.OneToOneField(Deadline, on_delete=models.PROTECT, null=True, related_name="framework")
    created_at = models.DateTimeField()

    EXPIRING_WITHIN = timedelta(days=180)
    ONBOARDING_FOR = timedelta(days=60)

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="framework_dates_in_order"),
        ]
        indexes = [
            models.Index(fields=["created_at", "scope"], name="framework_created"),
            models.Index(fields=["status", "ends_on"], name="framework_status_end"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def id(self) -> UUID:
        return self.scope_id

    @property
    def used_options(self) -> list["Option"]:
        return [option for option in self.options.all() if option.extends]

    @property
    def runs_until(self) -> date | None:
        if self.ends_on is None:
            return None
        return dates.add(self.ends_on, sum(option.months for option in self.used_options), Unit.MONTHS)

    def phase(self, today: date) -> str:
        """What the stored state and the dates say together."""
        until = self.runs_until
        if self.status != self.Status.SIGNED:
            return self.status
        if self.starts_on is None or self.starts_on > today:
            return self.Phase.SIGNED
        if until is not None and until < today:
            return self.Phase.ENDED
        if until is not None and until - today <= self.EXPIRING_WITHIN:
            return self.Phase.EXPIRING
        if today - self.starts_on <= self.ONBOARDING_FOR:
            return self.Phase.ONBOARDING
        return self.Phase.EXTENDED if self.used_options else self.Phase.ACTIVE


class Option(OfAgreement):
    """A right to extend. Used on notice, or running by itself unless we refuse in time."""

    class Kind(models.TextChoices):
        MUST_BE_USED = "must_be_used", _("must be used, with notice")
        RUNS_UNLESS_REFUSED = "runs_unless_refused", _("runs unless refused")

    class Decision(models.TextChoices):
        PENDING = "pending", _("not decided")
        USED = "used", _("used")
        REFUSED = "refused", _("not used")

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="options")
    number = models.PositiveSmallIntegerField(_("number"))
    months = models.PositiveSmallIntegerField(_("length in months"))
    kind = models.CharField(_("how it works"), max_length=20, choices=Kind, default=Kind.MUST_BE_USED)
    notice_days = models.PositiveSmallIntegerField(_("notice, days before the end"), default=90)
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.PENDING)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, null=True, related_name="option")

    objects = FrameworkPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("option")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="option_number_once"),
            models.CheckConstraint(condition=Q(months__gt=0), name="option_has_length"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def extends(self) -> bool:
        """Whether the agreement runs on through this option as things stand."""
        if self.decision == self.Decision.PENDING:
            return self.kind == self.Kind.RUNS_UNLESS_REFUSED
        return self.decision == self.Decision.USED

    organisation_id = None


class Lot(OfAgreement):
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="lots")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("what it covers"), blank=True)
    source_id = models.CharField(max_length=120, blank=True)

    objects = FrameworkPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="lot_number_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    organisation_id = None


class Participation(OfSupplier):
    """That a supplier is on a lot (or on the whole agreement when it has no lots), from and to, and why it changed."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="participations")
    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, null=True, blank=True, related_name="participations")
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="participations")
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    share = models.DecimalField(_("share in per cent"), max_digits=5, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        ordering = ["lot__number", "rank", "id"]
        constraints = [
            # Two constraints for one rule: a lot of NULL would not be compared, and SQLite knows no NULLS NOT DISTINCT.
            models.UniqueConstraint(fields=["lot", "supplier"], condition=Q(ends_on=None), name="participation_once_on_lot"),
            models.UniqueConstraint(
                fields=["framework", "supplier"], condition=Q(ends_on=None, lot=None), name="participation_once_without_lot"
            ),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=100), name="participation_share_in_range"),
        ]
        indexes = [models.Index(fields=["supplier", "framework"], name="participation_supplier")]

    def __str__(self) -> str:
        return f"{self.supplier} · {self.lot or self.framework}"


class CallOff(OfSupplier):
    """An order that an agency made on the agreement."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="call_offs")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="call_offs")
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="call_offs")
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="ordered")
    reference = models.CharField(_("reference"), max_length=120)
    title = models.CharField(_("title"), max_length=300, blank=True)
    signed_on = models.DateField(_("date"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="NOK")
    ocid = models.CharField(max_length=120, db_index=True, null=True, blank=True)
    imported = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    objects = CallOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("call-off")
        constraints = [models.UniqueConstraint(fields=["framework", "reference"], name="call_off_reference_once")]
        indexes = [
            models.Index(fields=["created_at", "id"], name="call_off_created"),
            models.Index(fields=["supplier", "created_at"], name="call_off_supplier"),
        ]

    def __str__(self) -> str:
        return self.reference
