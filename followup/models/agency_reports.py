"""What an agency tells us of a supplier, until we have said what came of it."""

from uuid import UUID

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import CallOff, Framework
from contracts.models.places import OfAgreement
from core.models import Record, StoredFile
from followup.models.audits import Audit
from followup.models.findings import Finding
from followup.querysets_agency_reports import AgencyReportFileQuerySet, AgencyReportQuerySet
from notifications.models import Deadline


class AgencyReport(OfAgreement):
    """An agency tells that something is wrong at a supplier. The supplier is never shown it, nor who told.

    `case_number` is what the agency says on the telephone; it is made at random, so that it tells nothing of other reports.
    `deadline` is ours: our first answer, and once somebody has taken it, what comes of it. `due_on` repeats its date, so that
    lists can be read along it; `agency_reports.report` and `agency_report_news.owe` alone write it.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", _("received")
        TAKEN = "taken", _("taken on")
        FINDING = "finding", _("became a finding")
        AUDIT = "audit", _("led to an audit")
        CLOSED = "closed", _("closed")

    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agency_reports", db_index=False)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="agency_reports", db_index=False)
    supplier = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="reported_by_agencies", verbose_name=_("supplier")
    )
    call_off = models.ForeignKey(
        CallOff, on_delete=models.SET_NULL, null=True, blank=True, related_name="agency_reports", verbose_name=_("call-off")
    )
    case_number = models.CharField(_("case number"), max_length=12, unique=True)
    text = models.TextField(_("what happened"))
    happened_on = models.DateField(_("when"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=300, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.RECEIVED)
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="agency_report")
    due_on = models.DateField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who has it"))
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="agency_reports")
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, null=True, blank=True, related_name="agency_reports")
    close_reason = models.TextField(_("why it is closed"), blank=True)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = AgencyReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report from an agency")
        indexes = [
            models.Index(fields=["due_on", "id"], name="agency_report_due"),
            models.Index(fields=["created_at", "id"], name="agency_report_created"),
            models.Index(fields=["agency", "created_at", "id"], name="agency_report_agency"),
            models.Index(fields=["framework", "created_at", "id"], name="agency_report_framework"),
            models.Index(fields=["status", "created_at", "id"], name="agency_report_status"),
        ]

    def __str__(self) -> str:
        return self.case_number

    @property
    def organisation_id(self) -> UUID:
        """Whose it is, for history: the agency's, so that no supplier ever reads of it."""
        return self.agency_id

    @property
    def title(self) -> str:
        """Its beginning, where there is room for one line."""
        return str(Truncator(" ".join(self.text.split())).chars(100))

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.FINDING, self.Status.AUDIT, self.Status.CLOSED)


class ReportMessage(Record):
    """Something said about a report afterwards: our answer, or what the agency adds."""

    report = models.ForeignKey(AgencyReport, on_delete=models.CASCADE, related_name="messages")
    is_ours = models.BooleanField()
    text = models.TextField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("message about a report")
        ordering = ["written_at", "id"]

    def __str__(self) -> str:
        return str(Truncator(self.text).chars(80))


class AgencyReportFile(StoredFile):
    """A photo or paper of the agency's. Our staff and that agency see it."""

    report = models.ForeignKey(AgencyReport, on_delete=models.CASCADE, related_name="files")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = AgencyReportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a report")
        ordering = ["created_at"]
        indexes = [models.Index(fields=["storage_name"], name="agency_report_file_storage")]
