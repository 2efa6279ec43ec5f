"""What is sent and answered about findings."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Organisation
from contracts.models import Framework, Obligation, Theme
from core.api.bodies import Body
from core.api.fields import Day, Line, Visible, VisibleMany
from followup.api.shapes import LONG
from followup.models import ActionPlan, Audit, CorrectiveAction, Finding, FindingClock, FindingEffect, Severity
from followup.services.action_plans import MOST_ACTIONS

NO_SUCH_ACTION = _("One of the actions is not part of this plan.")
NO_SUCH_FIGURE = _("This finding has no such figure.")


class ActionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=CorrectiveAction.Kind.choices)
    text = serializers.CharField()
    responsible = serializers.CharField()
    due_on = serializers.DateField()
    verdict = serializers.ChoiceField(choices=CorrectiveAction.Verdict.choices, allow_blank=True)
    comment = serializers.CharField()
    done_on = serializers.DateField(allow_null=True)


class PlanOut(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="Counts the rounds: a plan that is sent back is written anew.")
    root_cause = serializers.CharField()
    submitted_at = serializers.DateTimeField()
    verdict = serializers.ChoiceField(choices=ActionPlan.Verdict.choices, allow_blank=True)
    comment = serializers.CharField()


class ClockOut(serializers.Serializer[Any]):
    what = serializers.ChoiceField(choices=FindingClock.What.choices)
    deadline = serializers.UUIDField()
    due_on = serializers.DateField()
    closed_at = serializers.DateTimeField(allow_null=True)


class EffectOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    what = serializers.ChoiceField(choices=FindingEffect.What.choices)
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    currency = serializers.CharField()
    method = serializers.CharField(help_text="How it was reckoned.")


class EvidenceOut(serializers.Serializer[Any]):
    document = serializers.UUIDField()
    action = serializers.UUIDField(allow_null=True)
    submitted_at = serializers.DateTimeField()


class FindingOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    audit = serializers.UUIDField(allow_null=True)
    framework = serializers.UUIDField()
    supplier = serializers.UUIDField()
    number = serializers.IntegerField(help_text="Counted for the supplier on the agreement.")
    obligations = serializers.ListField(child=serializers.UUIDField())
    severity = serializers.ChoiceField(choices=Severity.Code.choices)
    theme = serializers.ChoiceField(choices=Theme.choices, allow_blank=True)
    text = serializers.CharField()
    systemic = serializers.BooleanField(help_text="The supplier cannot put it right alone, so there is no date.")
    repeats = serializers.UUIDField(allow_null=True, help_text="The earlier finding that this one repeats.")
    status = serializers.ChoiceField(choices=Finding.Status.choices)
    due_on = serializers.DateField(allow_null=True, help_text="When it is to be put right.")
    told_at = serializers.DateTimeField(allow_null=True, help_text="When the supplier was told; until then it is ours.")
    dispute = serializers.CharField()
    decision = serializers.CharField(help_text="Our grounds for upholding or withdrawing it.")
    statement = serializers.CharField(help_text="What the supplier says was done, once it is sent in.")
    outcome = serializers.ChoiceField(choices=Finding.Outcome.choices, allow_blank=True)
    method = serializers.ChoiceField(choices=Finding.Method.choices, allow_blank=True, help_text="How we know that it is put right.")
    closing_note = serializers.CharField()
    closed_on = serializers.DateField(allow_null=True)
    effect_checked_on = serializers.DateField(allow_null=True)
    authority = serializers.CharField(help_text="The authority it was handed to. For the central body.")
    found_by = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    plan = PlanOut(allow_null=True, help_text="The latest.")
    actions = ActionOut(many=True, help_text="Of the latest plan.")
    clocks = ClockOut(many=True)
    effects = EffectOut(many=True)
    evidence = EvidenceOut(many=True)


class SeverityField(serializers.ChoiceField):
    """A code of the scale, looked up."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=Severity.Code.choices, **options)

    def to_internal_value(self, data: Any) -> Any:
        return Severity.objects.get(code=super().to_internal_value(data))


class FindingWrittenIn(Body):
    answer = FindingOut
    severity = SeverityField(required=False)
    text = serializers.CharField(max_length=LONG, required=False)
    theme = serializers.ChoiceField(choices=Theme.choices, required=False, allow_blank=True)
    obligations = VisibleMany(Obligation, required=False)
    systemic = serializers.BooleanField(required=False, source="is_systemic")
    repeats = Visible(Finding, required=False, allow_null=True)


class FindingIn(FindingWrittenIn):
    """On an audit, or with `framework` and `supplier`."""

    severity = SeverityField()
    text = serializers.CharField(max_length=LONG)
    audit = Visible(Audit, required=False, allow_null=True)
    framework = Visible(Framework, required=False, allow_null=True)
    supplier = Visible(Organisation, required=False, allow_null=True)


class ReasonIn(Body):
    reason = serializers.CharField(max_length=LONG)


class GroundsIn(Body):
    grounds = serializers.CharField(max_length=LONG, help_text="The supplier reads them.")


class AskPlanIn(Body):
    due_on = Day(required=False, allow_null=True, help_text="The severity's date when left out.")


class ActionIn(Body):
    answer = ActionOut
    kind = serializers.ChoiceField(choices=CorrectiveAction.Kind.choices)
    text = serializers.CharField(max_length=LONG)
    responsible = Line(max_length=200)
    due_on = Day()


class PlanIn(Body):
    root_cause = serializers.CharField(max_length=LONG)
    actions = serializers.ListField(child=ActionIn(), min_length=1, max_length=MOST_ACTIONS)


class AcceptPlanIn(Body):
    comment = serializers.CharField(max_length=LONG, required=False, allow_blank=True)


class ActionCommentIn(Body):
    action = serializers.UUIDField()
    comment = serializers.CharField(max_length=LONG)


class ReturnPlanIn(AskPlanIn):
    comment = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    actions = serializers.ListField(child=ActionCommentIn(), required=False, help_text="Those that are not good enough, and why.")


class EvidenceIn(Body):
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False)
    statement = serializers.CharField(max_length=LONG, required=False, allow_blank=True, help_text="What was done.")


class FinishActionIn(Body):
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False)
    action = serializers.UUIDField()


class ReturnEvidenceIn(Body):
    comment = serializers.CharField(max_length=LONG, help_text="The supplier reads it.")
    due_on = Day(required=False, allow_null=True, help_text="The present date, or 14 days if that is nearer, when left out.")


class FindingCloseIn(Body):
    method = serializers.ChoiceField(
        choices=Finding.Method.choices, required=False, help_text="Needed where there was something to put right."
    )
    note = serializers.CharField(max_length=LONG, required=False, allow_blank=True)


class EffectIn(Body):
    answer = EffectOut
    what = serializers.ChoiceField(choices=FindingEffect.What.choices)
    amount = serializers.DecimalField(max_digits=18, decimal_places=2, min_value=0)
    currency = Line(max_length=3, required=False, allow_blank=True)
    method = Line(max_length=200)


class StrikeEffectIn(Body):
    effect = serializers.UUIDField()


class CheckEffectIn(Body):
    has_helped = serializers.BooleanField()
    note = serializers.CharField(max_length=LONG)


class AuthorityIn(Body):
    authority = Line(max_length=200)


class MeetIn(Body):
    held_on = Day()
    note = serializers.CharField(max_length=LONG)
