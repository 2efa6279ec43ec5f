"""What `/sanctions/` takes and answers."""

from typing import Any

from rest_framework import serializers

from accounts.models import Organisation
from contracts.models import Clause, Framework, Lot
from core.api.bodies import Body
from core.api.fields import Day, Visible, VisibleMany
from followup import clause_days
from followup.api.letter_shapes import Addressee, ReplyOut
from followup.api.shapes import LONG
from followup.models import DocumentRequest, Finding, FineTerms, FormalNotice, Sanction, SanctionLetter

MOST_FACTS = 50


class FineOut(serializers.Serializer[Any]):
    rate = serializers.DecimalField(max_digits=7, decimal_places=4, help_text="Per cent of the base for each day.")
    base = serializers.DecimalField(max_digits=18, decimal_places=2)
    currency = serializers.CharField()
    cap = serializers.DecimalField(max_digits=7, decimal_places=4, allow_null=True, help_text="Per cent of the base in all.")
    unit = serializers.ChoiceField(choices=FineTerms.Day.choices)
    starts_on = serializers.DateField()
    base_words = serializers.CharField(help_text="What the base is, in the clause's words.")
    from_clause = serializers.ListField(child=serializers.CharField(), help_text="The terms that the clause fixes.")


class LetterOut(serializers.Serializer[Any]):
    purpose = serializers.ChoiceField(choices=SanctionLetter.Purpose.choices)
    text = serializers.CharField(help_text="As it was sent.")
    recipients = Addressee(many=True)
    how = serializers.ChoiceField(choices=FormalNotice.How.choices)
    receipt_number = serializers.CharField(help_text="Of the post, or of digital mail, for a letter that was sent another way.")
    sent_on = serializers.DateField()
    sent_at = serializers.DateTimeField()
    signed_by = serializers.UUIDField()


class SanctionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    framework = serializers.UUIDField()
    supplier = serializers.UUIDField()
    lots = serializers.ListField(child=serializers.UUIDField(), help_text="None: the whole agreement.")
    number = serializers.IntegerField(help_text="Counted for the supplier on the agreement.")
    means = serializers.ChoiceField(choices=Sanction.Means.choices)
    clause = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Sanction.Status.choices)
    facts = serializers.ListField(child=serializers.CharField())
    measure = serializers.CharField(help_text="What the means consists in here.")
    reply_days = serializers.IntegerField(help_text="Working days.")
    proposed_by = serializers.UUIDField(allow_null=True, help_text="For our own staff.")
    decided_by = serializers.UUIDField(allow_null=True)
    reply_due_on = serializers.DateField(allow_null=True)
    reply = ReplyOut(allow_null=True)
    outcome = serializers.ChoiceField(choices=Sanction.Outcome.choices, allow_blank=True)
    grounds = serializers.CharField()
    applies_from = serializers.DateField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    in_force_from = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField()
    document_requests = serializers.ListField(child=serializers.UUIDField())
    formal_notices = serializers.ListField(child=serializers.UUIDField())
    findings = serializers.ListField(child=serializers.UUIDField())
    fine = FineOut(allow_null=True)
    letters = LetterOut(many=True)
    created_at = serializers.DateTimeField()


class FineIn(Body):
    """What the clause fixes may be left out, and is refused when it differs."""

    rate = serializers.DecimalField(max_digits=7, decimal_places=4, required=False, help_text="Per cent of the base for each day.")
    base = serializers.DecimalField(max_digits=18, decimal_places=2, required=False)
    currency = serializers.RegexField(r"\A[A-Z]{3}\Z", required=False)
    cap = serializers.DecimalField(max_digits=7, decimal_places=4, required=False, allow_null=True)
    unit = serializers.ChoiceField(choices=FineTerms.Day.choices, required=False)
    starts_on = Day()


class SanctionWrittenIn(Body):
    answer = SanctionOut

    lots = VisibleMany(Lot, required=False)
    document_requests = VisibleMany(DocumentRequest, required=False, source="requests")
    formal_notices = VisibleMany(FormalNotice, required=False, source="notices")
    findings = VisibleMany(Finding, required=False)
    facts = serializers.ListField(child=serializers.CharField(max_length=LONG), max_length=MOST_FACTS, required=False)
    measure = serializers.CharField(max_length=LONG, required=False)
    reply_days = serializers.IntegerField(min_value=1, max_value=clause_days.LONGEST, required=False, help_text="Working days.")
    fine = FineIn(required=False)


class SanctionIn(SanctionWrittenIn):
    framework = Visible(Framework)
    supplier = Visible(Organisation)
    means = serializers.ChoiceField(choices=Sanction.Means.choices, help_text="One that the clause gives, where it names any.")
    clause = Visible(Clause)


class SendIn(Body):
    how = serializers.ChoiceField(choices=FormalNotice.How.choices, required=False)
    sent_on = Day(required=False, help_text="With `how`, for a letter that was sent another way.")
    receipt_number = serializers.CharField(max_length=60, required=False, allow_blank=True, help_text="Of the post, or of digital mail.")


class SanctionDecideIn(Body):
    outcome = serializers.ChoiceField(choices=Sanction.Outcome.choices)
    grounds = serializers.CharField(max_length=LONG, help_text="The supplier reads them.")
    applies_from = Day(required=False, help_text="Today unless said.")


class EnforceIn(Body):
    on = Day(required=False, help_text="The day that was decided unless said.")


class OverIn(Body):
    ended_on = Day(help_text="The first day on which it does not apply any more.")
    reason = serializers.CharField(max_length=LONG, help_text="The supplier reads it.")


class SanctionDropIn(Body):
    reason = serializers.CharField(max_length=LONG, help_text="A supplier that has been heard reads it.")
