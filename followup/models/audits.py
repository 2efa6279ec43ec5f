"""An audit of a supplier, ours or one that we rely on, from the plan to its report."""

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import Framework, Judgement, Obligation
from contracts.models.places import OfSupplier
from core import countries
from core.models import StoredFile
from core.sql import monday_of
from followup.models.programmes import Programme
from followup.models.schemes import AuditScheme
from followup.models.sites import Site
from followup.querysets import AuditQuerySet
from notifications.models import Deadline


class Audit(OfSupplier):
    """One audit of one supplier on one agreement. `deadline` holds the day it is planned for, and is ours to keep.

    Lists are read along two columns: `planned_on` repeats that day, and `followup/services/audits.py` and `audit_outcomes.py` alone write
    it; `told_on` is what a supplier's list has for it, the Monday of the week where it is told no day, whatever became known since.

    `obligations` are what it checks. A reused audit was made by another body or scheme: it is only logged, with the scheme (its name
    as it was then, and `listed_scheme` where our list has it), the grade and how long it is valid; `is_as_strict`, `is_similar` and
    `accepted_because` are what somebody of ours answered for.
    `site` is where it is held, `place` the same in words or what the site does not say. From the day it is held on, `site_name`,
    `site_address` and `site_country` say where it was, whatever becomes of the site. `judgements` are those that were made on
    the strength of it.
    """

    class Kind(models.TextChoices):
        DOCUMENT_REVIEW = "document_review", _("document review")
        WAGE_CONTROL = "wage_control", _("control of wages and working conditions")
        OFFICE_VISIT = "office_visit", _("visit to the office")
        SUPPLIER_AUDIT = "supplier_audit", _("audit at a production site")
        FOLLOW_UP = "follow_up", _("follow-up audit")
        JOINT = "joint", _("joint audit with others")
        REUSED = "reused", _("audit made by others")

    class Trigger(models.TextChoices):
        PROGRAMME = "programme", _("the year's programme")
        RISK_SAMPLE = "risk_sample", _("sample by risk")
        SUSPICION = "suspicion", _("suspicion")
        COMPLAINT = "complaint", _("complaint")
        AGENCY_REPORT = "agency_report", _("report from an agency")
        RE_AUDIT = "re_audit", _("earlier findings")

    class Announcement(models.TextChoices):
        ANNOUNCED = "announced", _("announced")
        SEMI_ANNOUNCED = "semi_announced", _("announced with a period, not a day")
        UNANNOUNCED = "unannounced", _("not announced")

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        ANNOUNCED = "announced", _("announced")
        PERFORMED = "performed", _("carried out, report to come")
        REPORTED = "reported", _("reported")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    class Result(models.TextChoices):
        NONE = "", _("no result yet")
        NOTHING_FOUND = "nothing_found", _("nothing to remark")
        IMPROVEMENTS = "improvements", _("points for improvement, no breach")
        BREACHES = "breaches", _("breaches")
        SERIOUS_BREACHES = "serious_breaches", _("serious breaches")
        ACCESS_REFUSED = "access_refused", _("access was refused")

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="audits", db_index=False)
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="audits", db_index=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    trigger = models.CharField(_("why now"), max_length=16, choices=Trigger, default=Trigger.PROGRAMME)
    reason = models.TextField(_("why this supplier"), blank=True)
    announcement = models.CharField(_("announcement"), max_length=16, choices=Announcement, default=Announcement.ANNOUNCED)
    purpose = models.TextField(_("what it is to find out"), blank=True)
    place = models.CharField(_("where"), max_length=300, blank=True)
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="audits", verbose_name=_("audit programme")
    )
    site = models.ForeignKey(
        Site, on_delete=models.SET_NULL, null=True, blank=True, related_name="audits", verbose_name=_("production site")
    )
    site_name = models.CharField(max_length=200, blank=True)
    site_address = models.CharField(max_length=300, blank=True)
    site_country = models.CharField(max_length=2, blank=True)
    obligations = models.ManyToManyField(Obligation, blank=True, related_name="audits")
    judgements = models.ManyToManyField(Judgement, blank=True, related_name="audits")
    auditor = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="audits_made",
        verbose_name=_("audit firm"),
        db_index=False,
    )
    lead = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who leads it"))
    re_audit_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="re_audits")
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="audit")
    planned_on = models.DateField()
    told_on = models.GeneratedField(
        expression=Case(When(announcement=Announcement.SEMI_ANNOUNCED, then=monday_of("planned_on")), default=F("planned_on")),
        output_field=models.DateField(),
        db_persist=True,
    )
    announced_at = models.DateTimeField(null=True)
    performed_on = models.DateField(_("carried out"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=16, choices=Result, default=Result.NONE, blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    scheme = models.CharField(_("scheme or body"), max_length=120, blank=True)
    listed_scheme = models.ForeignKey(AuditScheme, on_delete=models.PROTECT, null=True, blank=True, related_name="audits")
    grade = models.CharField(_("grade"), max_length=40, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    is_as_strict = models.BooleanField(_("as strict as our requirements"), null=True)
    is_similar = models.BooleanField(_("made in a similar way"), null=True)
    accepted_because = models.TextField(_("how we know"), blank=True)
    cancel_reason = models.TextField(blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit")
        indexes = [
            models.Index(fields=["planned_on", "id"], name="audit_planned"),
            models.Index(fields=["framework", "planned_on", "id"], name="audit_framework_planned"),
            models.Index(fields=["auditor", "planned_on", "id"], name="audit_auditor_planned"),
            models.Index(fields=["created_at", "id"], name="audit_created"),
            models.Index(fields=["supplier", "created_at", "id"], name="audit_supplier"),
            models.Index(fields=["supplier", "told_on", "id"], name="audit_supplier_told"),
            models.Index(fields=["framework", "created_at", "id"], name="audit_framework"),
            models.Index(fields=["status", "created_at", "id"], name="audit_status"),
            models.Index(fields=["auditor", "created_at", "id"], name="audit_auditor"),
            # What a list of sites asks for a firm: `SiteQuerySet.visible_to`.
            models.Index(fields=["auditor", "site"], condition=Q(site__isnull=False) & ~Q(status="cancelled"), name="audit_firm_site"),
            models.Index(fields=["kind"], name="audit_kind"),
            models.Index(fields=["result"], name="audit_result"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.supplier}"

    @property
    def is_reported(self) -> bool:
        return self.status in (self.Status.REPORTED, self.Status.CLOSED)

    @property
    def is_coming(self) -> bool:
        return self.status in (self.Status.PLANNED, self.Status.ANNOUNCED)

    @property
    def is_reused(self) -> bool:
        return self.kind == self.Kind.REUSED

    @property
    def where(self) -> str:
        """The site as `site_as_held` has it, and what stands of the place in words."""
        name, address, code = self.site_as_held
        country = countries.name(code, get_language() or "nb") if code else ""
        return "; ".join(part for part in (", ".join(filter(None, (name, address, country))), self.place) if part)

    @property
    def site_as_held(self) -> tuple[str, str, str]:
        """Name, address and country: as they were when it was held, before that as they are. Empty without a site."""
        if self.site_name or self.site is None:
            return self.site_name, self.site_address, self.site_country
        return self.site.name, self.site.address, self.site.country

    @property
    def is_told(self) -> bool:
        """Whether the supplier knows of it."""
        return self.announced_at is not None or self.is_reported


class AuditReport(StoredFile):
    """The report of an audit. A later one stands beside the earlier: what was once reported is kept, but for a file added by mistake."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="reports")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("audit report")
        ordering = ["created_at"]
        indexes = [models.Index(fields=["storage_name"], name="audit_report_storage")]
