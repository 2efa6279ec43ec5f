"""A meeting with a supplier: who meets about what, what was said, what both sides agreed to do."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person, User
from contracts.models import Framework
from contracts.models.places import OfSupplier
from core.models import Record, StoredFile
from followup.models.findings import Finding
from followup.querysets_meetings import MeetingFileQuerySet, MeetingQuerySet
from notifications.models import Deadline, Turn


class Meeting(OfSupplier):
    """One meeting with one supplier on one agreement. The supplier sees it from the invitation on, or from the minutes.

    `deadline` is whose turn it is now: ours to hold it and send the minutes, the supplier's to confirm them, ours again
    where it objects. Each is a row of its own; this points to the latest. `findings` are critical ones whose meeting this
    is. `revision` is what calendars know as the revision of an entry.
    """

    class Kind(models.TextChoices):
        KICK_OFF = "kick_off", _("kick-off meeting")
        STATUS = "status", _("status meeting")
        LEADERS = "leaders", _("meeting of leaders")

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        INVITED = "invited", _("invited to")
        HELD = "held", _("held, minutes to come")
        SENT = "sent", _("minutes sent, to be confirmed")
        OBJECTED = "objected", _("the supplier objects to the minutes")
        CONFIRMED = "confirmed", _("minutes confirmed by both sides")
        UNCONFIRMED = "unconfirmed", _("ended without confirmation")
        CANCELLED = "cancelled", _("cancelled")

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="meetings", db_index=False)
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="meetings", db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    starts_at = models.DateTimeField(_("begins"))
    minutes_long = models.PositiveSmallIntegerField(_("how long, in minutes"), default=60)
    place = models.CharField(_("where"), max_length=300, blank=True)
    agenda = models.TextField(_("agenda"))
    findings = models.ManyToManyField(Finding, blank=True, related_name="meetings")
    status = models.CharField(max_length=11, choices=Status, default=Status.PLANNED)
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="meeting")
    revision = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True, help_text="When the supplier first knew of it.")
    held_on = models.DateField(_("held on"), null=True)
    end_reason = models.TextField(blank=True, help_text="Why it was called off, or ended without confirmation.")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        indexes = [
            models.Index(fields=["starts_at", "id"], name="meeting_starts"),
            models.Index(fields=["created_at", "id"], name="meeting_created"),
            models.Index(fields=["supplier", "starts_at", "id"], name="meeting_supplier"),
            models.Index(fields=["framework", "starts_at", "id"], name="meeting_framework"),
            models.Index(fields=["status", "starts_at", "id"], name="meeting_status"),
        ]

    def __str__(self) -> str:
        return f"{capfirst(self.get_kind_display())}: {self.supplier}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes_long)

    @property
    def is_coming(self) -> bool:
        return self.status in (self.Status.PLANNED, self.Status.INVITED)

    @property
    def points(self) -> list[str]:
        """The agenda, a point a line."""
        return [line.strip() for line in self.agenda.splitlines() if line.strip()]


class MeetingParticipant(Record):
    """Somebody who is to be there, of either side: a person we know, or only a name. `was_there` is None until it is held."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="participants")
    side = models.CharField(max_length=8, choices=Turn)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    was_there = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("participant")
        ordering = ["side", "name", "id"]

    def __str__(self) -> str:
        return self.name


class MeetingMinutes(Record):
    """The minutes, one row a version: objected to, they are written anew and the earlier ones stay. Without `sent_at` a draft.

    `held` is what the draft of a correction says of the day, of who was there and of what is agreed: it takes effect when the minutes
    are sent. `changed` is what became another then, for both sides to read.
    """

    class Verdict(models.TextChoices):
        NONE = "", _("not answered")
        CONFIRMED = "confirmed", _("confirmed")
        OBJECTED = "objected", _("objected to")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("minutes"))
    held = models.JSONField(null=True)
    changed = models.JSONField(default=list)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=9, choices=Verdict, default=Verdict.NONE, blank=True)
    objection = models.TextField(_("what is not right"), blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("minutes")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="minutes_once")]

    def __str__(self) -> str:
        return f"{self.meeting} {self.number}"


class MeetingAction(Record):
    """Something that one side has said it will do, and by when. The date is its deadline's: prepared until the minutes are sent.

    What is taken out of corrected minutes after it was sent is kept, with `dropped_at`.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="actions")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(_("which side"), max_length=8, choices=Turn)
    text = models.TextField(_("what is done"))
    responsible = models.CharField(_("who is responsible"), max_length=200, blank=True)
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="meeting_action")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("what was done"), blank=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("agreed action")
        ordering = ["number", "id"]

    def __str__(self) -> str:
        return str(Truncator(self.text).chars(80))

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None


class MeetingFile(StoredFile):
    """What shows that an agreed action is done. Both sides see it."""

    action = models.ForeignKey(MeetingAction, on_delete=models.CASCADE, related_name="files")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = MeetingFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a meeting")
        ordering = ["created_at"]
        indexes = [models.Index(fields=["storage_name"], name="meeting_file_storage")]
