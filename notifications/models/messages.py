"""Everything that was ever told to anybody, and the sweeps that wrote it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person, Scope
from core.models import Record
from notifications.models.deadlines import Deadline, ReminderStep, Turn
from notifications.querysets import DeliveryQuerySet, NoticeQuerySet


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")


class Message(Record):
    """One mail: the lines that go to one person in one go, and the exact text as sent."""

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        HELD = "held", _("held back")
        SENDING = "sending", _("being sent")
        RETRY = "retry", _("will be tried again")
        UNCERTAIN = "uncertain", _("outcome unknown")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    bundle = models.CharField(
        max_length=80, help_text="The day and the organisations of a daily mail; the line's own key for one that leaves at once."
    )
    message_id = models.CharField(max_length=200, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    earliest_at = models.DateTimeField(help_text="From when it may leave at all: one mail a day.")
    not_before = models.DateTimeField(help_text="The same, moved into the recipient's daytime.")
    leased_until = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    recipient = models.EmailField(blank=True)
    sender = models.CharField(max_length=300, blank=True)
    reply_to = models.EmailField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)

    class Meta:
        verbose_name = _("message")
        constraints = [models.UniqueConstraint(fields=["person", "channel", "bundle"], name="message_bundle_once")]
        indexes = [
            models.Index(fields=["status", "not_before", "id"], name="message_waiting"),
            models.Index(fields=["status", "earliest_at", "id"], name="message_earliest"),
            models.Index(fields=["person", "created_at"], name="message_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.bundle}"


class Delivery(Record):
    """One line to one person: what is told, why, and which message carries it.

    `dedupe_key` is unique: the same thing is never told twice. `context` is what the templates need;
    `about_id` the row the line's button leads to.
    """

    kind = models.CharField(max_length=40)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deliveries")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="deliveries")
    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, null=True, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, null=True, related_name="deliveries")
    step = models.ForeignKey(ReminderStep, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, blank=True, help_text="The role on the agreement through which the person is told.")
    due_on = models.DateField(null=True, help_text="The due date the line speaks of; another date since then cancels it.")
    turn = models.CharField(max_length=8, choices=Turn, blank=True)
    about_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    context = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200, unique=True)
    is_immediate = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="lines")
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(fields=["message", "cancelled_at", "created_at"], name="delivery_unbound"),
            models.Index(fields=["created_at", "id"], name="delivery_created"),
            models.Index(fields=["organisation", "created_at", "id"], name="delivery_organisation"),
            models.Index(fields=["deadline", "created_at"], name="delivery_deadline"),
            models.Index(fields=["about_id", "created_at"], name="delivery_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.person}"


class Notice(Record):
    """One row in a person's inbox on the site. Marked as read by the person, never deleted."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, null=True, related_name="+")
    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    about_id = models.UUIDField(null=True)
    context = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        indexes = [
            models.Index(fields=["person", "created_at", "id"], name="notice_person"),
            models.Index(fields=["person", "read_at"], name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.person}"


class Mute(Record):
    """That a person does not want a kind by mail. Only kinds that are not mandatory; the site's inbox has them all the same."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mutes")
    kind = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("kind not wanted by mail")
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="mute_once")]

    def __str__(self) -> str:
        return f"{self.person} ≠ {self.kind}"


class SweepRun(Record):
    """That a sweep ran, for which day, and what it did: what `/health/engine` and an outage's catch-up rest on."""

    on = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    is_scheduled = models.BooleanField(default=True)
    is_held = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("sweep")
        indexes = [models.Index(fields=["started_at"], name="sweep_started")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"
