"""Everything that was ever told to anybody, and the sweeps that wrote it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person, Scope
from core.dates import CLOSES, OPENS
from core.models import Record
from notifications.models.deadlines import Deadline, ReminderStep, Turn
from notifications.querysets import DeliveryQuerySet, NoticeQuerySet

LAST_WEEKDAY = 4


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

    class Limit(models.TextChoices):
        """What a message waits for, besides its hour."""

        NONE = "", _("nothing")
        PERSON = "person", _("many mails have gone to this person lately")
        SERVER = "server", _("many mails have gone to this mail server in the last minute")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    bundle = models.CharField(
        max_length=80, help_text="The day and the organisations of a daily mail; the line's own key for one that leaves at once."
    )
    message_id = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    earliest_at = models.DateTimeField(help_text="From when it may leave at all: one mail a day.")
    not_before = models.DateTimeField(help_text="The same, moved into the recipient's daytime.")
    domain = models.CharField(max_length=255, blank=True, help_text="Of the recipient's address: the mail server that is spared.")
    waits_for = models.CharField(max_length=10, choices=Limit, blank=True)
    is_about_account = models.BooleanField(default=False, help_text="A way in: no limit and no earlier mail holds it up.")
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
        constraints = [
            models.UniqueConstraint(fields=["person", "channel", "bundle"], name="message_bundle_once"),
            models.UniqueConstraint(fields=["message_id"], name="message_id_once"),
        ]
        indexes = [
            models.Index(fields=["status", "not_before", "id"], name="message_waiting"),
            models.Index(fields=["status", "earliest_at", "id"], name="message_earliest"),
            models.Index(fields=["person", "created_at"], name="message_person"),
            models.Index(fields=["person", "status", "sent_at"], name="message_person_sent"),
            models.Index(fields=["domain", "status", "sent_at"], name="message_domain_sent"),
            models.Index(fields=["domain", "waits_for", "not_before"], name="message_domain_waits"),
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
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="deliveries", db_index=False)
    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, null=True, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, null=True, related_name="deliveries", db_index=False)
    step = models.ForeignKey(ReminderStep, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, blank=True, help_text="The role on the agreement through which the person is told.")
    due_on = models.DateField(null=True, help_text="The due date the line speaks of; another date since then cancels it.")
    turn = models.CharField(max_length=8, choices=Turn, blank=True)
    about_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    context = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200)
    is_immediate = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="lines", db_index=False)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["dedupe_key"], name="delivery_once")]
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

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, null=True, related_name="+")
    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    about_id = models.UUIDField(null=True)
    context = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        constraints = [models.UniqueConstraint(fields=["dedupe_key"], name="notice_once")]
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


class MailRhythm(Record):
    """When a person wants what is not mandatory. Without a row it comes with the day's first mail."""

    class Every(models.TextChoices):
        DAY = "day", _("every working day")
        WEEK = "week", _("once a week")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="mail_rhythm")
    every = models.CharField(_("how often"), max_length=4, choices=Every, default=Every.DAY)
    weekday = models.PositiveSmallIntegerField(_("which day"), choices=Weekday, default=Weekday.MONDAY)
    hour = models.PositiveSmallIntegerField(_("from what time"), default=OPENS.hour, help_text="In the person's own zone.")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("rhythm of mail")
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=LAST_WEEKDAY), name="mail_rhythm_weekday"),
            models.CheckConstraint(condition=models.Q(hour__gte=OPENS.hour, hour__lt=CLOSES.hour), name="mail_rhythm_daytime"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.every}"


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

    scope_id = organisation_id = None
