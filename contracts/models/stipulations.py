"""What is stipulated in an agreement, and who it binds."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models.clauses import Clause, DeadlineRule
from contracts.models.frameworks import Framework, Lot
from contracts.models.places import OfAgreement, OfSupplier
from contracts.querysets import ObligationQuerySet, RequirementQuerySet
from core.models import Record


class Theme(models.TextChoices):
    HUMAN_RIGHTS = "human_rights", _("human rights")
    ILO_CORE = "ilo_core", _("ILO core conventions")
    NATIONAL_LABOUR_LAW = "national_labour_law", _("national labour law at the production place")
    WAGES = "wages", _("wage and working conditions")
    ENVIRONMENT = "environment", _("environment and climate")
    ANTI_CORRUPTION = "anti_corruption", _("anti-corruption")


class Convention(models.TextChoices):
    """The ten ILO core conventions and the one on working time that Norwegian clauses lean on is left to national law."""

    C029 = "C029", _("C29 forced labour")
    C087 = "C087", _("C87 freedom of association")
    C098 = "C098", _("C98 collective bargaining")
    C100 = "C100", _("C100 equal pay")
    C105 = "C105", _("C105 abolition of forced labour")
    C111 = "C111", _("C111 discrimination")
    C138 = "C138", _("C138 minimum age")
    C155 = "C155", _("C155 occupational safety and health")
    C182 = "C182", _("C182 worst forms of child labour")
    C187 = "C187", _("C187 promotion of safety and health")


class Requirement(OfAgreement):
    """One thing the agreement stipulates. Its text is a frozen copy; where it came from is kept beside it.

    Without lots it covers the whole agreement.
    """

    class Kind(models.TextChoices):
        QUALIFICATION = "qualification", _("qualification requirement")
        SPECIFICATION = "specification", _("technical specification")
        AWARD_CRITERION = "award_criterion", _("award criterion")
        CONTRACT_CLAUSE = "contract_clause", _("contract clause")

    class Level(models.TextChoices):
        BASIC = "basic", _("basic")
        ADVANCED = "advanced", _("advanced")
        LEADING = "leading", _("leading")

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="requirements")
    number = models.PositiveSmallIntegerField()
    lots = models.ManyToManyField(Lot, blank=True, related_name="requirements", verbose_name=_("lots"))
    theme = models.CharField(_("theme"), max_length=24, choices=Theme)
    convention = models.CharField(_("ILO convention"), max_length=4, choices=Convention, blank=True)
    kind = models.CharField(_("type"), max_length=20, choices=Kind, default=Kind.CONTRACT_CLAUSE)
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.BASIC)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    source_criterion = models.CharField(_("source"), max_length=200, blank=True)
    source_version = models.CharField(_("version of the source"), max_length=60, blank=True)
    documentation = models.TextField(_("what documentation proves it"), blank=True)
    valid_from = models.DateField(_("must be met from"), null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, blank=True, related_name="requirements")
    rule = models.ForeignKey(DeadlineRule, on_delete=models.PROTECT, null=True, blank=True, related_name="requirements")
    created_at = models.DateTimeField()

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("requirement")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="requirement_number_once")]
        indexes = [models.Index(fields=["created_at", "id"], name="requirement_created")]

    def __str__(self) -> str:
        return self.title

    organisation_id = None


class Declared(models.TextChoices):
    UNKNOWN = "unknown", _("not stated")
    YES = "yes", _("yes")
    PARTLY = "partly", _("partly")
    NO = "no", _("no")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class Verified(models.TextChoices):
    UNKNOWN = "unknown", _("not assessed")
    MET = "met", _("met")
    PARTLY_MET = "partly_met", _("partly met")
    NOT_MET = "not_met", _("not met")
    NOT_DOCUMENTED = "not_documented", _("not sufficiently documented")
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    WAIVED = "waived", _("waived")


class Method(models.TextChoices):
    """How it was checked. A self-declaration is no check: it moves the declared axis only."""

    SELF_DECLARED = "self_declared", _("the supplier's own statement")
    DOCUMENT = "document", _("document checked")
    MEETING = "meeting", _("meeting")
    HEAD_OFFICE = "head_office", _("visit to the head office")
    PRODUCTION_SITE = "production_site", _("visit to the production site")


class Obligation(OfSupplier):
    """Who a requirement binds: one row per requirement, supplier and lot.

    It alone carries the two axes. `declared` is what the supplier says, `verified` what we checked, with method, date
    and valid-until. Unknown is a value; past `valid_until` a verification reads as expired, never as met.
    Of several checks the one of the latest day stands, whenever it was written down.
    """

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="obligations")
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="obligations", db_index=False)
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="obligations")
    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, null=True, blank=True, related_name="obligations")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    promised_text = models.TextField(_("promised in the tender"), blank=True)
    promised_value = models.DecimalField(_("promised value"), max_digits=18, decimal_places=4, null=True, blank=True)
    promised_unit = models.CharField(_("unit"), max_length=40, blank=True)
    promised_source = models.CharField(_("where it is written"), max_length=200, blank=True)
    declared = models.CharField(max_length=14, choices=Declared, default=Declared.UNKNOWN)
    declared_on = models.DateField(null=True, blank=True)
    verified = models.CharField(max_length=14, choices=Verified, default=Verified.UNKNOWN)
    method = models.CharField(max_length=16, choices=Method, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        constraints = [
            models.UniqueConstraint(fields=["requirement", "supplier", "lot"], name="obligation_once_on_lot"),
            models.UniqueConstraint(fields=["requirement", "supplier"], condition=Q(lot=None), name="obligation_once_without_lot"),
            models.CheckConstraint(
                condition=Q(verified__in=["unknown", "waived", "not_applicable"]) | ~Q(method__in=["", "self_declared"]),
                name="obligation_verified_by_a_check",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="obligation_created"),
            models.Index(fields=["supplier", "created_at", "id"], name="obligation_supplier"),
            models.Index(fields=["framework", "created_at", "id"], name="obligation_of_framework"),
            models.Index(fields=["verified", "created_at", "id"], name="obligation_verified"),
            models.Index(fields=["valid_until"], name="obligation_valid_until"),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} · {self.supplier}"

    @property
    def is_promised(self) -> bool:
        return bool(self.promised_text) or self.promised_value is not None

    def is_expired(self, today: date) -> bool:
        return self.valid_until is not None and self.valid_until < today


class Judgement(Record):
    """One time somebody judged whether a requirement is met. Obligations show the latest; these are all of them."""

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="judgements")
    declared = models.CharField(max_length=14, choices=Declared, blank=True)
    verified = models.CharField(max_length=14, choices=Verified, blank=True)
    method = models.CharField(max_length=16, choices=Method)
    checked_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField()

    class Meta:
        verbose_name = _("judgement")
        ordering = ["-judged_at"]

    def __str__(self) -> str:
        return f"{self.obligation} {self.verified or self.declared}"
