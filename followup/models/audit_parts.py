"""What an audit consists of beside its plan and its report: who takes part, its two meetings, what it costs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Record
from followup.models.audits import Audit
from followup.querysets_sites import AuditCostQuerySet, AuditPartQuerySet


class TeamMember(Record):
    """Somebody on the audit team: a user of ours or of the audit firm, or a name in words. `name` stays as it was.

    Where nobody is lead auditor, the audit's own `lead` is: who leads it with us.
    """

    class Role(models.TextChoices):
        LEAD = "lead", _("lead auditor")
        EXPERT = "expert", _("technical expert")
        EXTERNAL = "external", _("auditor from a firm")
        OBSERVER = "observer", _("observer")

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="team")
    role = models.CharField(_("part in the audit"), max_length=10, choices=Role)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    organisation = models.CharField(_("comes from"), max_length=200, blank=True)
    created_at = models.DateTimeField()

    objects = AuditPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of the audit team")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["audit"], condition=models.Q(role="lead"), name="audit_one_lead"),
            models.UniqueConstraint(fields=["audit", "user"], condition=models.Q(user__isnull=False), name="audit_member_once"),
        ]

    def __str__(self) -> str:
        return self.name


class AuditMeeting(Record):
    """The opening or the closing meeting. The supplier reads when and who; `notes` are for us and the audit firm."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("opening meeting")
        CLOSING = "closing", _("closing meeting")

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="meetings")
    kind = models.CharField(_("meeting"), max_length=10, choices=Kind)
    held_on = models.DateField(_("held on"))
    began_at = models.TimeField(_("began at"), null=True, blank=True)
    participants = models.TextField(_("who took part"))
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField()

    objects = AuditPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting of an audit")
        ordering = ["held_on", "created_at"]
        constraints = [models.UniqueConstraint(fields=["audit", "kind"], name="audit_meeting_once")]

    def __str__(self) -> str:
        return self.get_kind_display()


class AuditCost(Record):
    """Hours spent, money spent, or both. `spent_by` is who it was for, in words that stay.

    Money in another currency than the budget's is `counted` in that one (`counted_currency`), by a `rate` of a day (`rate_on`).
    """

    class Kind(models.TextChoices):
        WORK = "work", _("own work")
        FEE = "fee", _("fee of the audit firm")
        TRAVEL = "travel", _("travel")
        INTERPRETER = "interpreter", _("interpreter")
        ANALYSIS = "analysis", _("tests and analyses")
        OTHER = "other", _("other")

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="costs")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    member = models.ForeignKey(TeamMember, on_delete=models.SET_NULL, null=True, blank=True, related_name="costs")
    spent_by = models.CharField(_("for whom"), max_length=200, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=7, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="NOK")
    counted = models.DecimalField(_("in the currency of the budget"), max_digits=14, decimal_places=2, null=True, blank=True)
    counted_currency = models.CharField(max_length=3, blank=True)
    rate = models.DecimalField(_("rate"), max_digits=14, decimal_places=6, null=True, blank=True)
    rate_on = models.DateField(_("day of the rate"), null=True, blank=True)
    spent_on = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = AuditCostQuerySet.as_manager()

    class Meta:
        verbose_name = _("cost of an audit")
        ordering = ["spent_on", "created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(hours__gt=0) | models.Q(amount__gt=0), name="audit_cost_something"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
