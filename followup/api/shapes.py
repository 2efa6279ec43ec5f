"""What is sent and answered about document requests."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Organisation
from contracts.models import Framework, Obligation
from core.api.bodies import Body
from core.api.fields import Day, Line, Visible, VisibleMany
from followup.models import DocumentKind, DocumentRequest, Item, Round

LONG = 20_000
MOST_ITEMS = 200


class ItemOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    guidance = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    obligations = serializers.ListField(child=serializers.UUIDField())
    document_kind = serializers.CharField(allow_null=True, help_text="The code of the kind.")
    state = serializers.ChoiceField(choices=Item.State.choices)
    claim = serializers.CharField(help_text="Why the supplier says that it is not relevant.")
    reason = serializers.ChoiceField(choices=Item.Reason.choices, allow_blank=True)
    comment = serializers.CharField()
    documents = serializers.ListField(child=serializers.UUIDField())


class RoundOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    due_on = serializers.DateField()
    original_due_on = serializers.DateField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    verdict = serializers.ChoiceField(choices=[choice for choice in Round.Verdict.choices if choice[0]], allow_null=True)


class SubmissionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    round = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    received_on = serializers.DateField(help_text="The day that counts for being on time.")
    by = serializers.UUIDField(help_text="The user who submitted it, or registered it for the supplier.")
    channel = serializers.CharField()
    note = serializers.CharField()
    documents = serializers.ListField(child=serializers.UUIDField())


class DocumentRequestOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    framework = serializers.UUIDField()
    supplier = serializers.UUIDField()
    title = serializers.CharField()
    instructions = serializers.CharField()
    status = serializers.ChoiceField(choices=DocumentRequest.Status.choices)
    close_reason = serializers.ChoiceField(choices=DocumentRequest.CloseReason.choices, allow_blank=True)
    due_on = serializers.DateField(help_text="The present round's.")
    due_rule = serializers.CharField(allow_null=True, help_text="How the first date came about, as it was; null when somebody typed it.")
    warnings = serializers.ListField(child=serializers.CharField(), help_text="Whose day off a typed date falls on. For the central body.")
    deadline = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    items = ItemOut(many=True)
    rounds = RoundOut(many=True)
    submissions = SubmissionOut(many=True)


@extend_schema_field({"type": "string"})
class KindCode(serializers.SlugRelatedField[Any]):
    """The code of a document kind."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="code", queryset=DocumentKind.objects.all(), **options)


class ItemIn(Body):
    answer = ItemOut
    title = Line(max_length=200)
    guidance = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    required = serializers.BooleanField(default=True, source="is_required")  # type: ignore[assignment]
    document_kind = KindCode(required=False, allow_null=True)
    obligations = VisibleMany(Obligation, required=False)


class DocumentRequestIn(Body):
    answer = DocumentRequestOut
    framework = Visible(Framework)
    supplier = Visible(Organisation)
    title = Line(max_length=200)
    instructions = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    sentence = serializers.CharField(max_length=LONG, required=False, allow_blank=True, help_text="To this supplier, in the mail.")
    due_on = Day(required=False, allow_null=True, help_text="From the clause's rule when left out.")
    due_reason = Line(max_length=300, required=False, allow_blank=True)
    items = serializers.ListField(child=ItemIn(), required=False, max_length=MOST_ITEMS, help_text="One item when left out.")


class ItemIds(serializers.ListField):
    child = serializers.UUIDField()

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, "max_length": MOST_ITEMS, **options})


class AcceptIn(Body):
    items = ItemIds(help_text="Everything delivered when left out.")
    comment = serializers.CharField(max_length=LONG, required=False, allow_blank=True)


class ReturnIn(Body):
    reason = serializers.ChoiceField(choices=Item.Reason.choices)
    comment = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    items = ItemIds(help_text="Everything not accepted when left out.")
    due_on = Day(required=False, allow_null=True, help_text="14 days when left out.")


class WithdrawIn(Body):
    reason = serializers.CharField(max_length=LONG, required=False, allow_blank=True)


class CloseIn(Body):
    reason = serializers.ChoiceField(choices=DocumentRequest.CloseReason.choices)


class ExtendIn(Body):
    due_on = Day()
    reason = Line(max_length=300)


class ManifestEntry(Body):
    file = serializers.CharField(help_text="The name under which the file is sent.")
    items = ItemIds(help_text="All open items when left out.")
    issued_on = Day(required=False, allow_null=True)
    valid_until = Day(required=False, allow_null=True)


class NotApplicable(Body):
    item = serializers.UUIDField()
    reason = serializers.CharField(max_length=LONG)


class JsonPart(serializers.Field[Any, Any, Any, Any]):
    """A list written as JSON in one part of a multipart body, as text or as a small file."""

    default_error_messages = {"json": _("Write this part as a JSON list.")}
    largest = 1 << 20

    def __init__(self, entry: type[serializers.Serializer[Any]], **options: Any) -> None:
        self.entry = entry
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        form = self.entry(data=self._read(data), many=True, max_length=MOST_ITEMS)  # type: ignore[call-arg]
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        return list(form.validated_data)

    def _read(self, data: Any) -> Any:
        if hasattr(data, "read"):
            data.seek(0)
            data = data.read(self.largest)
        try:
            content = json.loads(data) if isinstance(data, str | bytes) else data
        except (ValueError, RecursionError):
            content = None
        return content if isinstance(content, list) else self.fail("json")


@extend_schema_field(ManifestEntry(many=True))
class ManifestPart(JsonPart):
    pass


@extend_schema_field(NotApplicable(many=True))
class NotApplicablePart(JsonPart):
    pass


class SubmitIn(Body):
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False)
    manifest = ManifestPart(ManifestEntry, required=False, help_text="What each file serves. Without it every file serves all open items.")
    not_applicable = NotApplicablePart(NotApplicable, required=False)
    note = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
