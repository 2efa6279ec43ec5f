"""What is sent and answered about audits."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Organisation, User
from contracts.models import Framework, Method, Requirement, Verified
from core.api.bodies import Body
from core.api.fields import Day, Line, Visible, VisibleMany
from core.models import ScanState
from followup.api.audit_records import AuditMeetingOut, CostOut, MemberOut
from followup.api.shapes import LONG
from followup.models import Audit, AuditScheme, Programme, Site
from followup.reading import staff

PLANNED_KINDS = [choice for choice in Audit.Kind.choices if choice[0] != Audit.Kind.REUSED]
RESULTS = [choice for choice in Audit.Result.choices if choice[0]]


class ReportOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    content_type = serializers.CharField()
    scan_state = serializers.ChoiceField(choices=ScanState.choices)
    created_at = serializers.DateTimeField()


class JudgementOut(serializers.Serializer[Any]):
    obligation = serializers.UUIDField()
    verified = serializers.CharField()
    method = serializers.CharField()
    checked_on = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    reason = serializers.CharField()


class SiteAsHeldOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    address = serializers.CharField()
    country = serializers.CharField()


class AuditOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    framework = serializers.UUIDField()
    supplier = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Audit.Kind.choices)
    status = serializers.ChoiceField(choices=Audit.Status.choices)
    announcement = serializers.ChoiceField(choices=Audit.Announcement.choices)
    planned_on = serializers.DateField(allow_null=True, help_text="Null for a supplier that is told a week only.")
    planned_from = serializers.DateField(help_text="The first day that the supplier is told.")
    planned_until = serializers.DateField(help_text="The last one: the same, or the Sunday of the week.")
    performed_on = serializers.DateField(allow_null=True)
    place = serializers.CharField()
    purpose = serializers.CharField()
    trigger = serializers.ChoiceField(choices=Audit.Trigger.choices, allow_null=True, help_text="Why now. For the central body.")
    reason = serializers.CharField(allow_null=True, help_text="Why this supplier. For the central body.")
    auditor = serializers.UUIDField(allow_null=True, help_text="The audit firm; null when the body audits by itself.")
    lead = serializers.UUIDField(allow_null=True, help_text="The user at the body who leads it.")
    requirements = serializers.ListField(child=serializers.UUIDField())
    obligations = serializers.ListField(child=serializers.UUIDField())
    re_audit_of = serializers.UUIDField(allow_null=True)
    result = serializers.ChoiceField(choices=Audit.Result.choices, allow_blank=True, help_text="For a supplier from the report on.")
    conclusion = serializers.CharField(help_text="For a supplier from the report on.")
    site = serializers.UUIDField(allow_null=True, help_text="Null also when the site has been removed since.")
    site_as_held = SiteAsHeldOut(allow_null=True, help_text="As it was when the audit was held, whatever became of the site.")
    programme = serializers.UUIDField(allow_null=True, help_text="For the central body.")
    team = MemberOut(many=True)
    meetings = AuditMeetingOut(many=True)
    costs = CostOut(many=True, allow_null=True, help_text="For the central body.")
    is_as_strict = serializers.BooleanField(allow_null=True, help_text="Of an audit made by others. For the central body.")
    is_similar = serializers.BooleanField(allow_null=True, help_text="Of an audit made by others. For the central body.")
    accepted_because = serializers.CharField(allow_null=True, help_text="How we know. For the central body.")
    scheme = serializers.CharField(help_text="Of an audit made by others: who made it.")
    listed_scheme = serializers.UUIDField(allow_null=True, help_text="Which of `/audit-schemes/`, if it is there. For the central body.")
    grade = serializers.CharField()
    valid_until = serializers.DateField(allow_null=True)
    report = ReportOut(allow_null=True, help_text="The latest.")
    reports = ReportOut(many=True)
    findings = serializers.ListField(child=serializers.UUIDField())
    judgements = JudgementOut(many=True)
    deadline = serializers.UUIDField(allow_null=True, help_text="For the central body.")
    cancel_reason = serializers.CharField()
    warnings = serializers.ListField(child=serializers.CharField(), help_text="What speaks against the day. For the central body.")
    announced_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class OfOurs(Visible):
    """The id of a user who works at the body."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User, **options)

    def rows(self, user: Any) -> Any:
        return staff() if user.works_here else User.objects.none()


class PlanIn(Body):
    """What can be set of a plan. What is left out stays as it is."""

    answer = AuditOut

    kind = serializers.ChoiceField(choices=PLANNED_KINDS, required=False)
    planned_on = Day(required=False)
    why = Line(max_length=300, required=False, allow_blank=True, help_text="Why it is moved to another day.")
    trigger = serializers.ChoiceField(choices=Audit.Trigger.choices, required=False)
    reason = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    announcement = serializers.ChoiceField(choices=Audit.Announcement.choices, required=False)
    place = Line(max_length=300, required=False, allow_blank=True)
    site = Visible(Site, required=False, allow_null=True)
    programme = Visible(Programme, required=False, allow_null=True)
    purpose = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    requirements = VisibleMany(Requirement, required=False, help_text="Stipulated requirements: they choose the supplier's obligations.")
    auditor = Visible(Organisation, required=False, allow_null=True)
    lead = OfOurs(required=False, allow_null=True)
    re_audit_of = Visible(Audit, required=False, allow_null=True)


class AuditIn(PlanIn):
    """Planned, or of kind `reused` written down: then with the fields from `scheme` on, and `performed_on` and `result`."""

    framework = Visible(Framework)
    supplier = Visible(Organisation)
    kind = serializers.ChoiceField(choices=Audit.Kind.choices)
    why = None  # type: ignore[assignment]
    performed_on = Day(required=False)
    result = serializers.ChoiceField(choices=RESULTS, required=False)
    conclusion = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    listed_scheme = Visible(AuditScheme, required=False, allow_null=True)
    scheme = Line(max_length=120, required=False, allow_blank=True, help_text="Where it is not in the list.")
    grade = Line(max_length=40, required=False, allow_blank=True)
    valid_until = Day(required=False, allow_null=True)
    is_as_strict = serializers.BooleanField(required=False, help_text="What it checked is as strict as our requirements.")
    is_similar = serializers.BooleanField(required=False, help_text="It was made in a similar way as we would have.")
    accepted_because = serializers.CharField(max_length=LONG, required=False, allow_blank=True, help_text="How we know.")


class LogIn(Body):
    performed_on = Day(required=False, help_text="The planned day when left out, if it has come.")
    result = serializers.ChoiceField(choices=RESULTS, required=False, help_text="Needed the first time.")
    conclusion = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    report = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False)


class CancelIn(Body):
    reason = serializers.CharField(max_length=LONG, help_text="A supplier that was told of the audit reads it.")


class TakeReportAwayIn(Body):
    report = serializers.UUIDField()
    reason = serializers.CharField(max_length=LONG, help_text="For the central body.")


class AuditJudgementIn(Body):
    obligation = serializers.UUIDField()
    verified = serializers.ChoiceField(choices=[choice for choice in Verified.choices if choice[0] != Verified.UNKNOWN])
    method = serializers.ChoiceField(
        choices=[choice for choice in Method.choices if choice[0] != Method.SELF_DECLARED],
        required=False,
        help_text="From the kind of audit when left out.",
    )
    valid_until = Day(required=False, allow_null=True)
    reason = serializers.CharField(max_length=LONG, required=False, allow_blank=True)


NOT_BOUND = _("The supplier is not bound by one of these requirements on this agreement.")
NOT_CHECKED = _("The audit did not check this requirement.")
NEEDED = _("This is needed for an audit of this kind.")
NOT_OF_KIND = _("An audit of this kind does not have this.")
NO_SUCH_REPORT = _("This audit has no such report.")
NO_REPORT = _("There is no report yet.")
