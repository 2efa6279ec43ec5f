"""Requests that come back: a yearly self-declaration, a report each quarter."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import Framework
from contracts.models.places import OfAgreement
from core.dates import Unit
from core.models import Record
from followup.models.document_requests import RequestTemplate
from followup.querysets import SeriesQuerySet

UNITS = [(Unit.MONTHS.value, _("months")), (Unit.WEEKS.value, _("weeks")), (Unit.DAYS.value, _("days"))]


class Series(OfAgreement):
    """What is asked for again and again on an agreement, by the template as it is on the day.

    The n-th answer is due `anchor_on` + n intervals, counted from the anchor each time, and asked for `lead_days` before.
    Without suppliers it is asked of everybody who takes part on that day.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("runs")
        PAUSED = "paused", _("rests")
        ENDED = "ended", _("ended")

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="series")
    title = models.CharField(_("title"), max_length=200)
    template = models.ForeignKey(RequestTemplate, on_delete=models.SET_NULL, null=True, related_name="series")
    suppliers = models.ManyToManyField(Organisation, blank=True, related_name="+")
    anchor_on = models.DateField(_("the first answer is due"))
    interval = models.PositiveSmallIntegerField(_("how often"))
    unit = models.CharField(_("unit"), max_length=12, choices=UNITS, default=Unit.MONTHS.value)
    lead_days = models.PositiveSmallIntegerField(_("days to answer"), default=42)
    sends = models.BooleanField(_("requests are sent by themselves"), default=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series of requests")
        constraints = [models.CheckConstraint(condition=models.Q(interval__gte=1), name="series_goes_on")]
        indexes = [models.Index(fields=["created_at", "id"], name="series_created")]

    def __str__(self) -> str:
        return self.title

    organisation_id = None

    @property
    def rhythm(self) -> str:
        """Every 12 months, every week."""
        match self.unit:
            case Unit.DAYS:
                text = ngettext("every day", "every %(number)d days", self.interval)
            case Unit.WEEKS:
                text = ngettext("every week", "every %(number)d weeks", self.interval)
            case _:
                text = gettext("every year") if self.interval == 12 else ngettext("every month", "every %(number)d months", self.interval)
        return text % {"number": self.interval}


class Occurrence(Record):
    """One time of a series, by its number. The requests that it made have its id as their batch.

    `on` is the day the answer is due and `asks_on` when it is asked for; moving one moves no other.
    """

    class Outcome(models.TextChoices):
        PLANNED = "planned", _("planned")
        CREATED = "created", _("asked for")
        SKIPPED = "skipped", _("skipped")

    class Because(models.TextChoices):
        """Why one was skipped, where no person said it in words."""

        NOTHING = "", ""
        OVERTAKEN = "overtaken", _("the next had come as well")
        PAUSED = "paused", _("the series rested")
        NOBODY = "nobody", _("it concerned no supplier")
        ENDED = "ended", _("the series was ended")

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="occurrences")
    number = models.PositiveIntegerField()
    on = models.DateField(_("due"))
    asks_on = models.DateField(_("asked for"))
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.PLANNED)
    because = models.CharField(max_length=10, choices=Because, blank=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("occurrence")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="occurrence_once"),
            models.UniqueConstraint(fields=["series"], condition=models.Q(outcome="planned"), name="occurrence_next_once"),
        ]
        indexes = [models.Index(fields=["outcome", "asks_on"], name="occurrence_due")]

    def __str__(self) -> str:
        return f"{self.series} {self.number}"

    @property
    def scope_id(self) -> UUID:
        return self.series.framework_id

    organisation_id = None
