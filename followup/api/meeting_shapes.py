"""What is sent and answered about meetings."""

from typing import Any

from rest_framework import serializers

from accounts.models import Organisation, Person
from contracts.models import Framework
from core.api.bodies import Body
from core.api.fields import Day, Line, Visible, VisibleMany
from followup.api.shapes import LONG
from followup.models import Finding, Meeting, MeetingMinutes
from followup.services.meeting_actions import MOST_ACTIONS, NewAction
from followup.services.meetings import MOST_PEOPLE, Guest
from notifications.models import Turn


class ParticipantOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    side = serializers.ChoiceField(choices=Turn.choices)
    name = serializers.CharField()
    email = serializers.CharField(allow_null=True, help_text="Null for whoever is only a name, and gets no mail.")
    was_there = serializers.BooleanField(allow_null=True, help_text="Null until the minutes say so.")


class HeldActionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(allow_null=True, help_text="Null for one that is new.")
    side = serializers.ChoiceField(choices=Turn.choices)
    text = serializers.CharField()
    responsible = serializers.CharField()
    due_on = serializers.DateField()


class HeldOut(serializers.Serializer[Any]):
    held_on = serializers.DateField()
    were_there = serializers.ListField(child=serializers.UUIDField(), required=False)
    actions = HeldActionOut(many=True, required=False)


class ChangedOut(serializers.Serializer[Any]):
    what = serializers.ChoiceField(choices=["held_on", "came", "did_not_come", "added", "changed", "dropped"])
    text = serializers.CharField(help_text="Of an action its words, else the day or the name.")
    was = serializers.JSONField(required=False, help_text="The same as it was: a day, or an action.")
    id = serializers.UUIDField(required=False, allow_null=True)
    side = serializers.ChoiceField(choices=Turn.choices, required=False)
    responsible = serializers.CharField(required=False)
    due_on = serializers.DateField(required=False)


class MinutesOut(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="Counts the versions: objected to, the minutes are written anew.")
    text = serializers.CharField()
    sent_at = serializers.DateTimeField(allow_null=True, help_text="Null for a draft, which only the central body reads.")
    sent_by = serializers.UUIDField(allow_null=True)
    held = HeldOut(allow_null=True, help_text="What the draft of a correction changes when it is sent. For the central body.")
    changed = ChangedOut(many=True, help_text="What became another when corrected minutes were sent.")
    verdict = serializers.ChoiceField(choices=MeetingMinutes.Verdict.choices, allow_blank=True)
    objection = serializers.CharField()
    answered_by = serializers.UUIDField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class AgreedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    side = serializers.ChoiceField(choices=Turn.choices)
    text = serializers.CharField()
    responsible = serializers.CharField()
    due_on = serializers.DateField()
    deadline = serializers.UUIDField()
    done_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(help_text="What was done.")
    dropped_at = serializers.DateTimeField(allow_null=True, help_text="Taken out of corrected minutes.")


class MeetingOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    framework = serializers.UUIDField()
    supplier = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Meeting.Kind.choices)
    status = serializers.ChoiceField(choices=Meeting.Status.choices)
    starts_at = serializers.DateTimeField()
    minutes_long = serializers.IntegerField()
    place = serializers.CharField()
    agenda = serializers.CharField(help_text="A point a line.")
    participants = ParticipantOut(many=True)
    findings = serializers.ListField(child=serializers.UUIDField(), help_text="Critical findings whose meeting this is.")
    held_on = serializers.DateField(allow_null=True)
    minutes = MinutesOut(many=True, help_text="Every version, the first one first.")
    actions = AgreedOut(many=True, help_text="What was agreed.")
    deadline = serializers.UUIDField(help_text="Whose turn it is about the meeting and its minutes.")
    told_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField(help_text="Why it was called off, or ended without confirmation.")
    created_at = serializers.DateTimeField()


class GuestIn(Body):
    answer = ParticipantOut
    side = serializers.ChoiceField(choices=Turn.choices)
    name = Line(max_length=200, required=False)
    email = serializers.EmailField(required=False, allow_null=True, help_text="Of somebody we know, who is then invited by mail.")

    def to_internal_value(self, data: Any) -> Any:
        said = super().to_internal_value(data)
        person = Person.objects.filter(email__iexact=said["email"]).first() if said.get("email") else None
        return Guest(said["side"], person, said.get("name") or (person.name if person else said.get("email") or ""))


class MeetingWrittenIn(Body):
    answer = MeetingOut
    kind = serializers.ChoiceField(choices=Meeting.Kind.choices, required=False)
    starts_at = serializers.DateTimeField(required=False)
    minutes_long = serializers.IntegerField(min_value=5, max_value=24 * 60, required=False)
    place = Line(max_length=300, required=False, allow_blank=True)
    agenda = serializers.CharField(max_length=LONG, required=False)
    participants = serializers.ListField(child=GuestIn(), max_length=MOST_PEOPLE, required=False)
    findings = VisibleMany(Finding, required=False)


class MeetingIn(MeetingWrittenIn):
    """Without an agenda it is proposed from what is open."""

    framework = Visible(Framework)
    supplier = Visible(Organisation)
    kind = serializers.ChoiceField(choices=Meeting.Kind.choices)
    starts_at = serializers.DateTimeField()


class AgreedIn(Body):
    answer = AgreedOut
    id = serializers.UUIDField(required=False, help_text="Of one that is there already.")
    side = serializers.ChoiceField(choices=Turn.choices)
    text = serializers.CharField(max_length=LONG)
    responsible = Line(max_length=200, required=False, allow_blank=True)
    due_on = Day()

    def to_internal_value(self, data: Any) -> Any:
        return NewAction(**super().to_internal_value(data))


class MinutesIn(Body):
    text = serializers.CharField(max_length=LONG)
    held_on = Day(required=False, help_text="The day of the meeting unless said.")
    were_there = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_PEOPLE, required=False, help_text="Participants.")
    actions = serializers.ListField(
        child=AgreedIn(), max_length=MOST_ACTIONS, required=False, help_text="All that are open: those left out are taken out."
    )


class MeetingReasonIn(Body):
    reason = serializers.CharField(max_length=LONG, help_text="The supplier reads it if it has been told of the meeting.")


class ReadIn(Body):
    version = serializers.IntegerField(
        min_value=1, max_value=32_767, required=False, help_text="The number of the minutes that were read. Corrected since, it is 409."
    )


class ObjectionIn(ReadIn):
    objection = serializers.CharField(max_length=LONG, help_text="What is not right. It stays with these minutes.")


class AgreedDoneIn(Body):
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), required=False)
    action = serializers.UUIDField()
    note = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
