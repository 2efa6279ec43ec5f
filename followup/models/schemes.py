"""Schemes and bodies whose audits we may rely on, and how strict we take each to be."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Record
from followup.querysets_schemes import SchemeQuerySet


class AuditScheme(Record):
    """A scheme, or a public body that audits. Data, because schemes come, go and change their rules.

    `strictness` says for each theme of requirements (`contracts.Theme`) how it compares with what our clauses usually ask, as
    somebody of ours has judged it; a theme that is not there has not been compared.
    """

    class Sort(models.TextChoices):
        SCHEME = "scheme", _("scheme")
        PUBLIC_BODY = "public_body", _("public body")

    class Level(models.TextChoices):
        AS_STRICT = "as_strict", _("as strict as our requirements")
        PARTLY = "partly", _("as strict in part")
        WEAKER = "weaker", _("less strict")
        NOT_COVERED = "not_covered", _("does not cover it")

    code = models.SlugField(unique=True)
    sort = models.CharField(_("what it is"), max_length=11, choices=Sort, default=Sort.SCHEME)
    name = models.CharField(_("name"), max_length=120, unique=True)
    owner = models.CharField(_("who runs it"), max_length=200)
    covers_nb = models.TextField(_("what it covers, in bokmål"))
    covers_nn = models.TextField(_("what it covers, in nynorsk"))
    covers_en = models.TextField(_("what it covers, in English"))
    link = models.URLField(_("where one reads more"), max_length=300, blank=True)
    strictness = models.JSONField(default=dict)
    is_retired = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit scheme")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    scope_id = organisation_id = None

    def covers_in(self, language: str) -> str:
        return str(getattr(self, f"covers_{language}", self.covers_nb))
