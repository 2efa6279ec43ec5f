"""What an audit asks: checklists as data, in versions. A version that a sheet uses never changes; a change is the next version."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models import Theme
from core.models import Record
from followup.querysets_sheets import ChecklistQuerySet


class Checklist(Record):
    """A list of questions under one name. What it asks is its newest version's."""

    code = models.SlugField(unique=True)
    is_retired = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    scope_id = organisation_id = None


class ChecklistVersion(Record):
    """What a checklist asks from some day on. `created_by` is None for what the product came with."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    name_nb = models.CharField(_("name in bokmål"), max_length=120)
    name_nn = models.CharField(_("name in nynorsk"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    note = models.CharField(_("why it was changed"), max_length=300, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a checklist")
        ordering = ["checklist__code", "number"]
        constraints = [models.UniqueConstraint(fields=["checklist", "number"], name="checklist_version_once")]

    def __str__(self) -> str:
        return f"{self.name_nb} {self.number}"

    def name_in(self, language: str) -> str:
        return str(getattr(self, f"name_{language}", self.name_nb))


class ChecklistQuestion(Record):
    """One question of one version. `code` stays the same from version to version, so that answers can be compared.

    It rests on what agreements stipulate under its theme: that is how a sheet shows it beside the audit's obligations.
    `choices` of a question with alternatives: `[{"code", "nb", "nn", "en"}]`.
    """

    class Topic(models.TextChoices):
        WAGES = "wages", _("wages")
        HOURS = "hours", _("working hours")
        PENSION = "pension", _("occupational pension")
        CONTRACTS = "contracts", _("employment contracts")
        HSE_CARDS = "hse_cards", _("HSE cards and registers")
        SUBCONTRACTORS = "subcontractors", _("sub-suppliers")
        ASSOCIATION = "association", _("freedom of association")
        FORCED_LABOUR = "forced_labour", _("signs of forced labour")
        CHILD_LABOUR = "child_labour", _("children and young workers")
        DISCRIMINATION = "discrimination", _("discrimination and harassment")
        SAFETY = "safety", _("health and safety")
        ENVIRONMENT = "environment", _("environment")
        DUE_DILIGENCE = "due_diligence", _("due diligence")
        INTEGRITY = "integrity", _("integrity")
        OTHER = "other", _("other")

    class Kind(models.TextChoices):
        YES_NO = "yes_no", _("yes, no or not applicable")
        NUMBER = "number", _("a number")
        TEXT = "text", _("text")
        CHOICE = "choice", _("one of several")

    version = models.ForeignKey(ChecklistVersion, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    code = models.SlugField()
    theme = models.CharField(_("theme of the requirement"), max_length=24, choices=Theme)
    topic = models.CharField(_("topic"), max_length=16, choices=Topic)
    kind = models.CharField(_("how it is answered"), max_length=6, choices=Kind, default=Kind.YES_NO)
    choices = models.JSONField(default=list, blank=True)
    text_nb = models.CharField(_("question in bokmål"), max_length=400)
    text_nn = models.CharField(_("question in nynorsk"), max_length=400)
    text_en = models.CharField(_("question in English"), max_length=400)
    guidance_nb = models.TextField(_("guidance in bokmål"), blank=True)
    guidance_nn = models.TextField(_("guidance in nynorsk"), blank=True)
    guidance_en = models.TextField(_("guidance in English"), blank=True)
    evidence_nb = models.CharField(_("evidence wanted, in bokmål"), max_length=300, blank=True)
    evidence_nn = models.CharField(_("evidence wanted, in nynorsk"), max_length=300, blank=True)
    evidence_en = models.CharField(_("evidence wanted, in English"), max_length=300, blank=True)

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = _("question of a checklist")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="checklist_question_number"),
            models.UniqueConstraint(fields=["version", "code"], name="checklist_question_code"),
        ]

    def __str__(self) -> str:
        return self.text_nb

    def text_in(self, language: str) -> str:
        return str(getattr(self, f"text_{language}", self.text_nb))

    def guidance_in(self, language: str) -> str:
        return str(getattr(self, f"guidance_{language}", self.guidance_nb))

    def evidence_in(self, language: str) -> str:
        return str(getattr(self, f"evidence_{language}", self.evidence_nb))
