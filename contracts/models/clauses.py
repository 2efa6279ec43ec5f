"""A contract clause of an agreement: its frozen text, the deadlines it gives, and what it lets us do when it is broken."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contracts.models.frameworks import Framework
from contracts.models.places import OfAgreement
from contracts.querysets import FrameworkPartQuerySet
from core import locales
from core.dates import Unit
from core.models import Record
from notifications.models import UNITS


class Means(models.TextChoices):
    """What a clause may let us do when an agreement is broken. The mildest first."""

    CORRECTION = "correction", _("demand for correction")
    PLAN = "plan", _("binding action plan")
    WITHHELD = "withheld", _("withheld payment")
    DAILY_FINE = "daily_fine", _("daily fine")
    SUSPENSION = "suspension", _("temporary suspension")
    REPLACEMENT = "replacement", _("replacement purchase")
    TERMINATION = "termination", _("termination")


class FineDay(models.TextChoices):
    """The days for which a daily fine runs."""

    DAYS = Unit.DAYS.value, _("calendar days")
    WORKING_DAYS = Unit.WORKING_DAYS.value, _("working days")


class Clause(OfAgreement):
    """A contract clause as it stands in this agreement: title, version and frozen text, and what it lets us do when it is broken.

    `means` are values of Means, the mildest first; none named: nobody has written down which. The terms of a daily fine are those of
    a sanction case's FineTerms; what is empty the clause leaves to the case. `fine_base` is in the agreement's currency.
    """

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="clauses")
    title = models.CharField(_("title"), max_length=200)
    version = models.CharField(_("version"), max_length=60, blank=True)
    number = models.CharField(_("clause number"), max_length=40, blank=True)
    text = models.TextField(_("text"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    means = models.JSONField(_("what it lets us do"), default=list, blank=True)
    fine_rate = models.DecimalField(_("per cent of the base for each day"), max_digits=7, decimal_places=4, null=True, blank=True)
    fine_unit = models.CharField(_("days that count"), max_length=12, choices=FineDay, default=FineDay.DAYS)
    fine_base_words = models.CharField(_("what the base is"), max_length=300, blank=True)
    fine_base = models.DecimalField(_("the base"), max_digits=18, decimal_places=2, null=True, blank=True)
    fine_cap = models.DecimalField(_("at most, per cent of the base"), max_digits=7, decimal_places=4, null=True, blank=True)
    created_at = models.DateTimeField()

    objects = FrameworkPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract clause")
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return " ".join(part for part in (self.number, self.title) if part)

    organisation_id = None

    @property
    def named_means(self) -> list[Means]:
        return [Means(means) for means in self.means]

    def gives(self, means: str) -> bool:
        return not self.means or means in self.means

    @property
    def fine_terms(self) -> dict[str, Any]:
        """What it fixes of a daily fine, by the names of FineTerms; what it leaves open is not in it."""
        terms: dict[str, Any] = {}
        if self.fine_rate is not None:
            terms |= {"rate": self.fine_rate, "unit": self.fine_unit}
        if self.fine_base is not None:
            terms |= {"base": self.fine_base, "currency": self.framework.currency}
        if self.fine_cap is not None:
            terms |= {"cap": self.fine_cap}
        return terms


class DeadlineRule(Record):
    """A deadline that a clause gives: so much, counted from an event, in a calendar. Data, because the rules change.

    A rule may have several forms over time. The first has no `first` itself, and requirements rest on it; each later one
    points to it and takes over from `valid_from` on.
    """

    class Anchor(models.TextChoices):
        SIGNING = "signing", _("signing")
        START = "start", _("the start of the agreement")
        SENT = "sent", _("the day the request is sent")
        RECEIVED = "received", _("the day documentation is received")
        CURE = "cure", _("a formal notice, for putting the breach right")
        REPLY = "reply", _("a formal notice, for the reply")
        FINDING_SENT = "finding_sent", _("the day a finding is sent")
        OPTION_END = "option_end", _("the end of the option that is used")
        AGREEMENT_END = "agreement_end", _("the end of the agreement")

    BEFORE = (Anchor.OPTION_END, Anchor.AGREEMENT_END)
    """Events that one may also count back from."""

    OF_NOTICES = (Anchor.CURE, Anchor.REPLY)
    """Rules that say how long a formal notice gives, not when something that is asked for is due."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="rules")
    first = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="later")
    valid_from = models.DateField(_("applies from"), null=True, blank=True)
    anchor = models.CharField(_("counted from"), max_length=16, choices=Anchor, default=Anchor.SENT)
    offset = models.SmallIntegerField(_("how much"))
    unit = models.CharField(_("unit"), max_length=12, choices=UNITS)
    calendar = models.CharField(_("calendar"), max_length=2, default="NO", help_text=_("The country whose days off count."))
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("deadline rule")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(offset__gte=0) | Q(anchor__in=["option_end", "agreement_end"]), name="deadline_rule_forward"
            ),
            models.UniqueConstraint(fields=["first", "valid_from"], name="deadline_rule_form_once"),
            models.CheckConstraint(condition=Q(first=None) | Q(valid_from__isnull=False), name="deadline_rule_form_from"),
        ]

    def __str__(self) -> str:
        words = {"span": self.span, "anchor": self.get_anchor_display()}
        return (gettext("%(span)s before %(anchor)s") if self.offset < 0 else gettext("%(span)s from %(anchor)s")) % words

    def in_force(self, framework: Framework, *, sent_on: date) -> "DeadlineRule":
        """The latest form that applied on the day that it counts from. Asked of the first form, with `later` at hand."""
        forms = sorted([self, *self.later.all()], key=lambda form: form.valid_from or date.min, reverse=True)
        for form in forms:
            if form.valid_from is None or form.valid_from <= (form.anchor_date(framework, sent_on=sent_on) or sent_on):
                return form
        return forms[-1]

    @property
    def span(self) -> str:
        """6 weeks, 1 month, 20 working days."""
        return locales.span(self.offset, self.unit)

    def anchor_date(self, framework: Framework, *, sent_on: date) -> date | None:
        """The day this rule counts from, or None where neither the agreement nor a request knows it."""
        match self.anchor:
            case self.Anchor.SIGNING:
                return framework.signed_on
            case self.Anchor.START:
                return framework.starts_on
            case self.Anchor.OPTION_END:
                return framework.runs_until if framework.used_options else None
            case self.Anchor.AGREEMENT_END:
                return framework.runs_until
            case self.Anchor.SENT:
                return sent_on
        return None
