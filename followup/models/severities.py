"""The scale of severity: how much time each grade gives, and what closing a finding of it takes."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.dates import Unit
from core.models import Record
from notifications.models import UNITS


class ClosingMethod(models.TextChoices):
    """How we know that a finding is put right, the weakest first."""

    SELF_DECLARED = "self_declared", _("the supplier says so")
    DOCUMENT = "document", _("documents checked")
    REMOTE = "remote", _("seen from afar")
    ON_SITE = "on_site", _("seen on site")
    WORKERS = "workers", _("workers heard")


class Severity(Record):
    """How grave a finding is, and the clocks that follow: data, because bodies and clauses differ (at first amfori, RBA, SMETA).

    An offset that is None means no such clock; our judgement always has one. `needs_another` says that not the person who
    found it may close it, `weakest_method` the least by which it must be known that it is put right; empty means that any will do.
    With `silence_offset` the agreement owner is told of silence only where no status meeting is planned so soon after the date.
    """

    class Code(models.TextChoices):
        CRITICAL = "critical", _("critical, zero tolerance")
        MAJOR = "major", _("serious")
        MINOR = "minor", _("minor")
        OBSERVATION = "observation", _("point for improvement")
        GOOD_PRACTICE = "good_practice", _("good practice")

    code = models.CharField(max_length=14, choices=Code, unique=True)
    response_offset = models.PositiveSmallIntegerField(_("first answer within"), null=True, blank=True)
    response_unit = models.CharField(max_length=12, choices=UNITS, default=Unit.WORKING_DAYS)
    plan_offset = models.PositiveSmallIntegerField(_("action plan within"), null=True, blank=True)
    plan_unit = models.CharField(max_length=12, choices=UNITS, default=Unit.DAYS)
    correction_offset = models.PositiveSmallIntegerField(_("put right within"), null=True, blank=True)
    correction_unit = models.CharField(max_length=12, choices=UNITS, default=Unit.DAYS)
    judgement_offset = models.PositiveSmallIntegerField(
        _("we judge an answer within"), default=10, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    judgement_unit = models.CharField(max_length=12, choices=UNITS, default=Unit.WORKING_DAYS)
    meeting_offset = models.PositiveSmallIntegerField(_("meeting within"), null=True, blank=True)
    meeting_unit = models.CharField(max_length=12, choices=UNITS, default=Unit.DAYS)
    effect_offset = models.PositiveSmallIntegerField(_("effect checked after"), null=True, blank=True)
    effect_unit = models.CharField(max_length=12, choices=UNITS, default=Unit.MONTHS)
    silence_offset = models.PositiveSmallIntegerField(
        _("no answer: taken up at a status meeting within"), null=True, blank=True, validators=[MaxValueValidator(365)]
    )
    silence_unit = models.CharField(max_length=12, choices=UNITS, default=Unit.DAYS)
    is_critical = models.BooleanField(_("the owner is told at once"), default=False)
    needs_another = models.BooleanField(_("closed by another than who found it"), default=False)
    weakest_method = models.CharField(_("closed by this at least"), max_length=14, choices=ClosingMethod, blank=True)

    class Meta:
        verbose_name = _("severity")

    def __str__(self) -> str:
        return str(self.get_code_display())

    scope_id = organisation_id = None

    @property
    def methods(self) -> list[str]:
        """By which a finding of this severity may be closed."""
        return ClosingMethod.values[ClosingMethod.values.index(self.weakest_method) :] if self.weakest_method else ClosingMethod.values
