"""The report of an audit that is written here: a draft, the supplier's comments within a limit, and final. One row a version."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models import Obligation
from core.models import Record, StoredFile
from followup.models.audits import Audit
from followup.models.documents import Document
from followup.models.findings import Finding
from followup.querysets_reports import WrittenReportQuerySet
from notifications.models import Deadline


class WrittenReport(Record):
    """One version of a report. What was final stays as it was: a correction is the next version beside it, with its reason (`why`).

    `told_at` is when the supplier could read it first, as a draft or as final; until then it is ours. `sections` hold the words while
    it is written; `content` is the whole text as it was last sent, and as it stands once it is final. `result` is what came of the audit.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("the supplier may comment")
        COMMENTED = "commented", _("comments to answer")
        FINAL = "final", _("final")
        DROPPED = "dropped", _("dropped")

    class Sheet(models.TextChoices):
        """How much of the audit's sheet the report tells. Notes can say who said what, and photos who was there."""

        NOTHING = "", _("nothing")
        ANSWERS = "answers", _("questions and answers")
        NOTES = "notes", _("questions, answers and notes")
        PHOTOS = "photos", _("questions, answers, notes and photos")

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="written_reports")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    language = models.CharField(max_length=5)
    sheet = models.CharField(_("from the sheet"), max_length=7, choices=Sheet, default=Sheet.ANSWERS, blank=True)
    why = models.TextField(_("why it is corrected"), blank=True)
    comment_days = models.PositiveSmallIntegerField(_("working days for comments"))
    comment_deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, null=True, related_name="commented_report")
    answer_deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, null=True, related_name="answered_report")
    told_at = models.DateTimeField(null=True)
    commented_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    commented_on = models.DateField(null=True)
    content = models.JSONField(default=dict)
    final_on = models.DateField(null=True)
    final_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = WrittenReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("written audit report")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="written_report_number_once"),
            models.UniqueConstraint(
                fields=["audit"], condition=Q(status__in=("draft", "sent", "commented")), name="written_report_open_once"
            ),
        ]
        indexes = [models.Index(fields=["created_at", "id"], name="written_report_created")]

    def __str__(self) -> str:
        return f"{self.audit} {self.number}"

    @property
    def scope_id(self) -> UUID:
        return self.audit.framework_id

    @property
    def organisation_id(self) -> UUID:
        return self.audit.supplier_id

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.DRAFT, self.Status.SENT, self.Status.COMMENTED)

    @property
    def is_final(self) -> bool:
        return self.status == self.Status.FINAL

    @property
    def is_correction(self) -> bool:
        return bool(self.why)


class ReportSection(Record):
    """One part of a report: a heading of its own, a requirement that was checked, or a finding. `sent_text` is what the supplier read.

    A finding says its own words; `text` adds to them.
    """

    class Kind(models.TextChoices):
        """In the order in which they stand."""

        SUMMARY = "summary", _("summary")
        METHOD = "method", _("how the audit was made")
        REQUIREMENT = "requirement", _("a requirement that was checked")
        FINDING = "finding", _("a finding")
        OTHER = "other", _("something else")
        CONCLUSION = "conclusion", _("conclusion")

    report = models.ForeignKey(WrittenReport, on_delete=models.CASCADE, related_name="sections")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, null=True, related_name="+")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="report_sections")
    heading = models.CharField(_("heading"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    sent_text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("section of an audit report")
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "obligation"], name="report_section_requirement_once"),
            models.UniqueConstraint(fields=["report", "finding"], name="report_section_finding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ReportComment(Record):
    """What the supplier says of one section, with files, and what we answer. Its own until the comments are sent in, all at once."""

    class Verdict(models.TextChoices):
        NONE = "", _("not answered")
        CHANGED = "changed", _("we have changed the report")
        KEPT = "kept", _("the report stands as it was")

    section = models.OneToOneField(ReportSection, on_delete=models.CASCADE, related_name="comment")
    text = models.TextField(_("comment"), blank=True)
    documents = models.ManyToManyField(Document, blank=True, related_name="report_comments")
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.NONE, blank=True)
    answer = models.TextField(_("our answer"), blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("comment on an audit report")

    def __str__(self) -> str:
        return self.text[:80]


class ReportFile(StoredFile):
    """A report as file, made once: the draft as it was sent for comments, and the final report."""

    class Stage(models.TextChoices):
        DRAFT = "draft", _("draft, as it was sent for comments")
        FINAL = "final", _("final report")

    class Form(models.TextChoices):
        PDF = "pdf", _("PDF")
        DOCX = "docx", _("Word")

    report = models.ForeignKey(WrittenReport, on_delete=models.CASCADE, related_name="files")
    stage = models.CharField(max_length=5, choices=Stage)
    form = models.CharField(max_length=4, choices=Form)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("audit report as file")
        ordering = ["created_at", "form"]
        constraints = [models.UniqueConstraint(fields=["report", "stage", "form"], name="report_file_once")]
        indexes = [models.Index(fields=["storage_name"], name="report_file_storage")]


class ReportClock(Record):
    """That the report of an audit which was held is still to come. The date is the deadline's, and ours."""

    audit = models.OneToOneField(Audit, on_delete=models.CASCADE, related_name="report_clock")
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="report_clock")

    class Meta:
        verbose_name = _("clock of an audit report")

    def __str__(self) -> str:
        return str(self.audit)
