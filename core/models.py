"""The foundation's few tables: history, answers already given, and the shape of a kept file."""

from collections.abc import Iterable
from typing import Protocol, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import ids


class Record(models.Model):
    """A row that outsiders can name. Times are given by the caller: imports and the demo world live in the past."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)

    class Meta:
        abstract = True


class Viewer(Protocol):
    """What history needs to know of the person who looks."""

    @property
    def works_here(self) -> bool: ...

    @property
    def organisation_ids(self) -> Iterable[UUID]: ...


class HistoryQuerySet(models.QuerySet["History"]):
    def visible_to(self, user: Viewer) -> Self:
        """Our staff read all of it; others what concerns their own organisation and is not internal."""
        if user.works_here:
            return self
        return self.filter(organisation_id__in=list(user.organisation_ids), is_internal=False)

    def of(self, about: models.Model) -> Self:
        return self.filter(object_id=about.pk)


class History(Record):
    """One thing that somebody did. Never changed, never deleted."""

    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
    scope_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    is_internal = models.BooleanField(default=False)
    changes = models.JSONField(default=dict)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("history")
        indexes = [
            models.Index(fields=["object_id", "at"], name="history_object"),
            models.Index(fields=["at", "id"], name="history_at"),
            models.Index(fields=["organisation_id", "at", "id"], name="history_organisation"),
            models.Index(fields=["actor", "at", "id"], name="history_actor"),
            models.Index(fields=["scope_id", "at", "id"], name="history_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.object_type}"


class ScanState(models.TextChoices):
    """What a virus scanner said. Without a scanner a file says honestly that nobody looked."""

    NOT_SCANNED = "not_scanned", _("not scanned")
    WAITING = "waiting", _("waiting to be scanned")
    CLEAN = "clean", _("scanned, nothing found")
    INFECTED = "infected", _("infected, locked")


class StoredFile(Record):
    """A file in storage under a name of ours. The name the sender gave it is only data."""

    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    storage_name = models.CharField(max_length=120)
    scan_state = models.CharField(max_length=12, choices=ScanState, default=ScanState.NOT_SCANNED)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_locked(self) -> bool:
        return self.scan_state in (ScanState.WAITING, ScanState.INFECTED)


class IdempotentAnswer(Record):
    """The first answer to a POST with an `Idempotency-Key`, given again to every repetition within 24 hours."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    path = models.CharField(max_length=300)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(default=bytes)
    content_type = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("answer already given")
        constraints = [models.UniqueConstraint(fields=["user", "path", "key"], name="idempotent_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotent_created")]

    def __str__(self) -> str:
        return f"{self.path} {self.key}"
