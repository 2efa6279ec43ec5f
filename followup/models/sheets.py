"""The sheet of an audit: what was asked and what was seen. To read it, use `followup/sheet_reading.py`:

    for part in sheet_reading.read(audit, language="nb"):      # one for each checklist, in order
        part.name                                              # of the checklist, in that language
        for it in part.answered:                               # every question in order, answered or not
            it.question                                        # ChecklistQuestion: theme, topic, kind, code
            it.text, it.answer, it.note                        # in words of that language; "" where nothing is written
            it.photos                                          # [SheetPhoto]: a StoredFile, oldest first
            it.is_answered

It reads three queries and no file. An audit without a sheet has no parts.

An answer is kept field by field. `SheetAnswer` is what stands now; `SheetEntry` is everything that any device ever sent and is
never changed or removed, so that of two people who wrote different things neither is lost.
"""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Record, StoredFile
from followup.models.audits import Audit
from followup.models.checklists import ChecklistQuestion, ChecklistVersion
from followup.querysets_sheets import PhotoQuerySet, SheetQuerySet


class AuditSheet(Record):
    """The sheet of one audit, with one or more versions of checklists in an order."""

    audit = models.OneToOneField(Audit, on_delete=models.CASCADE, related_name="sheet")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit sheet")
        indexes = [models.Index(fields=["created_at", "id"], name="audit_sheet_created")]

    def __str__(self) -> str:
        return str(self.audit)

    @property
    def scope_id(self) -> UUID:
        return self.audit.framework_id

    @property
    def organisation_id(self) -> UUID:
        return self.audit.supplier_id


class SheetChecklist(Record):
    """That a sheet asks what this version asks."""

    sheet = models.ForeignKey(AuditSheet, on_delete=models.CASCADE, related_name="checklists")
    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="sheets")
    number = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("checklist of a sheet")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["sheet", "version"], name="sheet_checklist_once")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.version}"


class Part(models.TextChoices):
    """The fields of a question. Each is merged by itself. The last two are a finding that is noted and not logged yet."""

    ANSWER = "answer", _("answer")
    NOTE = "note", _("note")
    FINDING = "finding", _("what was found")
    SEVERITY = "severity", _("severity")


class SheetEntry(Record):
    """One thing that somebody wrote in one field. `id` is chosen by the device, so that what is sent twice is known again.

    `base` is the revision that the writer saw, `revision` the one that it became; None where another had been written
    meanwhile and a person has to choose. `written_at` is what the device's clock said, and orders nothing.
    """

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("taken in")
        SAME = "same", _("stood there already")
        CONFLICT = "conflict", _("waits for a choice")
        CHOSEN = "chosen", _("chosen")
        SET_ASIDE = "set_aside", _("set aside by a choice")

    sheet = models.ForeignKey(AuditSheet, on_delete=models.CASCADE, related_name="entries")
    question = models.ForeignKey(ChecklistQuestion, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=8, choices=Part)
    text = models.TextField(blank=True)
    base = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=9, choices=Outcome)
    device = models.CharField(max_length=64)
    device_name = models.CharField(max_length=80, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("entry of a sheet")
        ordering = ["received_at", "id"]
        indexes = [models.Index(fields=["sheet", "outcome"], name="sheet_entry_outcome")]
        constraints = [models.UniqueConstraint(fields=["sheet", "question", "part", "revision"], name="sheet_entry_revision")]

    def __str__(self) -> str:
        return f"{self.question} {self.part}"


class SheetAnswer(Record):
    """What stands in one field now, and the entry that it comes from."""

    sheet = models.ForeignKey(AuditSheet, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(ChecklistQuestion, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=8, choices=Part)
    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField()
    entry = models.ForeignKey(SheetEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("answer in a sheet")
        constraints = [models.UniqueConstraint(fields=["sheet", "question", "part"], name="sheet_answer_once")]

    def __str__(self) -> str:
        return self.text[:80]


class SheetPhoto(StoredFile):
    """A picture of what was seen, to one question. `id` is chosen by the device. Taken away, the row stays without a file,
    so that a device which sends it again does not bring it back."""

    sheet = models.ForeignKey(AuditSheet, on_delete=models.CASCADE, related_name="photos")
    question = models.ForeignKey(ChecklistQuestion, on_delete=models.PROTECT, related_name="+")
    device = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo in a sheet")
        ordering = ["taken_at", "id"]
        indexes = [
            models.Index(fields=["storage_name"], name="sheet_photo_storage"),
            models.Index(fields=["created_at", "id"], name="sheet_photo_created"),
        ]


class PhotoPiece(Record):
    """A piece of a photo that has not come whole yet. `photo` and `sha256` are the whole one's, as its device gave them.

    Each begins where the one before ends. When the last has come they become a `SheetPhoto` and are gone.
    """

    sheet = models.ForeignKey(AuditSheet, on_delete=models.CASCADE, related_name="pieces")
    photo = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    start = models.PositiveIntegerField(help_text="In octets.")
    size = models.PositiveIntegerField()
    storage_name = models.CharField(max_length=120)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("piece of a photo")
        ordering = ["start"]
        indexes = [
            models.Index(fields=["storage_name"], name="photo_piece_storage"),
            models.Index(fields=["created_at"], name="photo_piece_created"),
        ]
        constraints = [models.UniqueConstraint(fields=["sheet", "photo", "sha256", "start"], name="photo_piece_once")]

    def __str__(self) -> str:
        return f"{self.photo} {self.start}"
