"""What publishers sent us, kept as it came, and the runs that read it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models.frameworks import CallOff, Framework
from contracts.querysets import ImportRunQuerySet
from core.models import Record


class SourceRelease(Record):
    """One OCDS release as received. The same (ocid, release id) is kept once."""

    ocid = models.CharField(max_length=120)
    release_id = models.CharField(max_length=200)
    date = models.DateTimeField(null=True)
    data = models.JSONField()
    received_at = models.DateTimeField()
    framework = models.ForeignKey(Framework, on_delete=models.SET_NULL, null=True, related_name="releases")
    call_off = models.ForeignKey(CallOff, on_delete=models.SET_NULL, null=True, related_name="releases")

    class Meta:
        verbose_name = _("OCDS release")
        constraints = [models.UniqueConstraint(fields=["ocid", "release_id"], name="source_release_once")]

    def __str__(self) -> str:
        return f"{self.ocid} {self.release_id}"


class ImportRun(Record):
    """One file that somebody brought in on the page: first a preview, then, when confirmed, the import."""

    class State(models.TextChoices):
        READING = "reading", _("being read")
        PREVIEW = "preview", _("waiting for you to confirm")
        RUNNING = "running", _("being imported")
        DONE = "done", _("done")
        FAILED = "failed", _("could not be read")

    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    storage_name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    chosen = models.JSONField(default=list, help_text="The ocids that a person ticked to be taken in as agreements.")
    seen = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=list)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, help_text="Until then a worker is at it; past that another one begins anew.")
    finished_at = models.DateTimeField(null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")

    def __str__(self) -> str:
        return self.file_name

    scope_id = None
    organisation_id = None
