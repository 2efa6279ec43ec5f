"""Addresses of other systems that want to know, and each call to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Record
from notifications.querysets import WebhookCallQuerySet, WebhookQuerySet


class Webhook(Record):
    """An address and the events it is told. Its secret is derived (`webhooks/signing.py`) and stands nowhere."""

    class Ended(models.TextChoices):
        BY_HAND = "by_hand", _("switched off by a person")
        FAILURES = "failures", _("switched off after repeated failure")
        GONE = "gone", _("the other side said that it is gone for good")

    name = models.CharField(_("name"), max_length=120)
    url = models.URLField(_("address"), max_length=500)
    events = models.JSONField(_("events"), default=list)
    generation = models.PositiveIntegerField(default=1, help_text="Which secret is in force; a new one has the next number.")
    renewed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=10, choices=Ended, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        indexes = [models.Index(fields=["created_at", "id"], name="webhook_created")]

    def __str__(self) -> str:
        return self.name

    scope_id = organisation_id = None


class WebhookCall(Record):
    """One event to one address: written in the transaction of what happened, called afterwards, and kept as the log."""

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        RETRY = "retry", _("will be tried again")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="calls")
    event = models.CharField(max_length=40)
    payload = models.JSONField()
    dedupe_key = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer_status = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = WebhookCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook call")
        constraints = [models.UniqueConstraint(fields=["webhook", "dedupe_key"], name="webhook_call_once")]
        indexes = [
            models.Index(fields=["status", "not_before", "id"], name="webhook_call_waiting"),
            models.Index(fields=["webhook", "created_at", "id"], name="webhook_call_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.webhook_id}"

    scope_id = organisation_id = None
