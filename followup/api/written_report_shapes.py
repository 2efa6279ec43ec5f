"""What is sent and answered about audit reports that are written here."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from core.api.bodies import Body
from core.api.fields import Day, Line, Visible
from followup.api.shapes import LONG
from followup.models import Audit, ReportComment, ReportFile, ReportSection, WrittenReport
from followup.services.audit_reporting import LONGEST, MOST_HEADING, Added

MOST_SECTIONS = 400
VERDICTS = [choice for choice in ReportComment.Verdict.choices if choice[0]]
NOT_A_SECTION = _("One of the sections is not part of this report.")


class WrittenReportFileOut(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(choices=ReportFile.Stage.choices)
    form = serializers.ChoiceField(choices=ReportFile.Form.choices)
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    created_at = serializers.DateTimeField()


class CommentedDocumentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class CommentOut(serializers.Serializer[Any]):
    text = serializers.CharField()
    documents = CommentedDocumentOut(many=True)
    submitted_at = serializers.DateTimeField(allow_null=True, help_text="Null while it is the supplier's own.")
    verdict = serializers.ChoiceField(choices=ReportComment.Verdict.choices, allow_blank=True)
    answer = serializers.CharField(help_text="The supplier reads it in the final report.")


class FactOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.CharField()


class ReportSectionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=ReportSection.Kind.choices)
    obligation = serializers.UUIDField(allow_null=True)
    finding = serializers.UUIDField(allow_null=True, help_text="Null for a supplier that has not been told of it yet.")
    heading = serializers.CharField(help_text="In the language of the report.")
    quote = serializers.CharField(help_text="What the agreement says.")
    facts = FactOut(many=True)
    text = serializers.CharField(help_text="As you read it: of a finding its own words first.")
    written = serializers.CharField(allow_null=True, help_text="What PATCH writes. Null for the supplier and in what is final.")
    comment = CommentOut(allow_null=True)


class AskedLineOut(serializers.Serializer[Any]):
    question = serializers.CharField()
    answer = serializers.CharField()
    note = serializers.CharField(help_text="Empty unless the report tells the notes too.")
    photos = serializers.ListField(child=serializers.CharField(), help_text="Each by its name, with its checksum.")


class AskedOut(serializers.Serializer[Any]):
    """One checklist of the audit's sheet."""

    name = serializers.CharField()
    lines = AskedLineOut(many=True)


class WrittenReportOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    audit = serializers.UUIDField()
    framework = serializers.UUIDField()
    supplier = serializers.UUIDField()
    number = serializers.IntegerField(help_text="Counts the versions: what is final is corrected by the next one.")
    status = serializers.ChoiceField(choices=WrittenReport.Status.choices)
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    sheet = serializers.ChoiceField(choices=WrittenReport.Sheet.choices, allow_blank=True)
    why = serializers.CharField(help_text="Why it corrects the version before it; empty of the first.")
    comment_days = serializers.IntegerField(help_text="Working days for comments.")
    comments_due_on = serializers.DateField(allow_null=True)
    told_at = serializers.DateTimeField(allow_null=True, help_text="When the supplier could read it first.")
    commented_on = serializers.DateField(allow_null=True)
    final_on = serializers.DateField(allow_null=True)
    files = WrittenReportFileOut(many=True, help_text="Those that were kept: the draft as it was sent, and what is final.")
    created_at = serializers.DateTimeField()


class WholeReportOut(WrittenReportOut):
    sections = ReportSectionOut(many=True)
    asked = AskedOut(
        many=True, help_text="What the sheet says, as much of it as `sheet` lets the report tell; in the language of the report."
    )


class ReportIn(Body):
    answer = WholeReportOut

    audit = Visible(Audit)
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    why = serializers.CharField(max_length=LONG, required=False, help_text="Needed when it corrects what is final.")


class SectionIn(Body):
    answer = ReportSectionOut

    id = serializers.UUIDField()
    heading = Line(max_length=MOST_HEADING, required=False, help_text="Of a section with a heading of its own.")
    written = serializers.CharField(max_length=LONG, required=False, allow_blank=True)


class AddedIn(Body):
    heading = Line(max_length=MOST_HEADING)
    text = serializers.CharField(max_length=LONG)

    def to_internal_value(self, data: Any) -> Any:
        return Added(**super().to_internal_value(data))


class ReportWordsIn(Body):
    """`sections` names those that are to be another; the others stay."""

    answer = WholeReportOut

    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    sheet = serializers.ChoiceField(choices=WrittenReport.Sheet.choices, required=False, allow_blank=True)
    sections = serializers.ListField(child=SectionIn(), required=False, max_length=MOST_SECTIONS)
    added = AddedIn(required=False, help_text="One more section, with a heading of its own.")


class SendReportIn(Body):
    comment_days = serializers.IntegerField(min_value=1, max_value=LONGEST, required=False)


class MoveLimitIn(Body):
    due_on = Day()
    why = Line(max_length=300, help_text="The supplier reads it.")


class CommentIn(Body):
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False)
    section = serializers.UUIDField()
    text = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    remove = serializers.UUIDField(required=False, help_text="A document of this comment that is not to be sent in.")


class AnswerIn(Body):
    section = serializers.UUIDField()
    verdict = serializers.ChoiceField(choices=VERDICTS)
    text = serializers.CharField(max_length=LONG, required=False, allow_blank=True, help_text="Needed where the report stands as it was.")


class FinishReportIn(Body):
    result = serializers.ChoiceField(
        choices=[choice for choice in Audit.Result.choices if choice[0]], required=False, help_text="What the audit has, unless said."
    )


WORDS = OpenApiExample(
    "Two sections written",
    request_only=True,
    value={
        "sections": [{"id": "0195a1c2-7d4e-7c11-9f0e-0a2b6f0f5d11", "written": "Hours of twelve employees were gone through."}],
        "added": {"heading": "Recruitment", "text": "Nobody we spoke with has paid a fee."},
    },
)
ANSWERED = OpenApiExample(
    "The report stands",
    request_only=True,
    value={"section": "0195a1c2-7d4e-7c11-9f0e-0a2b6f0f5d11", "verdict": "kept", "text": "The slips are of June, the hours of May."},
)
