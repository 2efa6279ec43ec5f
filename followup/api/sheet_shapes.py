"""What is sent and answered about the sheets of audits."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from contracts.models import Theme
from core.api.bodies import Body
from core.api.fields import Line, Visible
from followup.models import Audit, ChecklistQuestion, Part, SheetEntry
from followup.services.sheet_merging import MOST_ENTRIES, REFUSED

LONGEST_SENT = 100_000
"""What is longer than a field takes is refused field by field; this only ends what is no text any more."""


class SheetChecklistOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Of the version.")
    code = serializers.CharField()
    number = serializers.IntegerField(help_text="The version's number.")
    name = serializers.CharField(help_text="In the reader's language.")


class SheetPhotoOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    sheet = serializers.UUIDField()
    question = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    content_type = serializers.CharField()
    taken_at = serializers.DateTimeField()


class SheetQuestionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    checklist = serializers.UUIDField(help_text="The version that asks it.")
    code = serializers.CharField(help_text="The same from version to version.")
    theme = serializers.ChoiceField(choices=Theme.choices)
    topic = serializers.ChoiceField(choices=ChecklistQuestion.Topic.choices)
    kind = serializers.ChoiceField(choices=ChecklistQuestion.Kind.choices)
    choices = serializers.ListField(child=serializers.CharField(), help_text="The codes that an answer can be.")
    text = serializers.CharField(help_text="In the reader's language.")
    answer = serializers.CharField()
    answer_revision = serializers.IntegerField(help_text="0 while nobody has answered.")
    note = serializers.CharField()
    note_revision = serializers.IntegerField()
    finding = serializers.CharField(help_text="What is noted as a finding, to be logged by one who may.")
    finding_revision = serializers.IntegerField()
    severity = serializers.CharField(help_text="How serious the noted finding is: the code of a severity, or empty.")
    severity_revision = serializers.IntegerField()
    photos = SheetPhotoOut(many=True)


class ConflictOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Of the entry that waits beside what stands.")
    question = serializers.UUIDField()
    part = serializers.ChoiceField(choices=Part.choices)
    text = serializers.CharField()
    device_name = serializers.CharField()
    written_by = serializers.UUIDField()
    written_at = serializers.DateTimeField()


class SheetOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    audit = serializers.UUIDField()
    framework = serializers.UUIDField()
    supplier = serializers.UUIDField()
    checklists = SheetChecklistOut(many=True)
    conflicts = ConflictOut(many=True)
    created_at = serializers.DateTimeField()


class WholeSheetOut(SheetOut):
    questions = SheetQuestionOut(many=True)


class SheetIn(Body):
    answer = SheetOut

    audit = Visible(Audit)
    checklists = serializers.ListField(child=serializers.SlugField(), help_text="Codes; the newest version of each is taken.")


class EntryIn(Body):
    id = serializers.UUIDField(help_text="Chosen by the device. Sent again it changes nothing.")
    question = serializers.UUIDField()
    part = serializers.ChoiceField(choices=Part.choices)
    text = serializers.CharField(max_length=LONGEST_SENT, allow_blank=True, trim_whitespace=False)
    base = serializers.IntegerField(min_value=0, max_value=2**31 - 1, help_text="The revision that the writer saw; 0 for an empty field.")
    written_at = serializers.DateTimeField(help_text="By the device's clock.")


class MergeIn(Body):
    device = serializers.CharField(max_length=64, help_text="The same for everything that one device sends.")
    device_name = Line(max_length=80, required=False, allow_blank=True)
    entries = serializers.ListField(child=EntryIn(), allow_empty=False, max_length=MOST_ENTRIES)


class MergedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=[*SheetEntry.Outcome.choices, (REFUSED, "not taken, and why")])
    revision = serializers.IntegerField(help_text="Of what stands in the field now.")
    text = serializers.CharField(help_text="What stands in the field now.")
    reason = serializers.CharField()


class MergeOut(serializers.Serializer[Any]):
    results = MergedOut(many=True, help_text="One for each entry, in their order.")


class PhotoIn(Body):
    id = serializers.UUIDField(help_text="Chosen by the device. Sent again it changes nothing.")
    question = serializers.UUIDField()
    device = serializers.CharField(max_length=64)
    taken_at = serializers.DateTimeField()
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of the file. What does not arrive whole is refused.")
    file = serializers.FileField(allow_empty_file=True)


class PieceIn(Body):
    id = serializers.UUIDField(help_text="Of the photo; chosen by the device.")
    question = serializers.UUIDField()
    device = serializers.CharField(max_length=64)
    taken_at = serializers.DateTimeField()
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of the whole photo.")
    size = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="Of the whole photo, in octets.")
    name = serializers.CharField(max_length=500)
    start = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, help_text="Where the piece begins; 0 is the first octet."
    )
    file = serializers.FileField(
        required=False, allow_empty_file=True, help_text="The piece. Without one the answer only says what has come."
    )


class PieceOut(serializers.Serializer[Any]):
    arrived = serializers.IntegerField(help_text="How much of the photo is here, in octets: where to go on.")
    photo = SheetPhotoOut(allow_null=True, help_text="When it is whole.")


class LogFindingIn(Body):
    question = serializers.UUIDField(help_text="Where the finding is noted.")


class LoggedFindingOut(serializers.Serializer[Any]):
    finding = serializers.UUIDField()


class ChooseIn(Body):
    entry = serializers.UUIDField()
    takes_it = serializers.BooleanField(help_text="Whether it takes the place of what stands.")


NOT_ASKED = _("The sheet does not ask this question.")
NOT_WHOLE = _("The photo did not arrive whole. Send it again.")
NO_CHECKLIST = _("There is no checklist with this short name.")
"""Each said at its field."""
