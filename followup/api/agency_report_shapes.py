"""What is sent and answered about reports from agencies."""

from typing import Any

from rest_framework import serializers

from accounts.models import Organisation
from contracts.models import CallOff, Framework, Obligation, Theme
from core.api.bodies import Body
from core.api.fields import Day, Line, Visible, VisibleMany
from followup.api.finding_shapes import SeverityField
from followup.api.shapes import LONG
from followup.models import AgencyReport, Audit, Finding


class MessageOut(serializers.Serializer[Any]):
    is_ours = serializers.BooleanField(help_text="Written by the central body, else by the agency.")
    text = serializers.CharField()
    by = serializers.UUIDField()
    at = serializers.DateTimeField()


class ReportFileOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class AgencyReportOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case_number = serializers.CharField(help_text="To be said on the telephone.")
    agency = serializers.UUIDField()
    framework = serializers.UUIDField()
    supplier = serializers.UUIDField(allow_null=True, help_text="Null where the agency does not know it.")
    call_off = serializers.UUIDField(allow_null=True)
    text = serializers.CharField()
    happened_on = serializers.DateField(allow_null=True)
    place = serializers.CharField()
    phone = serializers.CharField()
    status = serializers.ChoiceField(choices=AgencyReport.Status.choices)
    due_on = serializers.DateField(help_text="When the agency is to have our answer, or what came of it.")
    taken_by = serializers.UUIDField(allow_null=True)
    finding = serializers.UUIDField(allow_null=True)
    audit = serializers.UUIDField(allow_null=True, help_text="For an agency once the supplier may know of it.")
    close_reason = serializers.CharField()
    messages = MessageOut(many=True)
    files = ReportFileOut(many=True)
    reported_by = serializers.UUIDField()
    created_at = serializers.DateTimeField()


class AgencyReportIn(Body):
    answer = AgencyReportOut
    agency = Visible(Organisation, required=False, help_text="Your own; needed by whoever belongs to several.")
    framework = Visible(Framework, required=False, help_text="Needed without a call-off.")
    supplier = Visible(Organisation, required=False, allow_null=True)
    call_off = Visible(CallOff, required=False, allow_null=True)
    text = serializers.CharField(max_length=LONG)
    happened_on = Day(required=False, allow_null=True)
    place = Line(max_length=300, required=False, allow_blank=True)
    phone = Line(max_length=40, required=False, allow_blank=True)
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False)


class ReportTextIn(Body):
    text = serializers.CharField(max_length=LONG)


class ReportMoreIn(ReportTextIn):
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False)


class ReportFindingIn(Body):
    """One that is logged already, or what a new one says: `severity` and `text`."""

    finding = Visible(Finding, required=False, allow_null=True)
    severity = SeverityField(required=False)
    text = serializers.CharField(max_length=LONG, required=False, help_text="The supplier reads it: nothing of who told.")
    supplier = Visible(Organisation, required=False, allow_null=True)
    obligations = VisibleMany(Obligation, required=False)
    theme = serializers.ChoiceField(choices=Theme.choices, required=False, allow_blank=True)


class ReportAuditIn(Body):
    """One that is planned already, or a new one: `kind` and `planned_on`."""

    audit = Visible(Audit, required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=Audit.Kind.choices, required=False)
    planned_on = Day(required=False)
    announcement = serializers.ChoiceField(choices=Audit.Announcement.choices, required=False)
    supplier = Visible(Organisation, required=False, allow_null=True)


class ReportCloseIn(Body):
    reason = serializers.CharField(max_length=LONG, help_text="The agency reads it.")
